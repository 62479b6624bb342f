import { expect, test } from "vitest";
import { takeDown } from "../../../src/sim/nodes/machine.ts";
import type { Room } from "../../../src/sim/sim.ts";
import {
  budget,
  clusterOf,
  deployment,
  node,
  nodes,
  ownerRef,
  pod,
  statefulSet,
} from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const queue = (limits: Record<string, unknown>) =>
  clusterOf(
    nodes("node-1", "node-2", "node-3"),
    statefulSet("data/queue", ["node-1", "node-2"]),
    budget("data/queue", limits),
  );

test("a budget that allows nothing: its arithmetic, the chain down to the controller, and what would help", () => {
  const { verdict } = rehearse(queue({ minAvailable: 2 }), drainOf(["node-1"]));
  const [finding] = findingsOf(verdict, "drain-never-ends");
  expect(verdict.word).toBe("HANGS");
  expect(finding).toMatchObject({
    severity: "error",
    subject: "node-1",
    message: "2 healthy - 2 needed (minAvailable 2) = 0 allowed",
    data: { budget: "data/queue", pods: ["data/queue-0"], healthy: 2, desired: 2, allowed: 0 },
  });
  expect(finding!.details).toEqual([
    "node-1 waits for data/queue-0 to leave,",
    "  which waits for budget data/queue to allow one eviction,",
    "    which waits for a third healthy pod,",
    "      which StatefulSet data/queue, replicas 2, will never create.",
    expect.stringMatching(/^Proved: after .* no event is left that could change this\.$/) as string,
  ]);
  expect(finding!.suggestions.map(({ edit, harm }) => ({ kind: edit.kind, harm }))).toEqual([
    { kind: "before", harm: 2 },
    { kind: "before", harm: 3 },
    { kind: "drain", harm: 5 },
  ]);
  expect(finding!.suggestions[0]).toMatchObject({
    commands: ["kubectl -n data scale statefulset queue --replicas=3"],
    edit: { kind: "before", steps: [{ kind: "scale", workload: "data/StatefulSet/queue", to: 3 }] },
    cost: "3 - 2 = 1 allowed. Scale it back to 2 afterwards.",
  });
  expect(finding!.suggestions[1]!.edit).toMatchObject({
    steps: [{ kind: "patch", object: "data/PodDisruptionBudget/queue", set: { minAvailable: 1 } }],
  });
  expect(finding!.suggestions[2]!.edit).toEqual({ kind: "drain", options: { disableEviction: true } });
});

test("a budget that allows one: no finding", () => {
  const { verdict } = rehearse(queue({ minAvailable: 1 }), drainOf(["node-1"]));
  expect(findingsOf(verdict, "drain-never-ends")).toEqual([]);
  expect(verdict.word).not.toBe("HANGS");
});

test("a percentage of few replicas: as many more as the budget needs, not one", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1"]),
    budget("shop/web", { minAvailable: "80%" }),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "drain-never-ends");
  expect(finding!.message).toBe(
    "1 healthy - 1 needed (minAvailable 80%: 80 % of 1 = 0.8, rounded up 1) = 0 allowed",
  );
  expect(finding!.details[2]).toBe("    which it does from 5 healthy pods on (5 - 4 = 1),");
  expect(finding!.suggestions[0]!.edit).toMatchObject({ steps: [{ kind: "scale", to: 5 }] });
});

test("maxUnavailable 0 allows none of any number: no scale-up is suggested", () => {
  const [finding] = findingsOf(
    rehearse(queue({ maxUnavailable: 0 }), drainOf(["node-1"])).verdict,
    "drain-never-ends",
  );
  expect(finding!.details[2]).toBe(
    "    which it never does: maxUnavailable 0 allows none of any number of pods.",
  );
  expect(finding!.suggestions.map(({ edit }) => edit)).toMatchObject([
    { kind: "before", steps: [{ kind: "patch", set: { maxUnavailable: 1 } }] },
    { kind: "drain" },
  ]);
});

test("a pod that a finalizer holds: not the budget is to blame", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    pod("shop/held", "node-1", { finalizers: ["example.com/hold"] }),
  );
  const [finding] = findingsOf(
    rehearse(cluster, drainOf(["node-1"], { force: true })).verdict,
    "drain-never-ends",
  );
  expect(finding).toMatchObject({
    message: "1 pod never goes away: finalizer example.com/hold",
    data: { because: "finalizer example.com/hold", pods: ["shop/held"] },
  });
  expect(finding!.suggestions.map(({ edit }) => edit.kind)).toEqual(["none"]);
});

