import { describe, expect, test } from "vitest";
import { drainers } from "../../src/facts/drainers.ts";
import { wordsFor } from "../../src/kubectl/wording.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { fixed, noAssumptions } from "../../src/plan/assumptions.ts";
import type { Drainer, DrainOptions } from "../../src/plan/plan.ts";
import type { Trace } from "../../src/trace/trace.ts";
import {
  budget,
  type ApiObject,
  clusterOf,
  deployment,
  node,
  nodes,
  pod,
  statefulSet,
} from "../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../support/rehearse.ts";

/** One flow for every drainer: each test shows in what one differs from kubectl. Numbers: src/facts/drainers.ts. */

/** `queue` can spare nobody for ever; `web` has nothing to say. */
const blocked = clusterOf(
  nodes("node-1", "node-2", "node-3"),
  statefulSet("data/queue", ["node-1", "node-2"]),
  deployment("shop/web", ["node-1"]),
  budget("data/queue", { minAvailable: 2 }),
);

function by(
  drainer: Drainer,
  cluster: Cluster,
  names: readonly string[] = ["node-1", "node-2"],
  options: Partial<DrainOptions> = {},
) {
  return rehearse(cluster, { ...drainOf(names, options), drainer });
}

/** A DaemonSet and its pods on both nodes. */
function daemonSet(ref: string, spec: Readonly<Record<string, unknown>> = {}): ApiObject[] {
  const [namespace, name = ""] = ref.split("/");
  const uid = `DaemonSet-${ref}`;
  const owner = { apiVersion: "apps/v1", kind: "DaemonSet", name, uid };
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "main" }], ...spec } };
  return [
    {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name, namespace, uid },
      spec: { selector: { matchLabels: labels }, template },
    },
    pod(`${ref}-1`, "node-1", { labels, owner, spec }),
    pod(`${ref}-2`, "node-2", { labels, owner, spec }),
  ];
}

/** What the client says of one kind, as `seconds text`. */
function said(trace: Trace, kind: string): string[] {
  return trace.events.flatMap((event) =>
    event.kind === "client.note" && event.note.kind === kind
      ? wordsFor(event.note).map(({ text }) => `${Math.floor(event.time / 1_000)} ${text}`)
      : [],
  );
}

function outcomes(rehearsed: ReturnType<typeof by>): string[] {
  return rehearsed.verdict.drains.map(({ node: name, outcome }) => `${name} ${outcome}`);
}

/** When evictions of a pod were refused, in whole seconds. */
function refusalSeconds({ events }: Trace): number[] {
  return events.flatMap((event) =>
    event.kind === "eviction.refused" ? [Math.round(event.time / 1_000)] : [],
  );
}

