import { outsideText } from "../plan/outside.ts";
import type { GateCondition } from "../plan/plan.ts";
import { roomSentence } from "./node-loads.ts";
import { listed } from "../lib/counted.ts";
import type { Outcome } from "./rule.ts";
import { firstReason } from "./scheduler-message.ts";
import type { StepReport } from "./step-reports.ts";

/** For a step that waited in vain: which of the conditions it waits for do not hold at the end, one sentence each. */
export function unmetConditions(outcome: Outcome, { step, node }: StepReport): string[] {
  switch (step?.kind) {
    case "gate":
      return step.until.flatMap((condition) => unmet(outcome, condition, node) ?? []);
    case "scale": {
      const replicas = outcome.index.scalable(step.workload)?.replicas ?? 0;
      return [readiness(outcome, step.workload, step.to ?? replicas + (step.by ?? 0))];
    }
    case "restartWorkload":
      return [readiness(outcome, step.workload, outcome.index.scalable(step.workload)?.replicas)];
    case "reboot":
    case "hook":
      return step.duration.kind === "never"
        ? ["Its duration is never: only a timeout ends it, and onFailure says what comes then."]
        : [];
    default:
      return [];
  }
}

function unmet(outcome: Outcome, condition: GateCondition, node: string): string | undefined {
  const { world } = outcome.analysis;
  switch (condition.kind) {
    case "nodeReady": {
      const notReady = [...world.nodes.values()]
        .filter(({ name, ready }) => (node === "" || name === node) && ready !== "True")
        .map(({ name }) => name);
      return notReady.length === 0 ? undefined : `nodeReady: ${listed(notReady)} not Ready.`;
    }
    case "noPendingPods": {
      const pending = [...world.pods.values()].filter(
        (pod) => pod.phase === "Pending" && pod.terminating === undefined,
      );
      if (pending.length === 0) return undefined;
      const names = pending.map(({ namespace, name }) => `${namespace}/${name}`);
      const [first] = pending;
      return `noPendingPods: ${listed(names)} Pending, ${firstReason(first!.unschedulable)}.`;
    }
    case "controlPlaneHealthy":
      return world.isApiUp ? undefined : "controlPlaneHealthy: the API is away.";
    case "etcdHealthy": {
      const { members = 0, healthy = 0 } = world.etcd ?? {};
      return healthy === members ? undefined : `etcdHealthy: ${healthy} of ${members} members are healthy.`;
    }
    case "nodesAt": {
      const others = [...world.nodes.keys()].filter(
        (name) => world.versions.get(`kubelet ${name}`) !== condition.version,
      );
      return others.length === 0 ? undefined : `nodesAt: ${listed(others)} not at ${condition.version}.`;
    }
    case "workloadReady":
      return readiness(outcome, condition.workload, outcome.index.scalable(condition.workload)?.replicas);
    case "command":
    case "prometheus":
      return condition.assume.kind === "never"
        ? `${outsideText(condition)}: the plan assumes that it never holds.`
        : undefined;
  }
}

function readiness(outcome: Outcome, workload: string, replicas: number | undefined): string {
  const all = [...outcome.analysis.world.pods.values()];
  const pods = all.filter((pod) => pod.workload === workload && pod.terminating === undefined);
  const ready = pods.filter(({ isReady }) => isReady).length;
  const pending = pods.find((pod) => pod.node === "");
  const room = pending && roomSentence(outcome, pending);
  const why = pending ? ` ${pending.name} is Pending, ${firstReason(pending.unschedulable)}.` : "";
  return `${workload}: ${ready} Ready${replicas === undefined ? "" : ` of ${replicas}`}.${why}${room ? ` ${room}` : ""}`;
}
