import { describe, expect, test } from "vitest";
import { clusterAutoscalerFacts } from "../../../src/facts/cluster-autoscaler.ts";
import type { Cluster } from "../../../src/model/cluster.ts";
import { fixed, noAssumptions, type NodePoolAssumption } from "../../../src/plan/assumptions.ts";
import type { Plan, Step } from "../../../src/plan/plan.ts";
import type { TraceEvent } from "../../../src/trace/event.ts";
import { type ApiObject, clusterOf, deployment, node, nodes } from "../../support/objects.ts";
import { drainOf, planOf, rehearse, type Rehearsed } from "../../support/rehearse.ts";

const general: NodePoolAssumption = { name: "general", like: "node-1", min: 0, max: 5, join: fixed(120_000) };

const withPools = (plan: Plan, ...nodePools: readonly NodePoolAssumption[]): Plan => ({
  ...plan,
  assumptions: { ...noAssumptions, nodePools },
});

const wait = (seconds: number): Step => ({ kind: "wait", name: "wait", duration: fixed(seconds * 1_000) });

/** Nodes of 4 CPU that are full with two pods of 2 CPU each. */
function full(count: number, more: readonly ApiObject[] = []): Cluster {
  const names = Array.from({ length: count }, (_, index) => `node-${index + 1}`);
  const on = names.flatMap((name) => [name, name]);
  return clusterOf(nodes(...names), deployment("shop/web", on, { cpu: "2" }), more);
}

const ofPools = ({ trace }: Rehearsed): TraceEvent[] =>
  trace.events.filter(({ kind }) => kind.startsWith("nodepool."));

const pendingAtEnd = ({ verdict }: Rehearsed) => verdict.pending.length;

describe("pods that find no room", () => {
  test("bring as many nodes as they fill, after their machines have started", () => {
    const rehearsed = rehearse(full(3), withPools(drainOf(["node-1", "node-2"]), general));
    expect(ofPools(rehearsed)).toMatchObject([
      { kind: "nodepool.grown", from: 3, to: 4, max: 5, pods: 2 },
      { kind: "nodepool.grown", from: 4, to: 5, max: 5, pods: 2 },
    ]);
    expect(pendingAtEnd(rehearsed)).toBe(0);
    const joined = rehearsed.trace.events.flatMap((event) => (event.kind === "node.usable" ? [event] : []));
    expect(joined.map((event) => event.node)).toEqual(["general-1", "general-2"]);
    expect(joined[0]!.time).toBeGreaterThan(120_000);
    expect(rehearsed.verdict.assumptions).toContainEqual(
      expect.objectContaining({ what: "pool", subject: "general", origin: "plan" }),
    );
  });

  test("never more than the pool's maximum, and then it is said that they wait", () => {
    const rehearsed = rehearse(full(3), withPools(drainOf(["node-1", "node-2"]), { ...general, max: 4 }));
    expect(ofPools(rehearsed)).toMatchObject([
      { kind: "nodepool.grown", from: 3, to: 4, pods: 2 },
      { kind: "nodepool.stuck", pods: 2, reason: "general has its 4 nodes" },
    ]);
    expect(pendingAtEnd(rehearsed)).toBe(2);
    expect(rehearsed.verdict.findings.filter(({ rule }) => rule === "node-pool-changes")).toMatchObject([
      { severity: "warning", message: "2 Pending pods bring no node: general has its 4 nodes" },
      { severity: "info", subject: "general", message: "the pool goes from 3 to 4 nodes meanwhile" },
    ]);
  });

  test("bring none where no new node would take them", () => {
    const cluster = clusterOf(
      nodes("node-1", "node-2"),
      node("big", { cpu: "16", labels: { size: "big" } }),
      deployment("shop/web", ["big"], { cpu: "8" }),
    );
    const plan = withPools(drainOf(["big"]), general);
    const rehearsed = rehearse(cluster, plan);
    expect(ofPools(rehearsed)).toMatchObject([{ kind: "nodepool.stuck", pods: 1 }]);
    const both = withPools(drainOf(["big"]), general, { ...general, name: "large", like: "big", max: 2 });
    expect(ofPools(rehearse(cluster, both))).toMatchObject([
      { kind: "nodepool.grown", pool: "large", to: 2 },
    ]);
  });

  test("bring nodes of a second pool with the next scan, not once the first one's are there", () => {
    const cluster = clusterOf(
      node("node-1", { cpu: "4" }),
      node("big", { cpu: "16" }),
      deployment("shop/cache", ["node-1"], { cpu: "4" }),
      deployment("shop/web", ["big", "big"], { cpu: "2" }),
      deployment("shop/db", ["big"], { cpu: "8" }),
    );
    const large = { ...general, name: "large", like: "big" };
    const rehearsed = rehearse(cluster, withPools(drainOf(["big"]), general, large));
    const grown = ofPools(rehearsed);
    expect(grown).toMatchObject([
      { kind: "nodepool.grown", pool: "general", pods: 2 },
      { kind: "nodepool.grown", pool: "large", pods: 1 },
    ]);
    expect(grown[1]!.time - grown[0]!.time).toBe(clusterAutoscalerFacts.scanMillis);
    expect(pendingAtEnd(rehearsed)).toBe(0);
  });

  test("a DaemonSet's share of a new node is reckoned with", () => {
    const agent = {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { namespace: "kube-system", name: "agent", uid: "agent" },
      spec: {
        selector: { matchLabels: { app: "agent" } },
        template: {
          metadata: { labels: { app: "agent" } },
          spec: { containers: [{ name: "a", image: "a", resources: { requests: { cpu: "1" } } }] },
        },
      },
    };
    const cluster = clusterOf(
      nodes("node-1", "node-2"),
      deployment("shop/web", ["node-1", "node-2"], { cpu: "3" }),
      agent,
    );
    const rehearsed = rehearse(cluster, withPools(drainOf(["node-1"]), general));
    expect(ofPools(rehearsed)).toMatchObject([{ kind: "nodepool.grown", from: 2, to: 3 }]);
    expect(pendingAtEnd(rehearsed)).toBe(0);
  });

  test("near miss: pods that find room bring nothing", () => {
    const cluster = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1"], { cpu: "2" }));
    expect(ofPools(rehearse(cluster, withPools(drainOf(["node-1"]), general)))).toEqual([]);
  });
});

