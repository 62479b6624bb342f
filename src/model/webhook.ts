import { isGiven, type Cluster } from "./cluster.ts";
import { keyOf, type Labels, labelValue } from "./meta.ts";
import type { Webhook, WebhookConfiguration } from "./policy.ts";
import { matchesSelector } from "./selector.ts";

/** Which requests an admission webhook is asked about, and what is known of who answers. */

export interface RequestShape {
  readonly operation: "CREATE" | "DELETE" | "UPDATE";
  /** API group; empty for the core group. */
  readonly group: string;
  readonly resource: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  readonly isNamespaced: boolean;
}

const podShape = { group: "", resource: "pods", subresource: "", isNamespaced: true } as const;

/** How a replacement is made, how kubectl drain asks a pod to go, and how it does so past the eviction API. */
export const podRequest = {
  create: { ...podShape, operation: "CREATE" },
  evict: { ...podShape, operation: "CREATE", subresource: "eviction" },
  delete: { ...podShape, operation: "DELETE" },
} as const satisfies Record<string, RequestShape>;

/**
 * Whether the rules of a webhook name such a request. `*` means every resource but no subresource, `pods/*` means pods
 * and all that is under them. Source: apiserver pkg/admission/plugin/webhook/predicates/rules/rules.go.
 */
export function isAskedAbout(webhook: Webhook, request: RequestShape): boolean {
  return webhook.rules.some(
    (rule) =>
      (rule.operations.includes("*") || rule.operations.includes(request.operation)) &&
      (rule.apiGroups.includes("*") || rule.apiGroups.includes(request.group)) &&
      rule.scope !== (request.isNamespaced ? "Cluster" : "Namespaced") &&
      rule.resources.some((resource) => isNamed(resource, request)),
  );
}

function isNamed(resource: string, request: RequestShape): boolean {
  const [name = "", sub = ""] = resource.split("/");
  return (name === "*" || name === request.resource) && (sub === "*" || sub === request.subresource);
}

/** Whether the webhook's namespaceSelector and objectSelector take the object in. */
export function selectsObject(
  cluster: Cluster,
  webhook: Webhook,
  object: { readonly namespace: string; readonly labels: Labels },
): boolean {
  return (
    selectsNamespace(cluster, webhook, object.namespace) &&
    matchesSelector(webhook.objectSelector, object.labels)
  );
}

/** Whether the webhook's namespaceSelector takes the namespace in. */
export function selectsNamespace(cluster: Cluster, webhook: Webhook, namespace: string): boolean {
  return matchesSelector(webhook.namespaceSelector, namespaceLabels(cluster, namespace));
}

/** The API server gives every namespace a label with its name. Source: pkg/apis/core/v1/defaults.go, since 1.21. */
const nameLabel = "kubernetes.io/metadata.name";

/** A namespace's labels, also where the input does not have it. */
export function namespaceLabels(cluster: Cluster, namespace: string): Labels {
  const labels = cluster.objects.Namespace.find(({ name }) => name === namespace)?.labels ?? {};
  return withNameLabel(labels, namespace);
}

/** The labels that the API server has for a namespace with these. */
export function withNameLabel(labels: Labels, namespace: string): Labels {
  return labelValue(labels, nameLabel) === undefined ? { ...labels, [nameLabel]: namespace } : labels;
}

/** A webhook with the configuration that it stands in. */
export interface PlacedWebhook {
  readonly configuration: WebhookConfiguration;
  readonly webhook: Webhook;
}

/** All webhooks of a cluster that are asked about one of these requests. */
export function webhooksAsked(
  cluster: Cluster,
  ...requests: readonly RequestShape[]
): readonly PlacedWebhook[] {
  return cluster.objects.WebhookConfiguration.flatMap((configuration) =>
    configuration.webhooks
      .filter((webhook) => requests.some((request) => isAskedAbout(webhook, request)))
      .map((webhook) => ({ configuration, webhook })),
  );
}

/** `ValidatingWebhookConfiguration/guard/guard.example.com`: names one webhook of a cluster. */
export function webhookRef({ configuration, webhook }: PlacedWebhook): string {
  return `${configuration.kind}/${configuration.name}/${webhook.name}`;
}

/**
 * Why it cannot be told from the input whether a webhook is asked, or who answers; undefined where both can. Such a
 * webhook refuses nothing in a rehearsal.
 */
export function whyUnknown(cluster: Cluster, webhook: Webhook): string | undefined {
  const { service: reference, matchConditions } = webhook;
  if (!reference) return "a URL answers it";
  const key = keyOf(reference);
  const service = cluster.objects.Service.find((each) => keyOf(each) === key);
  if (!service) return `Service ${key}, which answers it, is not in the input`;
  const { selector, namespace } = service;
  if (!selector) return `Service ${key}, which answers it, has no selector`;
  const isBehind = (labels: Labels) => matchesSelector(selector, labels);
  const { objects } = cluster;
  const hasPods = [
    ...objects.Pod,
    ...[objects.Deployment, objects.StatefulSet, objects.DaemonSet, objects.ReplicaSet].flatMap((kind) =>
      kind.map(({ namespace: place, template }) => ({ namespace: place, labels: template.labels })),
    ),
  ].some((each) => each.namespace === namespace && isBehind(each.labels));
  if (!hasPods) return `the input has no pod and no workload behind Service ${key}, which answers it`;
  if (matchConditions > 0) return "its matchConditions are not evaluated";
  if (webhook.namespaceSelector.length > 0 && !isGiven(cluster, "Namespace"))
    return "it selects Namespaces by labels, and the input has no Namespaces";
  return undefined;
}