test("a node whose kubelet is silent: the ways out, the ones that force last", () => {
  const cluster = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1"]));
  const lost: Room = { name: "lost", start: (sim) => void takeDown(sim, "node-1", "kubelet", 0) };
  const { verdict } = rehearse(cluster, drainOf(["node-1"]), { rooms: [lost] });
  const [finding] = findingsOf(verdict, "drain-never-ends");
  expect(finding!.message).toBe("1 pod never goes away: node-1 is down");
  expect(finding!.suggestions.map(({ harm }) => harm)).toEqual([0, 1, 4, 4, 5]);
  expect(finding!.suggestions[1]!.edit).toEqual({ kind: "drain", options: { skipWaitForDeleteTimeout: 60 } });
});

test("a budget over the pods of an operator: assumed, not proved, as operators lift their own budgets", () => {
  const owner = ownerRef("longhorn.io/v1beta2", "InstanceManager", "longhorn-system/im");
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    pod("longhorn-system/im-0", "node-1", { labels: { app: "im" }, owner }),
    budget("longhorn-system/im", { minAvailable: 1 }),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "drain-never-ends");
  expect(finding!.details.at(-1)).toMatch(
    /^Assumed: the operator of InstanceManager longhorn-system\/im leaves/,
  );
});

test("several nodes, one hangs: those after it are not reached", () => {
  const { verdict } = rehearse(queue({ minAvailable: 2 }), drainOf(["node-1", "node-3"]));
  expect(verdict.drains.map(({ node: name, outcome }) => [name, outcome])).toEqual([
    ["node-1", "hanging"],
    ["node-3", "notReached"],
  ]);
});

test("a scale-up of what Argo CD owns says who would undo it; the finding, who owns the budget", () => {
  const owned = {
    metadata: { annotations: { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web" } },
  };
  const [web, ...rest] = deployment("shop/web", ["node-1"]);
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    { ...web, metadata: { ...(web!["metadata"] as object), ...owned.metadata } },
    rest,
    budget("shop/web", { minAvailable: 1 }),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "drain-never-ends");
  expect(finding!.owner).toBeUndefined();
  expect(finding!.suggestions[0]!.cost).toBe(
    '2 - 1 = 1 allowed. Scale it back to 1 afterwards. Argo CD application "shop" owns Deployment shop/web: ' +
      "its next sync may undo a change of it.",
  );
});

test("a node that was NotReady before: its pods never go, whatever the API server accepts", () => {
  const cluster = clusterOf(
    node("node-1", { isReady: false }),
    nodes("node-2"),
    deployment("shop/web", ["node-1"]),
  );
  const silent: Room = { name: "silent", start: (sim) => void sim.state.downNodes.add("node-1") };
  const { verdict } = rehearse(cluster, drainOf(["node-1"]), { rooms: [silent] });
  expect(verdict.word).toBe("HANGS");
  const [finding] = findingsOf(verdict, "drain-never-ends");
  expect(finding!.message).toBe("1 pod never goes away: node-1 is NotReady (Ready Unknown)");
  expect(finding!.details).toContain("  which only the kubelet of node-1 can confirm,");
  expect(finding!.suggestions.map(({ edit }) => edit.kind)).toEqual([
    "none",
    "drain",
    "drain",
    "before",
    "none",
  ]);
});

test("a StatefulSet's pod on a silent node: that it is not replaced, and what a deletion by force may do", () => {
  const cluster = clusterOf(
    node("node-1", { isReady: false }),
    nodes("node-2"),
    statefulSet("data/db", ["node-1", "node-2"]),
  );
  const silent: Room = { name: "silent", start: (sim) => void sim.state.downNodes.add("node-1") };
  const { verdict } = rehearse(cluster, drainOf(["node-1"]), { rooms: [silent] });
  const [finding] = findingsOf(verdict, "drain-never-ends");
  expect(finding!.details).toContain(
    "data/db-0: a StatefulSet makes no second pod of a name, so it is not replaced while Terminating.",
  );
  const costs = finding!.suggestions.map(({ cost }) => cost);
  expect(costs[1]).toContain("data/db-0 of a StatefulSet is never replaced");
  expect(costs[2]).toContain("data/db-0 may run twice under one name, two writers of one volume");
  // The flag would mean node-2 as well: pod by pod then.
  const both = rehearse(cluster, drainOf(["node-1", "node-2"]), { rooms: [silent] }).verdict;
  expect(findingsOf(both, "drain-never-ends")[0]!.suggestions[2]).toMatchObject({
    commands: ["kubectl -n data delete pod db-0 --grace-period=0 --force"],
    edit: { kind: "none" },
  });
});