describe("a budget that never opens", () => {
  test("kubectl asks every 5 s for ever", () => {
    const rehearsed = by("kubectl", blocked);
    expect(rehearsed.verdict.word).toBe("HANGS");
    expect(refusalSeconds(rehearsed.trace).slice(0, 4)).toEqual([0, 5, 10, 15]);
  });

  test("cluster-api asks every 20 s for ever, and has cordoned nothing but the node whose turn it is", () => {
    const rehearsed = by("cluster-api", blocked);
    expect(rehearsed.verdict.word).toBe("HANGS");
    expect(refusalSeconds(rehearsed.trace).slice(0, 3)).toEqual([0, 20, 40]);
    expect(said(rehearsed.trace, "cordoned")).toEqual(["0 node/node-1 cordoned"]);
    expect(said(rehearsed.trace, "evictionRetry")[0]).toContain("(will retry after 20s)");
  });

  test("cluster-api with a nodeDrainTimeout takes the machine away with what is left on it", () => {
    const rehearsed = by("cluster-api", blocked, ["node-1"], { timeout: 600_000 });
    expect(outcomes(rehearsed)).toEqual(["node-1 drained"]);
    expect(said(rehearsed.trace, "forced")).toEqual([
      "600 node/node-1 not drained after 10m0s: data/queue-0 left to go with the machine",
    ]);
    expect(rehearsed.verdict.drains[0]!.remaining.map(({ name }) => name)).toEqual(["queue-0"]);
  });

  test("eks has closed all nodes and taken them out of the balancers; it gives up after 15 minutes and stops", () => {
    const rehearsed = by("eks", blocked);
    expect(said(rehearsed.trace, "cordoned")).toHaveLength(2);
    expect(rehearsed.trace.events.filter(({ kind }) => kind === "node.labelled")).toMatchObject([
      { node: "node-1", key: "node.kubernetes.io/exclude-from-external-load-balancers", value: "true" },
      { node: "node-2", key: "node.kubernetes.io/exclude-from-external-load-balancers", value: "true" },
    ]);
    expect(outcomes(rehearsed)).toEqual(["node-1 failed", "node-2 notReached"]);
    expect(rehearsed.verdict.drains[0]!.endedAt).toBeCloseTo(900_000, -3);
    expect(findingsOf(rehearsed.verdict, "drain-failed")[0]!.message).toMatch(
      /^the 15m0s of an EKS managed node group update are over and data\/queue-0 still refused/,
    );
  });

  test("eks with its force flag deletes what is left after 15 minutes, and goes on", () => {
    const rehearsed = by("eks", blocked, ["node-1"], { force: true });
    expect(outcomes(rehearsed)).toEqual(["node-1 drained"]);
    expect(said(rehearsed.trace, "forced")).toEqual([
      "900 node/node-1 not drained after 15m0s: data/queue-0 deleted past every budget",
    ]);
  });

  test("aks gives up after 30 minutes, or its drain time-out, and stops", () => {
    expect(by("aks", blocked).verdict.drains[0]!.endedAt).toBeCloseTo(1_800_000, -3);
    const longer = by("aks", blocked, ["node-1", "node-2"], { timeout: 3_600_000 });
    expect(longer.verdict.drains[0]!.endedAt).toBeCloseTo(3_600_000, -3);
    expect(outcomes(longer)).toEqual(["node-1 failed"]);
  });

  test("aks' force upgrade asks no budget", () => {
    const rehearsed = by("aks", blocked, ["node-1"], { disableEviction: true });
    expect(outcomes(rehearsed)).toEqual(["node-1 drained"]);
    expect(refusalSeconds(rehearsed.trace)).toEqual([]);
  });

  test("gke deletes what is left after an hour, at once, and goes on with the next node", () => {
    const rehearsed = by("gke", blocked);
    expect(outcomes(rehearsed)).toEqual(["node-1 drained", "node-2 drained"]);
    expect(said(rehearsed.trace, "forced").map((line) => line.split(" ")[0])).toEqual(["3600", "7200"]);
    expect(said(rehearsed.trace, "evicted")).toContain("3600 pod/queue-0 deleted");
  });

  test("karpenter closes by a taint and asks again after 100 ms, then twice as long, at most 10 s", () => {
    const { trace } = by("karpenter", blocked, ["node-1"]);
    expect(said(trace, "cordoned")).toEqual(["0 node/node-1 tainted karpenter.sh/disrupted:NoSchedule"]);
    expect(trace.events.some(({ kind }) => kind === "node.cordoned")).toBe(false);
    const delays = trace.events.flatMap((event) =>
      event.kind === "client.note" && event.note.kind === "evictionRetry" ? [event.note.retryMillis] : [],
    );
    expect(delays.slice(0, 9)).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  });

  test("karpenter with a terminationGracePeriod deletes a pod so early that it has its whole grace period", () => {
    const rehearsed = by("karpenter", blocked, ["node-1"], { timeout: 600_000 });
    expect(said(rehearsed.trace, "forced")).toEqual([
      "570 node/node-1 not drained after 10m0s: data/queue-0 deleted past every budget",
    ]);
    expect(outcomes(rehearsed)).toEqual(["node-1 drained"]);
  });
});

describe("pods that kubectl refuses without flags, or leaves", () => {
  const bare = clusterOf(nodes("node-1", "node-2"), pod("shop/bare", "node-1"));

  test.each(Object.keys(drainers) as Drainer[])("%s: a pod without a controller", (drainer) => {
    expect(outcomes(by(drainer, bare, ["node-1"]))).toEqual([
      drainer === "kubectl" ? "node-1 refused" : "node-1 drained",
    ]);
  });

  const skipping = { "cluster.x-k8s.io/drain": "skip" };
  const labelled = clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1"], { labels: skipping }),
  );

  test.each(["kubectl", "cluster-api"] as const)("%s: a pod with Cluster API's skip label", (drainer) => {
    const { trace } = by(drainer, labelled, ["node-1"]);
    expect(said(trace, "evicting")).toHaveLength(drainer === "kubectl" ? 1 : 0);
  });

  test("karpenter evicts pods of DaemonSets after all others, and none that tolerates its taint", () => {
    const toleration = { key: "karpenter.sh/disrupted", operator: "Exists" };
    const cluster = clusterOf(
      nodes("node-1", "node-2"),
      daemonSet("kube-system/agent"),
      daemonSet("kube-system/proxy", { tolerations: [toleration] }),
      deployment("shop/web", ["node-1"]),
      deployment("kube-system/dns", ["node-1"], { spec: { priorityClassName: "system-cluster-critical" } }),
    );
    const evicted = said(by("karpenter", cluster, ["node-1"]).trace, "evicting");
    expect(evicted.map((line) => line.replace(/^\d+ evicting pod /, "").replace(/-[^-]*$/, ""))).toEqual([
      "shop/web",
      "kube-system/agent",
      "kube-system/dns",
    ]);
    expect(said(by("eks", cluster, ["node-1"]).trace, "warning")[0]).toContain(
      "ignoring DaemonSet-managed Pods",
    );
  });

  test("karpenter waits for a pod that must not be disrupted, and asks for nothing", () => {
    const web = pod("shop/job", "node-1", {}) as { readonly metadata: object };
    const metadata = { ...web.metadata, annotations: { "karpenter.sh/do-not-disrupt": "true" } };
    const rehearsed = by("karpenter", clusterOf(nodes("node-1", "node-2"), { ...web, metadata }), ["node-1"]);
    expect(rehearsed.verdict.word).toBe("HANGS");
    expect(said(rehearsed.trace, "evicting")).toEqual([]);
    expect(said(rehearsed.trace, "held")).toHaveLength(1);
  });
});

