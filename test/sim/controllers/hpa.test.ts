import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../src/model/cluster.ts";
import { type LoadTrace, noAssumptions } from "../../../src/plan/assumptions.ts";
import type { HpaTotalMetric } from "../../../src/model/policy.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { proposeByTotal } from "../../../src/sim/controllers/hpa-proposal.ts";
import type { EventOf } from "../../../src/trace/event.ts";
import {
  type ApiObject,
  autoscaler,
  type AutoscalerOptions,
  clusterOf,
  deployment,
  node,
  nodes,
  object,
} from "../../support/objects.ts";
import { drainOf, planOf, rehearse, running } from "../../support/rehearse.ts";

/** Newer than all else: the pods of these clusters started a day before. */
const later = "2026-11-21T12:00:00Z";
const clock = object("v1", "Namespace", "clock", {
  metadata: { name: "clock", uid: "clock", creationTimestamp: later },
});

/** Four pods of 100m on three nodes, and an autoscaler. */
function webWith(options: AutoscalerOptions, more: readonly ApiObject[] = []): Cluster {
  const on = ["node-1", "node-1", "node-2", "node-3"];
  return clusterOf(
    nodes("node-1", "node-2", "node-3"),
    deployment("shop/web", on),
    autoscaler("shop/web", options),
    clock,
    more,
  );
}

function waiting(seconds: number, load?: Readonly<Record<string, LoadTrace>>): Plan {
  const wait = { kind: "wait", name: "wait", duration: { kind: "fixed", millis: seconds * 1_000 } } as const;
  const assumptions = load ? { ...noAssumptions, load: { "shop/Deployment/web": load } } : noAssumptions;
  return planOf([wait], { assumptions });
}

const constant = (amount: number): LoadTrace => [{ at: 0, amount }];

function rescales(cluster: Cluster, plan: Plan): EventOf<"autoscaler.rescaled">[] {
  const { trace } = rehearse(cluster, plan);
  return trace.events.filter((event) => event.kind === "autoscaler.rescaled");
}

const sizes = (cluster: Cluster, plan: Plan) => rescales(cluster, plan).map(({ replicas }) => replicas);

/** What the controller writes of CPU at `percent` of the 100m that each pod requests. */
function status(percent: number, able = "ReadyForNewScale", desired = 4): ApiObject {
  const current = { averageUtilization: percent, averageValue: `${percent}m` };
  return {
    currentReplicas: desired,
    desiredReplicas: desired,
    currentMetrics: [{ type: "Resource", resource: { name: "cpu", current } }],
    conditions: [
      { type: "AbleToScale", status: "True", reason: able },
      { type: "ScalingActive", status: "True", reason: "ValidMetricFound" },
    ],
  };
}

describe("the load that the plan declares", () => {
  test("is shared: 4 pods of 100m under 400m at a target of 50 % want 8", () => {
    expect(sizes(webWith({}), waiting(60, { cpu: constant(400) }))).toEqual([8]);
  });

  test("within the tolerance of 10 % nothing happens", () => {
    expect(sizes(webWith({}), waiting(900, { cpu: constant(219) }))).toEqual([]);
  });

  test("one that falls is followed after five minutes, one that rises at once", () => {
    const cpu: LoadTrace = [
      { at: 0, amount: 200 },
      { at: 60_000, amount: 800 },
      { at: 300_000, amount: 100 },
    ];
    const steps = rescales(webWith({ max: 20 }), waiting(900, { cpu }));
    expect(steps.map(({ replicas }) => replicas)).toEqual([8, 16, 3]);
    const [up, , down] = steps.map(({ time }) => time / 1_000);
    expect(up).toBeGreaterThanOrEqual(60);
    expect(up).toBeLessThan(76);
    expect(down).toBeGreaterThan(584);
    expect(down).toBeLessThan(620);
  });

  test("a policy that forbids the way down does not keep a rehearsal going", () => {
    const cluster = webWith({ behavior: { scaleDown: { selectPolicy: "Disabled" } } });
    const { trace } = rehearse(cluster, waiting(60, { cpu: constant(50) }));
    expect(trace.events.at(-1)).toMatchObject({ kind: "run.ended", outcome: "finished" });
    expect(trace.events.at(-1)!.time).toBeLessThan(600_000);
  });
});

describe("the load that the snapshot shows", () => {
  test("a status at its target stays where it is, also while two of four pods move", () => {
    expect(sizes(webWith({ status: status(50) }), drainOf(["node-1"]))).toEqual([]);
  });

  test("a status that an earlier recommendation holds up comes down after five minutes", () => {
    const held = webWith({ status: status(30, "ScaleDownStabilized") });
    const steps = rescales(held, waiting(900));
    expect(steps.map(({ replicas }) => replicas)).toEqual([3]);
    expect(steps[0]!.time).toBeGreaterThan(280_000);
  });

  test("PodMetrics stand in for a status", () => {
    const metrics = [0, 1, 2, 3].map((index) =>
      object("metrics.k8s.io/v1beta1", "PodMetrics", `shop/web-${index}`, {
        containers: [{ name: "main", usage: { cpu: "90m", memory: "10Mi" } }],
      }),
    );
    expect(sizes(webWith({}, metrics), waiting(60))).toEqual([8]);
  });

  test("metrics that could not be read say nothing", () => {
    const { currentMetrics } = status(90) as { readonly currentMetrics: unknown };
    const failed = { type: "ScalingActive", status: "False", reason: "FailedGetResourceMetric" };
    const cluster = webWith({ status: { currentMetrics, conditions: [failed] } });
    const { trace, verdict } = rehearse(cluster, waiting(60));
    expect(trace.events.some(({ kind }) => kind === "autoscaler.rescaled")).toBe(false);
    expect(verdict.unknown.join("\n")).toContain("1 HorizontalPodAutoscaler stands still");
  });

  test("is listed as what was assumed, and by whom", () => {
    expect(rehearse(webWith({ status: status(50) }), waiting(1)).verdict.assumptions).toContainEqual({
      what: "load",
      subject: "shop/Deployment/web",
      millis: 0,
      amount: "200m cpu",
      origin: "snapshot",
      detail: "status of the autoscaler",
    });
  });
});