describe("a cluster autoscaler in the cluster", () => {
  const image = "registry.k8s.io/autoscaling/cluster-autoscaler:v1.33.0";
  const flags = ["./cluster-autoscaler", "--nodes=1:5:general"];
  const containers = [
    { name: "ca", image, command: flags, resources: { requests: { cpu: "100m", memory: "64Mi" } } },
  ];
  const labels = { "alpha.eksctl.io/nodegroup-name": "general" };
  const cluster = (on: string, cpu: string) =>
    clusterOf(
      node("node-1", { labels }),
      node("node-2", { labels }),
      deployment("kube-system/cluster-autoscaler", [on], { spec: { containers } }),
      deployment("shop/web", ["node-1", "node-2"], { cpu }),
    );

  test("has its pools from its flags and the labels of nodes", () => {
    const rehearsed = rehearse(cluster("node-2", "3"), drainOf(["node-1"]));
    // The node that was drained is empty for ten minutes then.
    expect(ofPools(rehearsed)).toMatchObject([
      { kind: "nodepool.grown", pool: "general", from: 2, to: 3 },
      { kind: "nodepool.shrunk", pool: "general", node: "node-1", to: 2 },
    ]);
    expect(pendingAtEnd(rehearsed)).toBe(0);
  });

  test("that evicts itself and finds no room brings no node for ever (kubernetes/autoscaler#582)", () => {
    const rehearsed = rehearse(cluster("node-1", "3950m"), drainOf(["node-1"]));
    expect(ofPools(rehearsed)).toEqual([]);
    expect(pendingAtEnd(rehearsed)).toBe(2);
  });

  test("that evicts itself and finds room goes on from there", () => {
    const rehearsed = rehearse(cluster("node-1", "3"), drainOf(["node-1"]));
    expect(ofPools(rehearsed)[0]).toMatchObject({ kind: "nodepool.grown", pool: "general", from: 2, to: 3 });
  });
});

describe("nodes that are empty", () => {
  const emptying = { ...general, scaleDown: 600_000 };
  const half = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1"], { cpu: "2" }));

  test("are taken away after ten minutes, cordoned or not", () => {
    const rehearsed = rehearse(half, withPools(drainOf(["node-1"]), emptying));
    expect(ofPools(rehearsed)).toMatchObject([{ kind: "nodepool.shrunk", node: "node-1", from: 2, to: 1 }]);
    const [taken] = ofPools(rehearsed);
    expect(taken!.time).toBeGreaterThan(600_000);
    expect(taken!.time).toBeLessThan(660_000);
  });

  test("not below the minimum, nor with the annotation that keeps them, nor those that were empty before", () => {
    expect(ofPools(rehearse(half, withPools(drainOf(["node-1"]), { ...emptying, min: 2 })))).toEqual([]);
    const annotations = { "cluster-autoscaler.kubernetes.io/scale-down-disabled": "true" };
    const one = node("node-1") as { readonly metadata: ApiObject };
    const kept = clusterOf(
      { ...one, metadata: { ...one.metadata, annotations } },
      node("node-2"),
      deployment("shop/web", ["node-1"], { cpu: "2" }),
    );
    expect(ofPools(rehearse(kept, withPools(drainOf(["node-1"]), emptying)))).toEqual([]);
    expect(ofPools(rehearse(half, withPools(planOf([wait(3_600)]), emptying)))).toEqual([]);
  });
});

test("a machine that does not come leaves its pods Pending and the rehearsal at its end", () => {
  const rehearsed = rehearse(
    full(2),
    withPools(drainOf(["node-1"]), { ...general, join: { kind: "never" } }),
  );
  expect(ofPools(rehearsed)).toHaveLength(1);
  expect(pendingAtEnd(rehearsed)).toBe(2);
  expect(rehearsed.trace.events.at(-1)).toMatchObject({ kind: "run.ended", outcome: "finished" });
});
