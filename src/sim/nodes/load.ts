import { hpaFacts } from "../../facts/hpa.ts";
import { metricsApiOf } from "../../facts/metrics-apis.ts";
import type { Cluster } from "../../model/cluster.ts";
import { isReady, type Pod } from "../../model/pod.ts";
import { type HpaMetric, metricKey } from "../../model/policy.ts";
import { formatResource } from "../../model/quantity.ts";
import type { Assumptions, LoadTrace } from "../../plan/assumptions.ts";
import { findLoads, isDriven, type Load, type Loads, targetRef } from "../../plan/loads.ts";
import type { AssumptionUse } from "../../trace/trace.ts";
import type { Sim } from "../sim.ts";
import type { MetricsSource, PodSample } from "./metrics.ts";

/** The metrics APIs over the loads that the plan declares or the snapshot shows. */
export function loadMetrics(cluster: Cluster, assumptions: Assumptions): MetricsSource {
  const loads = findLoads(cluster, assumptions);
  const ends = driving(cluster, loads).map(({ load }) => load.trace.at(-1)!.at);
  return {
    knows: (hpa) => isDriven(hpa, loads),
    firstSync: () => undefined,
    settledAt: Math.max(0, ...ends),
    sample(sim, workload, pods, metric) {
      const load = loads(workload, metric);
      return load && isServed(sim, metric) ? samplesOf(sim, load, pods) : undefined;
    },
    total(sim, workload, metric) {
      const load = loads(workload, metric);
      return load && isServed(sim, metric) ? amountAt(load.trace, sim.now) : undefined;
    },
  };
}

/** What was taken as the load of the workloads that autoscalers scale by it. */
export function loadAssumptions(cluster: Cluster, assumptions: Assumptions): readonly AssumptionUse[] {
  return driving(cluster, findLoads(cluster, assumptions)).map(useOf);
}

interface Driving {
  readonly workload: string;
  readonly metric: HpaMetric;
  readonly load: Load;
}

/** The loads of those autoscalers of which all is known. */
function driving({ objects }: Cluster, loads: Loads): readonly Driving[] {
  return objects.HorizontalPodAutoscaler.filter((hpa) => isDriven(hpa, loads)).flatMap((hpa) =>
    hpa.metrics.flatMap((metric): Driving[] => {
      const workload = targetRef(hpa);
      const load = loads(workload, metric);
      return load ? [{ workload, metric, load }] : [];
    }),
  );
}

/** Whether the API answers that has this metric: one that nobody knows of is taken to. */
function isServed(sim: Sim, metric: Exclude<HpaMetric, { readonly type: "other" }>): boolean {
  const apis = metricsApiOf(metric.type);
  const known = apis.filter((name) => sim.state.tables.APIService.has(name));
  const asked = known.length > 0 ? known : apis;
  return asked.some((name) => !sim.state.unavailableApis.has(name));
}

/** Pods that run have a sample each; those that are Ready share what is shared. */
function samplesOf(sim: Sim, { per, trace }: Load, pods: readonly Pod[]): ReadonlyMap<string, PodSample> {
  const amount = amountAt(trace, sim.now);
  const bears = (pod: Pod) => isReady(pod) && !pod.deletion && sim.state.isNodeUp(pod.nodeName);
  const share = per === "pod" ? amount : Math.ceil(amount / Math.max(1, pods.filter(bears).length));
  const at = Math.floor(sim.epoch() / 1_000) * 1_000;
  const samples = new Map<string, PodSample>();
  for (const pod of pods) {
    if (pod.status.phase !== "Running" || !sim.state.isNodeUp(pod.nodeName)) continue;
    const value = per === "pod" || bears(pod) ? share : 0;
    samples.set(pod.uid, { value, at, windowMillis: hpaFacts.sampleWindowMillis });
  }
  return samples;
}

function amountAt(trace: LoadTrace, now: number): number {
  let [{ amount }] = trace;
  for (const point of trace) if (point.at <= now) amount = point.amount;
  return amount;
}

function useOf({ workload, metric, load: { trace, per, origin, detail } }: Driving): AssumptionUse {
  const amounts = trace.map(({ amount }) => amount);
  const [low, high] = [Math.min(...amounts), Math.max(...amounts)].map((each) => amountWords(metric, each));
  const range = low === high ? low : `${low} to ${high}`;
  const amount = `${range} ${metricKey(metric)}${per === "pod" ? " a pod" : ""}`;
  return { what: "load", subject: workload, millis: 0, amount, origin, detail };
}

/** An amount in its own unit. */
function amountWords(metric: HpaMetric, amount: number): string {
  const isResource = metric.type === "Resource" || metric.type === "ContainerResource";
  return isResource ? formatResource(metric.name, amount) : String(amount / 1_000);
}
