import { hpaFacts as facts } from "../../facts/hpa.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import type { HorizontalPodAutoscaler } from "../../model/policy.ts";
import type { Scalable } from "../../model/workload.ts";
import type { Task } from "../engine/task-queue.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { scaleWorkload } from "../state/object-writes.ts";
import { limit, type HpaMemory } from "./hpa-limits.ts";
import { propose, type ResourceMetric } from "./hpa-proposal.ts";

/**
 * Scales workloads by their load, every 15 s. Without a declared load it stands still, and a finding says so.
 * Source: pkg/controller/podautoscaler/horizontal.go.
 */
export const hpaRoom: Room = {
  name: "hpa",
  start: (sim) => {
    const { metrics } = sim.settings;
    if (!metrics) return;
    for (const [key, hpa] of sim.state.tables.HorizontalPodAutoscaler) {
      remember(sim, key, hpa, metrics.firstSync - facts.syncMillis);
      sim.after(metrics.firstSync, "hpa.sync", key, 0, { priority: priority.controller });
    }
  },
  tasks: { "hpa.sync": sync },
};

const memories = new WeakMap<Sim, Map<string, HpaMemory>>();

function memoryOf(sim: Sim, key: string): HpaMemory {
  return memories.get(sim)?.get(key) ?? { wishes: [], steps: [] };
}

function keep(sim: Sim, key: string, memory: HpaMemory): void {
  let map = memories.get(sim);
  if (!map) memories.set(sim, (map = new Map()));
  map.set(key, memory);
}

/** What it wished at the sync before t = 0, under the load of t = 0. */
function remember(sim: Sim, key: string, hpa: HorizontalPodAutoscaler, at: number): void {
  const target = targetOf(sim, hpa);
  const wish = target && wishOf(sim, hpa, target);
  if (wish?.ok) keep(sim, key, { wishes: [{ at, replicas: wish.replicas }], steps: [] });
}

function sync(sim: Sim, task: Task): void {
  const key = task.subject;
  const hpa = sim.state.tables.HorizontalPodAutoscaler.get(key);
  if (!hpa) return;
  const next = facts.syncMillis + facts.workMillis;
  const target = targetOf(sim, hpa);
  if (target) adjust(sim, key, hpa, target, task.cause);
  // Wishes that run out of their window change the next answer, so a sync with any left is not idle.
  const isSteady = sim.now > (sim.settings.metrics?.settledAt ?? 0);
  const isSettled =
    isSteady && memoryOf(sim, key).wishes.every(({ replicas }) => replicas === target?.replicas);
  sim.after(next, "hpa.sync", key, task.cause, { priority: priority.controller, isTick: isSettled });
}

function targetOf(sim: Sim, hpa: HorizontalPodAutoscaler): Scalable | undefined {
  const { kind, name } = hpa.target;
  if (
    kind !== "Deployment" &&
    kind !== "StatefulSet" &&
    kind !== "ReplicaSet" &&
    kind !== "ReplicationController"
  )
    return undefined;
  return sim.state.tables[kind].get(`${hpa.namespace}/${name}`);
}

interface Wish {
  readonly ok: boolean;
  readonly replicas: number;
  readonly reason: string;
  readonly utilization: readonly number[];
}

/** The largest of what the metrics ask for. A metric that cannot be read forbids a way down. */
function wishOf(sim: Sim, hpa: HorizontalPodAutoscaler, target: Scalable): Wish {
  const workload = `${target.namespace}/${target.kind}/${target.name}`;
  const pods = podsOf(sim, target);
  let best: { replicas: number; metric: ResourceMetric } | undefined;
  let failed = 0;
  const utilization: number[] = [];
  for (const metric of hpa.metrics) {
    const samples =
      metric.type === "Resource"
        ? sim.settings.metrics?.sample(sim, workload, pods, metric.resource)
        : undefined;
    const proposal =
      metric.type === "Resource" && samples
        ? propose(hpa, metric, target.replicas, pods, samples, sim.epoch())
        : ({ ok: false } as const);
    if (!proposal.ok || metric.type !== "Resource") {
      failed++;
      continue;
    }
    utilization.push(proposal.utilization);
    if (!best || proposal.replicas > best.replicas) best = { replicas: proposal.replicas, metric };
  }
  if (!best || (failed > 0 && best.replicas < target.replicas))
    return { ok: false, replicas: target.replicas, reason: "", utilization };
  const { resource, target: kind } = best.metric;
  const what =
    kind === "Utilization"
      ? `${resource} resource utilization (percentage of request)`
      : `${resource} resource`;
  return { ok: true, replicas: best.replicas, reason: `${what} above target`, utilization };
}

