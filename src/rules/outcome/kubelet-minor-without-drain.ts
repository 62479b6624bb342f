import { controlPlaneOf } from "../../model/control-plane.ts";
import { parseVersion } from "../../model/version.ts";
import type { EventOf, TraceEvent } from "../../trace/event.ts";
import { counted, listed } from "../../lib/counted.ts";
import { type Undrained, undrainedAt } from "../undrained-pods.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * A kubelet gets another minor while pods that a drain would have moved run on its node, or, on a control-plane node,
 * while that is open for pods. In-place minor upgrades of a kubelet are not supported: the node is to be drained first.
 * Source: version skew policy, "kubelet"; facts/skew.ts.
 */
export const kubeletMinorWithoutDrain = defineOutcomeRule({
  id: "kubelet-minor-without-drain",
  severity: "warning",
  title: "A kubelet gets another minor with pods on its node",
  check: (outcome) => {
    const found = onNodesWithPods(outcome);
    return found.length === 0 ? [] : [finding(found)];
  },
});

type Found = Undrained<EventOf<"component.upgraded">>;

function onNodesWithPods(outcome: Outcome): readonly Found[] {
  const isMinor = (event: TraceEvent): event is EventOf<"component.upgraded"> =>
    event.kind === "component.upgraded" &&
    event.component === "kubelet" &&
    parseVersion(event.from)?.minor !== parseVersion(event.to)?.minor;
  const controlPlane = new Set(controlPlaneOf(outcome.cluster).nodes);
  return undrainedAt(outcome, isMinor).filter(
    ({ event, pods, isCordoned }) => pods.length > 0 || (controlPlane.has(event.node) && !isCordoned),
  );
}

function finding(found: readonly Found[]): FindingDraft {
  const nodes = found.map(({ event }) => event.node);
  const pods = found.flatMap((each) => each.pods);
  const [first] = found as [Found, ...Found[]];
  const { from, to } = first.event;
  return {
    subject: nodes.length === 1 ? nodes[0]! : counted(nodes.length, "node"),
    at: first.event.time,
    events: found.map(({ number }) => number),
    weight: 340,
    message: `kubelet goes from ${from} to ${to} ${where(pods.length, nodes)}: in-place minor upgrades are not supported`,
    details: [
      ...(pods.length === 0
        ? [
            "Static pods and pods of DaemonSets are there, which no drain takes away; anything else may come meanwhile.",
          ]
        : [
            `There: ${listed(
              pods.map(({ namespace, name }) => `${namespace}/${name}`),
              6,
            )}.`,
          ]),
      "Drain the node first. A new kubelet may restart containers that the old one started.",
      "https://kubernetes.io/releases/version-skew-policy/",
    ],
    data: { nodes, pods: pods.length, from, to },
  };
}

function where(pods: number, nodes: readonly string[]): string {
  if (pods > 0) return `with ${counted(pods, "pod")} on ${listed(nodes)}`;
  return `on ${listed(nodes)}, which ${nodes.length === 1 ? "is" : "are"} not drained`;
}
