import { controlPlaneOf } from "../../model/control-plane.ts";
import { parseVersion } from "../../model/version.ts";
import type { EventOf } from "../../trace/event.ts";
import { type PodView, World } from "../../trace/world.ts";
import { counted, listed } from "../phrases.ts";
import { wouldMove } from "../undrained-pods.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * A kubelet gets another minor while pods that a drain would have moved run on its node, or, on a control-plane node, while
 * that is open for pods. In-place minor upgrades of a
 * kubelet are not supported: the node is to be drained first. Source: version skew policy, "kubelet"; facts/skew.ts.
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

interface Found {
  readonly event: EventOf<"component.upgraded">;
  readonly number: number;
  readonly pods: readonly PodView[];
}

function onNodesWithPods(outcome: Outcome): readonly Found[] {
  const { trace } = outcome;
  const isMinor = (event: (typeof trace.events)[number]): event is EventOf<"component.upgraded"> =>
    event.kind === "component.upgraded" &&
    event.component === "kubelet" &&
    parseVersion(event.from)?.minor !== parseVersion(event.to)?.minor;
  if (!trace.events.some(isMinor)) return [];
  const world = World.initial(trace.header);
  const controlPlane = new Set(controlPlaneOf(trace.header.cluster).nodes);
  const found: Found[] = [];
  trace.events.forEach((event, number) => {
    world.apply(event);
    if (!isMinor(event)) return;
    const pods = world.podsOn(event.node).filter((pod) => wouldMove(outcome, pod));
    const isOpen = controlPlane.has(event.node) && world.nodes.get(event.node)?.isCordoned === false;
    if (pods.length > 0 || isOpen) found.push({ event, number, pods });
  });
  return found;
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
