import { humanDuration } from "../../lib/duration.ts";
import { drainDefaults } from "../../plan/plan.ts";
import type { EventOf, TraceEvent } from "../../trace/event.ts";
import { drainCommand } from "../kubectl-commands.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import { type Undrained, undrainedAt } from "../undrained-pods.ts";

/**
 * A machine restarts with pods on it that a drain would have moved: their processes end with it, no budget is asked, and
 * they start again in place once it is back. Source: kubernetes.io, "Safely Drain a Node", "Graceful node shutdown"
 * (without shutdownGracePeriod nothing is terminated in order); facts/timing.json, kubelet.gracefulNodeShutdown.
 */
export const rebootedUndrained = defineOutcomeRule({
  id: "rebooted-undrained",
  severity: "warning",
  title: "A machine restarts with pods on it",
  check: (outcome) => {
    const found = onNodesWithPods(outcome);
    return found.length === 0 ? [] : [finding(outcome, found)];
  },
});

type Found = Undrained<EventOf<"node.down">>;

function onNodesWithPods(outcome: Outcome): readonly Found[] {
  const isReboot = (event: TraceEvent): event is EventOf<"node.down"> =>
    event.kind === "node.down" && event.reason === "reboot";
  // What is on its way out goes with the machine no worse than without it.
  return undrainedAt(outcome, isReboot)
    .map(({ pods, ...rest }) => ({
      ...rest,
      pods: pods.filter(({ terminating }) => terminating === undefined),
    }))
    .filter(({ pods }) => pods.length > 0);
}

function finding({ trace }: Outcome, found: readonly Found[]): FindingDraft {
  const nodes = [...new Set(found.map(({ event }) => event.node))];
  const pods = found.flatMap((each) => each.pods);
  const [first] = found as [Found, ...Found[]];
  const upAt = trace.events.find(
    (event) => event.kind === "node.up" && event.node === first.event.node && event.time >= first.event.time,
  )?.time;
  const away = upAt === undefined ? "" : ` for ${humanDuration(upAt - first.event.time)}`;
  const flags = { ...drainDefaults, ignoreDaemonSets: true, deleteEmptyDirData: true };
  return {
    subject: nodes.length === 1 ? nodes[0]! : counted(nodes.length, "node"),
    at: first.event.time,
    events: found.map(({ number }) => number),
    weight: 390 + Math.min(50, pods.length),
    message: `${verb(nodes.length, "restarts", `${listed(nodes)} restart`)} with ${counted(pods.length, "pod")} on ${verb(nodes.length, "it", "them")}: no budget is asked, and ${verb(pods.length, "it is", "they are")} away${nodes.length === 1 ? away : ""} without being made elsewhere`,
    details: [
      `There: ${listed(
        pods.map(({ namespace, name }) => `${namespace}/${name}`),
        6,
      )}.`,
      "Their processes end with the machine, without their grace period unless its kubelet has a shutdownGracePeriod; they start again in place.",
    ],
    suggestions: [
      {
        commands: nodes.map((node) => drainCommand([node], flags)),
        edit: { kind: "none" },
        cost: "Before it restarts, one node at a time, and kubectl uncordon after it: takes as long as the drain.",
        harm: 0,
      },
    ],
    data: { nodes, pods: pods.map(({ namespace, name }) => `${namespace}/${name}`) },
  };
}
