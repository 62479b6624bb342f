import { isGiven } from "../../model/cluster.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import { groupBy } from "../../lib/order.ts";
import { replacedPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { nodesOf } from "../pod-groups.ts";
import { isOpenTo } from "../possible-nodes.ts";
import { leavingTogether, serviceAt, whereReady } from "../ready-endpoints.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";
import {
  type PlacedWebhook,
  podRequest,
  selectsObject,
  webhooksAsked,
  whyUnknown,
} from "../../model/webhook.ts";

/**
 * A fail-closed webhook that is asked about new pods, and all that answers it is on one drained node: from the
 * eviction until a new pod of it is Ready, no pod that it is asked about can be created; if it is asked about its own
 * pods too, nothing ends that. Where a budget makes its pods take turns, another one answers meanwhile.
 * Source: kubernetes.io, "Admission webhook good practices".
 */
export const webhookOnDrainedNode = definePreflightRule({
  id: "webhook-on-drained-node",
  severity: "warning",
  title: "All pods behind a fail-closed webhook are on one drained node",
  check: (preflight) => {
    if (preflight.cluster.objects.Node.length < 2) return [];
    const closed = webhooksAsked(preflight.cluster, podRequest.create).filter(
      ({ webhook }) => webhook.failurePolicy === "Fail" && webhook.service !== undefined,
    );
    const byService = groupBy(closed, ({ webhook }) => keyOf(webhook.service!));
    return [...byService].flatMap(([key, webhooks]) => {
      const service = serviceAt(preflight, key);
      const pods = service ? leavingTogether(preflight, service) : [];
      return pods.length === 0 ? [] : [finding(preflight, key, webhooks, pods)];
    });
  },
});

function finding(
  preflight: Preflight,
  service: string,
  webhooks: readonly PlacedWebhook[],
  pods: readonly Pod[],
): FindingDraft {
  const { cluster } = preflight;
  const [first] = pods as [Pod, ...Pod[]];
  const own = webhooks.filter(({ webhook }) => selectsObject(cluster, webhook, first));
  const isMaybe = own.every(
    ({ webhook }) =>
      webhook.matchConditions > 0 || (!isGiven(cluster, "Namespace") && webhook.namespaceSelector.length > 0),
  );
  const asked = replacedPods(preflight).filter((pod) =>
    webhooks.some(({ webhook }) => selectsObject(cluster, webhook, pod)),
  ).length;
  const names = [...new Set(webhooks.map(({ configuration }) => configuration.name))];
  const nodes = nodesOf(pods);
  const isDeadlock = own.length > 0;
  const where = whereReady(pods, listed(nodes));
  return {
    subject: service,
    // A webhook that no pod here is subject to holds nothing up; what a rehearsal shows by itself is said there.
    ...((asked === 0 && !isDeadlock) || isRehearsed(preflight, webhooks)
      ? { severity: "info" as const }
      : {}),
    weight: isDeadlock ? 340 : asked === 0 ? 20 : 230,
    message: isDeadlock
      ? `answers ${listed(names)} (failurePolicy Fail), which ${isMaybe ? "may be" : "is"} asked about its own new pods too, and ${where}`
      : `answers ${listed(names)} (failurePolicy Fail), and ${where}: until a new one is Ready, ${asked === 0 ? "what it is asked about is refused; no pod that a drain evicts is subject to it" : `new pods that it is asked about are refused, ${asked} of those that a drain evicts`}`,
    details: [...(isDeadlock ? deadlock(nodes, pods, isMaybe) : comesBack(preflight, first, nodes))],
    data: { service, webhooks: names, pods: pods.map(keyOf), nodes, isDeadlock, asked },
  };
}

/** Whether the rehearsal of this plan refuses by all of these webhooks. */
function isRehearsed({ cluster, scope }: Preflight, webhooks: readonly PlacedWebhook[]): boolean {
  return scope === "plan" && webhooks.every(({ webhook }) => whyUnknown(cluster, webhook) === undefined);
}

function deadlock(nodes: readonly string[], pods: readonly Pod[], isMaybe: boolean): string[] {
  return [
    `A drain of ${listed(nodes)} takes ${listed(pods.map(keyOf))},`,
    "  so no pod answers the webhook,",
    "    so the API server refuses new pods that it is asked about,",
    "      also the one that would answer: nothing ends this by itself.",
    ...(isMaybe ? ["Its matchConditions or namespace labels may exclude them: not known here."] : []),
    "Run a second replica on another node first, or exclude its namespace from the webhook.",
  ];
}

function comesBack({ cluster }: Preflight, pod: Pod, nodes: readonly string[]): string[] {
  const others = cluster.objects.Node.filter(
    (node) => !nodes.includes(node.name) && isOpenTo(pod.spec, node),
  ).length;
  return [
    `It is not asked about its own pods, so they come back: ${counted(others, "other node")} may take them.`,
  ];
}
