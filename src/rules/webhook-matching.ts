import type { Cluster } from "../model/cluster.ts";
import { type Labels, labelValue } from "../model/meta.ts";
import type { Pod } from "../model/pod.ts";
import type { Webhook, WebhookConfiguration } from "../model/policy.ts";
import { matchesSelector } from "../model/selector.ts";

/** Which requests an admission webhook is asked about. */

export interface RequestShape {
  readonly operation: "CREATE" | "DELETE" | "UPDATE";
  readonly resource: string;
  /** Empty for the object itself. */
  readonly subresource: string;
}

/** How a replacement is made, how kubectl drain asks a pod to go, and how it does so past the eviction API. */
export const podRequest = {
  create: { operation: "CREATE", resource: "pods", subresource: "" },
  evict: { operation: "CREATE", resource: "pods", subresource: "eviction" },
  delete: { operation: "DELETE", resource: "pods", subresource: "" },
} as const satisfies Record<string, RequestShape>;

/**
 * Whether the rules of a webhook name such a request on a pod. `*` means every resource but no subresource, `pods/*`
 * means pods and all that is under them. Source: apiserver pkg/admission/plugin/webhook/predicates/rules/rules.go.
 */
export function isAskedAbout(webhook: Webhook, request: RequestShape): boolean {
  return webhook.rules.some(
    (rule) =>
      (rule.operations.includes("*") || rule.operations.includes(request.operation)) &&
      (rule.apiGroups.includes("*") || rule.apiGroups.includes("")) &&
      rule.scope !== "Cluster" &&
      rule.resources.some((resource) => isNamed(resource, request)),
  );
}

function isNamed(resource: string, request: RequestShape): boolean {
  const [name = "", sub = ""] = resource.split("/");
  return (name === "*" || name === request.resource) && (sub === "*" || sub === request.subresource);
}

/** Whether the webhook's namespaceSelector and objectSelector take the pod in. */
export function selectsPod(
  cluster: Cluster,
  webhook: Webhook,
  pod: Pick<Pod, "namespace" | "labels">,
): boolean {
  return (
    selectsNamespace(cluster, webhook, pod.namespace) && matchesSelector(webhook.objectSelector, pod.labels)
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
