import { webhookFacts } from "../../facts/webhook.ts";
import type { ApiError } from "../../exec/protocol.ts";
import { byText } from "../../lib/order.ts";
import { keyOf, type Labels } from "../../model/meta.ts";
import type { Webhook } from "../../model/policy.ts";
import { matchesSelector } from "../../model/selector.ts";
import {
  isAskedAbout,
  type PlacedWebhook,
  type RequestShape,
  webhookRef,
  whyUnknown,
  withNameLabel,
} from "../../model/webhook.ts";
import { lastRetry } from "../controllers/retry.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";

/**
 * Admission webhooks that are to refuse what they cannot judge (failurePolicy Fail) and that nobody answers: the API
 * server refuses each request that they would have been asked about. What a webhook that answers says is not known:
 * it lets everything through. Source: apiserver pkg/admission/plugin/webhook; kubernetes.io, Dynamic Admission Control.
 */

/** A request as far as webhooks choose by it. */
export interface AdmissionRequest {
  readonly shape: RequestShape;
  /** Empty for objects without a namespace. */
  readonly namespace: string;
  /** Labels of the object, and of the one before it: an objectSelector may match either. */
  readonly labels: readonly Labels[];
}

export interface WebhookRefusal {
  readonly error: ApiError;
  /** `ValidatingWebhookConfiguration/guard/guard.example.com` */
  readonly webhook: string;
  /** How long the API server has waited for an answer. */
  readonly waitedMillis: number;
}

/** Mutating webhooks are asked first, in the order of their configurations' names, then validating ones. */
export type WebhookPhase = "mutating" | "validating";

/** The refusal of the first webhook that is asked and that nobody answers; undefined where none is. */
export function webhookRefusal(
  sim: Sim,
  request: AdmissionRequest,
  phases: readonly WebhookPhase[] = ["mutating", "validating"],
): WebhookRefusal | undefined {
  for (const placed of silentWebhooks(sim)) {
    const { configuration, webhook } = placed;
    const isMutating = configuration.kind === "MutatingWebhookConfiguration";
    if (!phases.includes(isMutating ? "mutating" : "validating")) continue;
    if (isAskedAbout(webhook, request.shape) && selects(sim, webhook, request)) return refusal(sim, placed);
  }
  return undefined;
}

/** Fail-closed webhooks that the input tells all about and that nobody answers now, in the order in which they are asked. */
function silentWebhooks(sim: Sim): PlacedWebhook[] {
  if (sim.settings.ignoresWebhooks) return [];
  const silent = [...sim.state.tables.WebhookConfiguration.values()].flatMap((configuration) =>
    configuration.webhooks
      .filter((webhook) => webhook.failurePolicy === "Fail" && isSilent(sim, webhook))
      .map((webhook): PlacedWebhook => ({ configuration, webhook })),
  );
  if (silent.length <= 1) return silent;
  const rank = ({ configuration }: PlacedWebhook) =>
    configuration.kind === "MutatingWebhookConfiguration" ? 0 : 1;
  return silent.sort((a, b) => rank(a) - rank(b) || byText(a.configuration.name, b.configuration.name));
}

function isSilent(sim: Sim, webhook: Webhook): boolean {
  if (!webhook.service) return false;
  const endpoints = sim.state.endpoints.get(keyOf(webhook.service));
  if (!endpoints || (endpoints.ready > 0 && endpoints.serving > 0)) return false;
  return isKnown(sim, webhook);
}

/** What can be told of a webhook does not change during a rehearsal, but with the webhook itself. */
const known = perSim(() => new WeakMap<Webhook, boolean>());

function isKnown(sim: Sim, webhook: Webhook): boolean {
  const byWebhook = known(sim);
  let answer = byWebhook.get(webhook);
  if (answer === undefined) byWebhook.set(webhook, (answer = whyUnknown(sim.cluster, webhook) === undefined));
  return answer;
}

/**
 * A namespaceSelector is asked of the namespace's labels and lets objects without a namespace pass; a Namespace itself
 * stands for its own labels. Source: predicates/namespace/matcher.go, predicates/object/matcher.go.
 */
function selects(sim: Sim, webhook: Webhook, { shape, namespace, labels }: AdmissionRequest): boolean {
  // Requests about webhook configurations ask no webhook. Source: predicates/rules/rules.go.
  if (shape.group === "admissionregistration.k8s.io" && shape.resource.endsWith("webhookconfigurations"))
    return false;
  if (namespace !== "") {
    const own = sim.state.tables.Namespace.get(namespace)?.labels ?? {};
    if (!matchesSelector(webhook.namespaceSelector, withNameLabel(own, namespace))) return false;
  }
  return labels.some((each) => matchesSelector(webhook.objectSelector, each));
}

function refusal(sim: Sim, placed: PlacedWebhook): WebhookRefusal {
  const { name, service, timeoutSeconds } = placed.webhook;
  const { code, reason, message, url, noEndpoints, timedOut } = webhookFacts;
  const to = service!;
  const hasAddress = (sim.state.endpoints.get(keyOf(to))?.ready ?? 0) > 0;
  const end = hasAddress ? timedOut : noEndpoints(to.name);
  const text = message(name, `${url(to, to.path)}?timeout=${timeoutSeconds}s`, end);
  return {
    error: { code, reason, message: text, causes: [] },
    webhook: webhookRef(placed),
    waitedMillis: hasAddress ? timeoutSeconds * 1_000 : 0,
  };
}

/**
 * Once somebody answers again, what was refused goes through at the controller's next try. A try alone keeps no
 * rehearsal going; one that is known to change something does.
 */
export const webhooksRoom: Room = {
  name: "webhooks",
  on: {
    "service.changed": (sim, { service, ready, serving }, number) => {
      if (ready === 0 || serving === 0 || sim.settings.ignoresWebhooks) return;
      const isAsked = [...sim.state.tables.WebhookConfiguration.values()].some(({ webhooks }) =>
        webhooks.some((webhook) => webhook.service && keyOf(webhook.service) === service),
      );
      const due = isAsked ? lastRetry(sim) : undefined;
      if (due !== undefined && due >= sim.now)
        sim.after(due - sim.now, "webhooks.tried", service, number, { priority: priority.client });
    },
  },
  tasks: { "webhooks.tried": () => {} },
};