/** Pods that the target's selector selects. */
function podsOf(sim: Sim, target: Scalable): Pod[] {
  const owners =
    target.kind === "Deployment" ? sim.state.childrenOf(target.uid).map(({ uid }) => uid) : [target.uid];
  return owners.flatMap((uid) => sim.state.podsOwnedBy(uid));
}

function adjust(sim: Sim, key: string, hpa: HorizontalPodAutoscaler, target: Scalable, cause: number): void {
  const current = target.replicas;
  const before = sim.state.autoscalers.get(key);
  const limitedBefore = before?.limited ?? "False DesiredWithinRange";
  const tell = (
    desired: number,
    able: string,
    active: string,
    limited: string,
    utilization: readonly number[],
  ) => report(sim, key, { current, desired, utilization, able, active, limited }, cause);
  const valid = "True ValidMetricFound";
  if (current === 0 && hpa.minReplicas !== 0)
    return tell(
      0,
      "True SucceededGetScale",
      "False ScalingDisabled",
      limitedBefore,
      before?.utilization ?? [],
    );
  const bounded = outOfBounds(hpa, current);
  if (bounded) {
    rescale(sim, key, target, bounded.replicas, bounded.reason, cause);
    return tell(
      bounded.replicas,
      "True SucceededRescale",
      before?.active ?? valid,
      limitedBefore,
      before?.utilization ?? [],
    );
  }
  const wish = wishOf(sim, hpa, target);
  if (!wish.ok)
    return tell(
      current,
      "True SucceededGetScale",
      "False FailedGetResourceMetric",
      limitedBefore,
      wish.utilization,
    );
  const memory = memoryOf(sim, key);
  const result = limit(hpa, current, wish.replicas, memory, sim.now);
  keep(sim, key, {
    ...memory,
    wishes: [
      ...memory.wishes.filter(({ at }) => at > sim.now - longestWindow(hpa)),
      { at: sim.now, replicas: wish.replicas },
    ],
  });
  if (result.replicas === current) return tell(current, result.able, valid, result.limited, wish.utilization);
  const reason =
    wish.replicas > current ? wish.reason : wish.replicas < current ? "All metrics below target" : "";
  rescale(sim, key, target, result.replicas, reason, cause);
  tell(result.replicas, "True SucceededRescale", valid, result.limited, wish.utilization);
}

/** Beyond its bounds the size is set right without asking the metrics. */
function outOfBounds(
  hpa: HorizontalPodAutoscaler,
  current: number,
): { replicas: number; reason: string } | undefined {
  if (current > hpa.maxReplicas)
    return { replicas: hpa.maxReplicas, reason: "Current number of replicas above Spec.MaxReplicas" };
  if (current < hpa.minReplicas)
    return { replicas: hpa.minReplicas, reason: "Current number of replicas below Spec.MinReplicas" };
  return undefined;
}

function longestWindow(hpa: HorizontalPodAutoscaler): number {
  const up = hpa.scaleUp?.stabilizationWindowSeconds ?? 0;
  const down = hpa.scaleDown?.stabilizationWindowSeconds ?? facts.downscaleStabilizationSeconds;
  return Math.max(up, down) * 1_000;
}

function rescale(
  sim: Sim,
  key: string,
  target: Scalable,
  replicas: number,
  reason: string,
  cause: number,
): void {
  const memory = memoryOf(sim, key);
  keep(sim, key, {
    ...memory,
    steps: [...memory.steps, { at: sim.now, change: replicas - target.replicas }],
  });
  const event = sim.emit({ kind: "autoscaler.rescaled", autoscaler: key, replicas, reason }, cause);
  scaleWorkload(sim, target, replicas, `HorizontalPodAutoscaler ${keyOf(target)}`, event);
}

/** Stores the status; the event comes only when something of it changes. */
function report(
  sim: Sim,
  key: string,
  status: {
    readonly current: number;
    readonly desired: number;
    readonly utilization: readonly number[];
    readonly able: string;
    readonly active: string;
    readonly limited: string;
  },
  cause: number,
): void {
  const before = sim.state.autoscalers.get(key);
  if (before && JSON.stringify(before) === JSON.stringify(status)) return;
  sim.state.autoscalers.set(key, status);
  sim.emit({ kind: "autoscaler.changed", autoscaler: key, ...status }, cause);
}