describe("without a load", () => {
  test("a size out of bounds is set right: a scale below the minimum", () => {
    const scale = {
      kind: "scale",
      name: "scale",
      workload: "shop/Deployment/web",
      to: 1,
      revert: false,
    } as const;
    const [step, ...more] = rescales(webWith({ min: 2 }), planOf([scale]));
    expect(step).toMatchObject({ replicas: 2, reason: "Current number of replicas below Spec.MinReplicas" });
    expect(more).toEqual([]);
  });

  test("a minimum that a patch raises is followed", () => {
    const patch = {
      kind: "patch",
      name: "patch",
      object: "shop/HorizontalPodAutoscaler/web",
      set: { minReplicas: 6 },
      revert: false,
    } as const;
    expect(sizes(webWith({ min: 2 }), planOf([patch]))).toEqual([6]);
  });

  test("zero replicas are left alone", () => {
    const scale = {
      kind: "scale",
      name: "scale",
      workload: "shop/Deployment/web",
      to: 0,
      revert: false,
    } as const;
    expect(sizes(webWith({ min: 2 }), planOf([scale]))).toEqual([]);
  });
});

describe("metrics of other kinds", () => {
  const withMetric = (metric: ApiObject) => {
    const { spec, ...rest } = autoscaler("shop/web", { max: 20 }) as { readonly spec: ApiObject };
    return clusterOf(
      node("node-1"),
      deployment("shop/web", ["node-1", "node-1", "node-1", "node-1"]),
      { ...rest, spec: { ...spec, metrics: [metric] } },
      clock,
    );
  };

  test("Pods: an average of a custom metric", () => {
    const pods = { metric: { name: "requests" }, target: { type: "AverageValue", averageValue: "100" } };
    const load = { requests: constant(700_000) };
    expect(sizes(withMetric({ type: "Pods", pods }), waiting(60, load))).toEqual([7]);
  });

  test("External: one amount for all, by its average or as a whole", () => {
    const average = { metric: { name: "queue" }, target: { type: "AverageValue", averageValue: "30" } };
    const load = { queue: constant(150_000) };
    expect(sizes(withMetric({ type: "External", external: average }), waiting(60, load))).toEqual([5]);
    const whole = { metric: { name: "queue" }, target: { type: "Value", value: "100" } };
    // More pods do not make such an amount smaller: it goes on up to the maximum.
    expect(sizes(withMetric({ type: "External", external: whole }), waiting(60, load))).toEqual([
      6, 9, 14, 20,
    ]);
  });

  test("of one amount for all a Ready pod bears its share until it is gone, also one on its way out", () => {
    const external = { metric: { name: "queue" }, target: { type: "Value", value: "100" } };
    const { HorizontalPodAutoscaler, Pod } = withMetric({ type: "External", external }).objects;
    const [hpa] = HorizontalPodAutoscaler;
    const [metric] = hpa!.metrics;
    const leaving = Pod.map((pod, index) =>
      index === 0 ? { ...pod, deletion: { at: 0, graceSeconds: 30 } } : pod,
    );
    const wished = (pods: typeof Pod) => proposeByTotal(hpa!, metric as HpaTotalMetric, 4, pods, 150_000);
    expect(wished(leaving)).toMatchObject({ ok: true, replicas: 6 });
    expect(wished(leaving.slice(0, 3))).toMatchObject({ ok: true, replicas: 5 });
    expect(wished([])).toEqual({ ok: false });
  });

  test("a container that requests nothing fails a utilization", () => {
    const containers = [
      { name: "main", image: "main", resources: { requests: { cpu: "100m" } } },
      { name: "proxy", image: "proxy" },
    ];
    const cluster = clusterOf(
      node("node-1"),
      deployment("shop/web", ["node-1"], { spec: { containers } }),
      autoscaler("shop/web", {}),
      clock,
    );
    const { trace } = rehearse(cluster, waiting(60, { cpu: constant(900) }));
    expect(trace.events).toContainEqual(
      expect.objectContaining({ kind: "autoscaler.changed", active: "False FailedGetResourceMetric" }),
    );
    expect(trace.events.some(({ kind }) => kind === "autoscaler.rescaled")).toBe(false);
  });
});

test("manifests come to rest within the bounds of their autoscalers", () => {
  const cluster = running(
    [deployment("shop/web", [], { replicas: 1 })[0], autoscaler("shop/web", { min: 3 })]
      .map((each) => JSON.stringify(each))
      .join("\n---\n"),
  );
  expect(cluster.objects.Pod).toHaveLength(3);
});
