import { keyOf } from "../../model/meta.ts";
import { isReady, type Pod } from "../../model/pod.ts";
import { groupBy } from "../../lib/order.ts";
import { awayWith, departingPods } from "../drained-pods.ts";
import { counted, listed, verb } from "../phrases.ts";
import { nodesOf } from "../pod-groups.ts";
import { isOpenTo } from "../possible-nodes.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";
import { type PlacedWebhook, podRequest, selectsPod, webhooksAsked } from "../webhook-matching.ts";

/**
 * A fail-closed webhook that is asked about new pods, and all that answers it is on one drained node: from the
 * eviction until a new pod of it is Ready, no pod that it is asked about can be created; if it is asked about its own
 * pods too, nothing ends that. Source: kubernetes.io, "Admission webhook good practices".
 */
export const webhookOnDrainedNode = definePreflightRule({
  id: "webhook-on-drained-node",
  severity: "warning",
  title: "All pods behind a fail-closed webhook are on one drained node",
  check: (preflight) => {
    if (preflight.cluster.objects.Node.length < 2) return [];
    const leaving = new Set(departingPods(preflight));
    const closed = webhooksAsked(preflight.cluster, podRequest.create, podRequest.evict).filter(
      ({ webhook }) => webhook.failurePolicy === "Fail" && webhook.service !== undefined,
    );
    const byService = groupBy(closed, ({ webhook }) => keyOf(webhook.service!));
    return [...byService].flatMap(([service, webhooks]) => {
      const pods = podsBehind(preflight, service).filter(isReady);
      const [first] = pods;
      if (!first || !pods.every((pod) => leaving.has(pod))) return [];
      const away = awayWith(preflight, first.nodeName);
      if (!pods.every(({ nodeName }) => away.includes(nodeName))) return [];
      return [finding(preflight, service, webhooks, pods)];
    });
  },
});

function podsBehind({ cluster, index }: Preflight, key: string): readonly Pod[] {
  const service = cluster.objects.Service.find((each) => keyOf(each) === key);
  return service ? index.podsOfService(service) : [];
}

function finding(
  preflight: Preflight,
  service: string,
  webhooks: readonly PlacedWebhook[],
  pods: readonly Pod[],
): FindingDraft {
  const { cluster } = preflight;
  const [first] = pods as [Pod, ...Pod[]];
  const own = webhooks.filter(({ webhook }) => selectsPod(cluster, webhook, first));
  const isMaybe = own.every(({ webhook }) => webhook.matchConditions > 0);
  const names = [...new Set(webhooks.map(({ configuration }) => configuration.name))];
  const nodes = nodesOf(pods);
  const budgets = preflight.index.budgetsOf(first).map(keyOf);
  const others = cluster.objects.Node.filter(
    (node) => !nodes.includes(node.name) && isOpenTo(first.spec, node),
  ).length;
  return {
    subject: service,
    weight: own.length > 0 ? 340 : 230,
    message:
      own.length > 0
        ? `answers ${listed(names)} (failurePolicy Fail), which ${isMaybe ? "may be" : "is"} asked about its own new pods too, and ${counted(pods.length, "Ready pod")} of it ${verb(pods.length, "is", "are")} all on ${listed(nodes)}`
        : `answers ${listed(names)} (failurePolicy Fail), and ${counted(pods.length, "Ready pod")} of it ${verb(pods.length, "is", "are")} all on ${listed(nodes)}`,
    details:
      own.length > 0
        ? [
            `A drain of ${listed(nodes)} takes ${listed(pods.map(keyOf))},`,
            "  so no pod answers the webhook,",
            "    so the API server refuses new pods that it is asked about,",
            "      also the one that would answer: nothing ends this by itself.",
            ...(isMaybe ? ["Its matchConditions may exclude them: they are not evaluated here."] : []),
            "Webhooks are not modelled in the rehearsal.",
          ]
        : [
            "Until a new pod of it is Ready, the API server refuses new pods that it is asked about.",
            `It is not asked about its own pods, so they come back: ${counted(others, "other node")} may take them.`,
            "Webhooks are not modelled in the rehearsal.",
          ],
    suggestions: [],
    data: { service, webhooks: names, pods: pods.map(keyOf), nodes, isDeadlock: own.length > 0, budgets },
  };
}
