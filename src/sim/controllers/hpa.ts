import { hpaFacts as facts } from "../../facts/hpa.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import type { HorizontalPodAutoscaler } from "../../model/policy.ts";
import type { Scalable } from "../../model/workload.ts";
import { perSim } from "../per-sim.ts";
import type { Room, Sim } from "../sim.ts";
import type { AutoscalerStatus } from "../state/cluster-state.ts";
import { scaleWorkload } from "../state/object-writes.ts";
import { limit } from "./hpa-limits.ts";
import { heldWish, keep, longestWindow, memoryOf, stillBinds } from "./hpa-memory.ts";
import { type Wish, wishOf } from "./hpa-wish.ts";
import { type LookOutcome, periodicLook } from "./periodic-look.ts";

const period = facts.syncMillis + facts.workMillis;

/** One that came to rest, and whose pods have not changed since, has the same answer again. */
const syncs = periodicLook("hpa.sync", sync, (sim, key) => {
  const hpa = sim.state.tables.HorizontalPodAutoscaler.get(key);
  return hpa !== undefined && needsLook(sim, hpa);
});

/**
 * Scales workloads by their load, every 15 s. One whose load nobody knows only keeps its target within its bounds.
 * Source: pkg/controller/podautoscaler/horizontal.go.
 */
export const hpaRoom: Room = {
  name: "hpa",
  start: (sim) => {
    for (const [key, hpa] of sim.state.tables.HorizontalPodAutoscaler) begin(sim, key, hpa, 0);
  },
  on: {
    "object.created": (sim, { object }, number) => {
      const key = autoscalerKey(object);
      const hpa = key === undefined ? undefined : sim.state.tables.HorizontalPodAutoscaler.get(key);
      if (key !== undefined && hpa) begin(sim, key, hpa, number);
    },
    "object.patched": (sim, { object }, number) => {
      const key = autoscalerKey(object);
      if (key !== undefined) syncs.stir(sim, key, number);
    },
    "workload.scaled": (sim, { workload }, number) => stirTarget(sim, workload, number),
    "pod.ready": (sim, { pod }, number) => stirPod(sim, sim.state.pod(pod), number),
    "pod.unready": (sim, { pod }, number) => stirPod(sim, sim.state.pod(pod), number),
    "pod.terminating": (sim, { pod }, number) => stirPod(sim, sim.state.pod(pod), number),
    "pod.gone": (sim, _event, number) => stirPod(sim, sim.state.lastRemoved, number),
    "apiservice.changed": (sim, _event, number) => {
      for (const key of syncs.keys(sim)) syncs.stir(sim, key, number);
    },
  },
  tasks: syncs.tasks,
};

/** The autoscalers of a workload. */
const targets = perSim(() => new Map<string, Set<string>>());

function autoscalerKey(ref: string): string | undefined {
  const [namespace, kind, name] = ref.split("/");
  return kind === "HorizontalPodAutoscaler" ? `${namespace}/${name}` : undefined;
}

function begin(sim: Sim, key: string, hpa: HorizontalPodAutoscaler, cause: number): void {
  const { metrics } = sim.settings;
  const phase = metrics?.firstSync(key) ?? sim.chooser.choose(`hpa ${key}`, period);
  const first = cause === 0 ? sim.now + phase : sim.now;
  if (cause === 0) remember(sim, key, hpa, first - facts.syncMillis);
  const target = `${hpa.namespace}/${hpa.target.kind}/${hpa.target.name}`;
  const byTarget = targets(sim);
  byTarget.set(target, (byTarget.get(target) ?? new Set()).add(key));
  syncs.begin(sim, key, { delay: first - sim.now, period, cause, atRest: !needsLook(sim, hpa) });
}

/** Whether a sync can bring anything: of one without a load, only where the size is out of its bounds. */
function needsLook(sim: Sim, hpa: HorizontalPodAutoscaler): boolean {
  const target = targetOf(sim, hpa);
  if (!target) return false;
  return isDriven(sim, hpa) || boundsOf(hpa, target.replicas) !== undefined;
}

function stirTarget(sim: Sim, workload: string, cause: number): void {
  for (const key of targets(sim).get(workload) ?? []) syncs.stir(sim, key, cause);
}

function stirPod(sim: Sim, pod: Pod | undefined, cause: number): void {
  if (pod && targets(sim).size > 0) stirTarget(sim, sim.state.workloadOf(pod), cause);
}

function isDriven(sim: Sim, hpa: HorizontalPodAutoscaler): boolean {
  return sim.settings.metrics?.knows(hpa) ?? false;
}

