import { isReady } from "../../../src/model/pod.ts";
import type { MetricsSource, PodSample } from "../../../src/sim/nodes/metrics.ts";
import type { Rehearsal } from "../../../src/sim/simulate.ts";
import type { AppLoad, Json, Recording } from "./record.ts";

/** The lab's declared load, as its metrics server tells it; undefined where a recording has none. */
export function labMetrics(recording: Recording): MetricsSource | undefined {
  const { metrics } = recording;
  if (!metrics) return undefined;
  return {
    knows: () => true,
    firstSync: (autoscaler) => {
      const syncs = recording.facts.hpas?.[autoscaler]?.syncs ?? [];
      const first = syncs.map(([t]) => t!).filter((t) => t >= 0);
      return first.length > 0 ? Math.round(Math.min(...first) * 1_000) : undefined;
    },
    settledAt: recording.end * 1_000,
    total: () => undefined,
    sample: (sim, workload, pods, { name: resource }) => {
      const seconds = sim.now / 1_000;
      if (metrics.down?.some(([from, to]) => seconds >= from && seconds < to)) return undefined;
      const load = metrics.load[workload.split("/")[2]!];
      const points = resource === "cpu" ? load?.cpu : load?.memory;
      if (!load || !points) return new Map();
      const total = valueAt(points, seconds, load.ramp ?? false) * (resource === "cpu" ? 1 : 2 ** 20);
      const bearing = pods.filter((pod) => isReady(pod) && !pod.deletion);
      const share = Math.ceil(total / Math.max(1, bearing.length));
      const at = Math.floor(sim.epoch() / 1_000) * 1_000;
      const samples = new Map<string, PodSample>();
      for (const pod of pods) {
        if (pod.status.phase !== "Running" || isMissing(load, pod)) continue;
        const value = bearing.includes(pod) ? share : 0;
        samples.set(pod.uid, { value, at, windowMillis: (load.window ?? 10) * 1_000 });
      }
      return samples;
    },
  };
}

function isMissing(load: AppLoad, pod: { readonly name: string; readonly nodeName: string }): boolean {
  return load.missing?.some((name) => name === pod.nodeName || name === pod.name) ?? false;
}

function valueAt(points: readonly (readonly [number, number])[], seconds: number, ramp: boolean): number {
  let value = points[0]![1];
  points.forEach(([from, amount], index) => {
    if (seconds < from) return;
    const next = points[index + 1];
    value =
      ramp && next
        ? amount + ((next[1] - amount) * (Math.min(seconds, next[0]) - from)) / (next[0] - from)
        : amount;
  });
  return value;
}

interface Row {
  readonly t: number;
  readonly desired: number;
  readonly current: number;
  readonly conditions: readonly string[];
}

/** The comparable facts of the autoscalers. */
export function hpaFacts(recording: Recording, { trace }: Rehearsal, facts: Record<string, unknown>): void {
  for (const item of recording.initial.items) {
    if (item["kind"] !== "HorizontalPodAutoscaler") continue;
    const { namespace, name } = item["metadata"] as { namespace: string; name: string };
    const key = `${namespace}/${name}`;
    const rows: Row[] = [initialRow(item)];
    const rescales: string[] = [];
    for (const event of trace.events) {
      if (event.kind === "autoscaler.changed" && event.autoscaler === key) {
        const conditions = [event.able, event.active, event.limited];
        rows.push({ t: event.time / 1_000, desired: event.desired, current: event.current, conditions });
      }
      if (event.kind === "autoscaler.rescaled" && event.autoscaler === key)
        rescales.push(`New size: ${event.replicas}; reason: ${event.reason}`);
    }
    const steps = rows.filter((row, index) => index === 0 || rows[index - 1]!.desired !== row.desired);
    const last = rows.at(-1)!;
    facts[`hpas.${key}.desired`] = steps.map(({ desired }) => desired);
    steps
      .slice(1)
      .forEach(({ t }, index) => (facts[`hpas.${key}.step${index + 1}.s`] = Math.round(t * 100) / 100));
    facts[`hpas.${key}.end`] = [last.current, last.desired];
    facts[`hpas.${key}.conditions`] = last.conditions;
    facts[`hpas.${key}.reasons`] = [...new Set(rows.flatMap(({ conditions }) => conditions))].sort();
    facts[`hpas.${key}.rescales`] = rescales;
  }
}

function initialRow(item: Json): Row {
  const status = (item["status"] ?? {}) as {
    desiredReplicas?: number;
    currentReplicas?: number;
    conditions?: { type: string; status: string; reason: string }[];
  };
  const condition = (type: string) => {
    const found = status.conditions?.find((each) => each.type === type);
    return `${found?.status} ${found?.reason}`;
  };
  return {
    t: 0,
    desired: status.desiredReplicas ?? 0,
    current: status.currentReplicas ?? 0,
    conditions: ["AbleToScale", "ScalingActive", "ScalingLimited"].map(condition),
  };
}