describe("a pod that is only waited for", () => {
  const working = clusterOf(
    nodes("node-1", "node-2"),
    pod("batch/job", "node-1", { labels: { "cluster.x-k8s.io/drain": "wait-completed" } }),
    deployment("shop/web", ["node-1"]),
  );

  test("cluster-api lets it finish, however long that takes", () => {
    const blockedFor = by("cluster-api", working, ["node-1"]);
    expect(blockedFor.verdict.word).toBe("HANGS");
    expect(said(blockedFor.trace, "held")).toEqual([
      '0 pod "job" is not evicted, and waited for (cluster.x-k8s.io/drain: wait-completed)',
    ]);
    const assumptions = { ...noAssumptions, default: { run: fixed(310_000) } };
    const done = rehearse(working, { ...drainOf(["node-1"]), drainer: "cluster-api", assumptions });
    // It has run for 20 s at the start: it finishes after 290 s, which is seen at the look after 300 s.
    expect(Math.round(done.verdict.clientMillis! / 1_000)).toBe(300);
  });

  test("kubectl does not know the label", () => {
    expect(said(by("kubectl", working, ["node-1"], { force: true }).trace, "evicting")).toHaveLength(2);
  });
});

describe("times", () => {
  const slow = (seconds: number) =>
    clusterOf(
      nodes("node-1", "node-2"),
      deployment("shop/web", ["node-1"], { spec: { terminationGracePeriodSeconds: seconds } }),
    );
  const clientSeconds = (drainer: Drainer, cluster: Cluster) =>
    Math.round(by(drainer, cluster, ["node-1"]).verdict.clientMillis! / 1_000);

  test.each([
    ["kubectl", 30],
    // At its look after 40 s.
    ["cluster-api", 40],
    // And 60 s before the instance is terminated.
    ["eks", 90],
    ["aks", 30],
    ["gke", 30],
    ["karpenter", 30],
  ] as const)("%s: a pod that stops in 30 s", (drainer, seconds) => {
    expect(clientSeconds(drainer, slow(30))).toBe(seconds);
  });

  test("gke lets no pod stop for longer than an hour", () => {
    const { trace } = by("gke", slow(7_200), ["node-1"]);
    const grace = (event: Trace["events"][number]) =>
      event.kind === "pod.terminating" ? [event.graceSeconds] : [];
    expect(trace.events.flatMap(grace)).toEqual([3_600]);
  });

  test("two budgets over one pod: kubectl fails at once, others ask until their time is over", () => {
    const cluster = clusterOf(
      nodes("node-1", "node-2"),
      deployment("shop/web", ["node-1", "node-2"]),
      budget("shop/web", { minAvailable: 1 }),
      budget("shop/web-too", { maxUnavailable: 1 }, "web"),
    );
    expect(by("kubectl", cluster, ["node-1"]).verdict.clientMillis).toBeLessThan(1_000);
    expect(by("eks", cluster, ["node-1"]).verdict.clientMillis).toBeCloseTo(900_000, -3);
  });

  test("cluster-api does not wait for a kubelet that does not answer", () => {
    const cluster = clusterOf(
      node("node-1", { isReady: false }),
      nodes("node-2"),
      deployment("shop/web", ["node-1"], { isReady: false }),
    );
    expect(by("kubectl", cluster, ["node-1"]).verdict.clientMillis).toBeUndefined();
    expect(by("cluster-api", cluster, ["node-1"]).verdict.clientMillis).toBeLessThan(30_000);
  });
});

describe("what is not published", () => {
  test.each(Object.keys(drainers) as Drainer[])("%s: the report names it", (drainer) => {
    const { trace, verdict } = by(drainer, blocked, ["node-1"]);
    const { assumed, unknown } = drainers[drainer];
    const named = trace.header.assumptions.filter(({ subject }) => subject === drainer);
    expect(named.map(({ what, millis }) => ({ what, millis }))).toEqual(
      assumed.map(({ what, millis }: { readonly what: string; readonly millis: number }) => ({
        what,
        millis,
      })),
    );
    expect(verdict.unknown).toEqual(expect.arrayContaining([...unknown]));
  });

  test("a plan that nobody drains by others names nothing of theirs", () => {
    expect(by("kubectl", blocked).trace.header.assumptions.map(({ what }) => what)).not.toContain(
      "eviction retry",
    );
  });
});