/** What it wished before t = 0: under the load of t = 0, and as its status says. */
function remember(sim: Sim, key: string, hpa: HorizontalPodAutoscaler, lastSync: number): void {
  const target = targetOf(sim, hpa);
  if (!target || !isDriven(sim, hpa)) return;
  const held = heldWish(sim, hpa, lastSync);
  const wish = wishOf(sim, hpa, target);
  const last = wish.ok ? [{ at: lastSync, replicas: wish.replicas }] : [];
  keep(sim, key, { wishes: [...(held ? [held] : []), ...last], steps: [] });
}

function sync(sim: Sim, key: string, cause: number): LookOutcome | undefined {
  const hpa = sim.state.tables.HorizontalPodAutoscaler.get(key);
  if (!hpa) return undefined;
  const target = targetOf(sim, hpa);
  const isFinal = target ? adjust(sim, key, hpa, target, cause) : true;
  const isSteady = sim.now > (sim.settings.metrics?.settledAt ?? 0);
  return {
    afterMillis: period,
    atRest: isSteady && isFinal && !stillBinds(hpa, memoryOf(sim, key), sim.now),
  };
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

const within = "False DesiredWithinRange";

/** One sync: what it wants and what becomes of it. Whether it would be the same again while nothing changes. */
function adjust(
  sim: Sim,
  key: string,
  hpa: HorizontalPodAutoscaler,
  target: Scalable,
  cause: number,
): boolean {
  const current = target.replicas;
  const before = sim.state.autoscalers.get(key);
  const tell = (status: Partial<AutoscalerStatus> & Pick<AutoscalerStatus, "desired" | "able">) => {
    const old = { current, utilization: [], active: "True ValidMetricFound", limited: within, ...before };
    if (isDriven(sim, hpa)) report(sim, key, { ...old, ...status, current }, cause);
  };
  if (current === 0 && hpa.minReplicas !== 0) {
    tell({ desired: 0, able: "True SucceededGetScale", active: "False ScalingDisabled" });
    return true;
  }
  const bounded = boundsOf(hpa, current);
  if (bounded) {
    rescale(sim, key, target, bounded.replicas, bounded.reason, cause);
    tell({ desired: bounded.replicas, able: "True SucceededRescale" });
    return false;
  }
  if (!isDriven(sim, hpa)) return true;
  const wish = wishOf(sim, hpa, target);
  if (wish.ok) return follow(sim, { key, hpa, target, wish, cause }, tell);
  const { active, utilization } = wish;
  tell({ desired: current, able: "True SucceededGetScale", active, utilization });
  return wish.isFinal;
}

/** Limits a wish and sets the size that is left of it. */
function follow(
  sim: Sim,
  sized: {
    readonly key: string;
    readonly hpa: HorizontalPodAutoscaler;
    readonly target: Scalable;
    readonly wish: Wish;
    readonly cause: number;
  },
  tell: (status: Pick<AutoscalerStatus, "desired" | "able" | "active" | "limited" | "utilization">) => void,
): boolean {
  const { key, hpa, target, wish, cause } = sized;
  const current = target.replicas;
  const memory = memoryOf(sim, key);
  const { replicas: desired, able, limited } = limit(hpa, current, wish.replicas, memory, sim.now);
  const recent = memory.wishes.filter(({ at }) => at > sim.now - longestWindow(hpa));
  keep(sim, key, { ...memory, wishes: [...recent, { at: sim.now, replicas: wish.replicas }] });
  const { active, utilization } = wish;
  if (desired === current) {
    tell({ desired, able, active, limited, utilization });
    return wish.isFinal;
  }
  const reason =
    wish.replicas > current ? wish.reason : wish.replicas < current ? "All metrics below target" : "";
  rescale(sim, key, target, desired, reason, cause);
  tell({ desired, able: "True SucceededRescale", active, limited, utilization });
  return false;
}

/** Beyond its bounds the size is set right without asking the metrics. */
function boundsOf(
  hpa: HorizontalPodAutoscaler,
  current: number,
): { replicas: number; reason: string } | undefined {
  if (current === 0) return undefined;
  if (current > hpa.maxReplicas)
    return { replicas: hpa.maxReplicas, reason: "Current number of replicas above Spec.MaxReplicas" };
  if (current < hpa.minReplicas)
    return { replicas: hpa.minReplicas, reason: "Current number of replicas below Spec.MinReplicas" };
  return undefined;
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
function report(sim: Sim, key: string, status: AutoscalerStatus, cause: number): void {
  const { current, desired, utilization, able, active, limited } = status;
  const next = { current, desired, utilization, able, active, limited };
  const before = sim.state.autoscalers.get(key);
  if (before && JSON.stringify(before) === JSON.stringify(next)) return;
  sim.state.autoscalers.set(key, next);
  sim.emit({ kind: "autoscaler.changed", autoscaler: key, ...next }, cause);
}
