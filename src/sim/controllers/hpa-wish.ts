import type { Pod } from "../../model/pod.ts";
import { type HorizontalPodAutoscaler, type HpaMetric, metricKey } from "../../model/policy.ts";
import type { Scalable } from "../../model/workload.ts";
import type { Sim } from "../sim.ts";
import { type Proposal, propose, proposeByTotal } from "./hpa-proposal.ts";

/** What the metrics of an autoscaler ask for together, before it is limited. */
export interface Wish {
  readonly ok: boolean;
  readonly replicas: number;
  readonly reason: string;
  readonly utilization: readonly number[];
  /** Condition ScalingActive, `STATUS Reason`. */
  readonly active: string;
  /** Whether it stays the same while no pod of the workload changes. */
  readonly isFinal: boolean;
}

/**
 * The largest of what the metrics ask for. A metric that cannot be read forbids a way down.
 * Source: pkg/controller/podautoscaler/horizontal.go, computeReplicasForMetrics.
 */
export function wishOf(sim: Sim, hpa: HorizontalPodAutoscaler, target: Scalable): Wish {
  const pods = podsOf(sim, target);
  let best: { replicas: number; metric: HpaMetric } | undefined;
  let unread: HpaMetric | undefined;
  let isFinal = true;
  const utilization: number[] = [];
  for (const metric of hpa.metrics) {
    const proposal = proposalOf(sim, hpa, metric, target, pods);
    if (!proposal.ok) {
      unread ??= metric;
      continue;
    }
    utilization.push(proposal.utilization);
    isFinal &&= proposal.isFinal;
    if (!best || proposal.replicas > best.replicas) best = { replicas: proposal.replicas, metric };
  }
  if (!best || (unread && best.replicas < target.replicas)) {
    const active = `False FailedGet${unread && unread.type !== "other" ? unread.type : "Resource"}Metric`;
    return { ok: false, replicas: target.replicas, reason: "", utilization, active, isFinal };
  }
  const reason = `${inWords(best.metric)} above target`;
  return { ok: true, replicas: best.replicas, reason, utilization, active: "True ValidMetricFound", isFinal };
}

function proposalOf(
  sim: Sim,
  hpa: HorizontalPodAutoscaler,
  metric: HpaMetric,
  target: Scalable,
  pods: readonly Pod[],
): Proposal {
  const { metrics } = sim.settings;
  const workload = `${target.namespace}/${target.kind}/${target.name}`;
  switch (metric.type) {
    case "other":
      return { ok: false };
    case "Object":
    case "External": {
      const total = metrics?.total(sim, workload, metric);
      if (total === undefined) return { ok: false };
      return proposeByTotal(hpa, metric, target.replicas, pods, total);
    }
    default: {
      const samples = metrics?.sample(sim, workload, pods, metric);
      return samples ? propose(hpa, metric, target.replicas, pods, samples, sim.epoch()) : { ok: false };
    }
  }
}

/** As the controller names a metric in its events. */
function inWords(metric: HpaMetric): string {
  switch (metric.type) {
    case "Resource":
    case "ContainerResource": {
      const kind = metric.type === "Resource" ? "resource" : "container resource";
      return metric.target === "Utilization"
        ? `${metric.name} ${kind} utilization (percentage of request)`
        : `${metric.name} ${kind}`;
    }
    case "Pods":
      return `pods metric ${metric.name}`;
    default:
      return `${metric.type.toLowerCase()} metric ${metricKey(metric)}`;
  }
}

/** Pods that the target's selector selects. */
function podsOf(sim: Sim, target: Scalable): Pod[] {
  const owners =
    target.kind === "Deployment" ? sim.state.childrenOf(target.uid).map(({ uid }) => uid) : [target.uid];
  return owners.flatMap((uid) => sim.state.podsOwnedBy(uid));
}
