import { expect, test } from "vitest";
import type { Step } from "../../../src/plan/plan.ts";
import { boundVolume, clusterOf, deployment, localDisk, nodes, statefulSet } from "../../support/objects.ts";
import { rehearseSpec } from "../../support/plan-text.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const two = nodes("node-1", "node-2");

test("no room elsewhere: what the pod asks for, and the most that is left", () => {
  const cluster = clusterOf(
    two,
    deployment("shop/web", ["node-1"], { cpu: "2" }),
    deployment("shop/full", ["node-2"], { cpu: "3" }),
  );
  const { verdict } = rehearse(cluster, drainOf(["node-1"]));
  const [finding, ...others] = findingsOf(verdict, "pods-left-pending");
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ severity: "error", subject: "shop/Deployment/web" });
  expect(finding!.message).toContain("1 pod has no node at the end: ");
  expect(finding!.message).toContain("1 Insufficient cpu");
  expect(finding!.details).toContain(
    "It asks for 2 CPU; the most that is left on a node that takes pods: 1 CPU on node-2.",
  );
});

test("the place that it left stays free: the uncordon brings it back", () => {
  const cluster = clusterOf(
    two,
    deployment("shop/web", ["node-1"], { spec: { nodeSelector: { "kubernetes.io/hostname": "node-1" } } }),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "pods-left-pending");
  expect(finding!.details).toContain("Its place on node-1 stays free: uncordoned, it takes it again.");
  expect(finding!.suggestions).toMatchObject([
    { commands: ["kubectl uncordon node-1"], edit: { kind: "none" } },
  ]);
});

test("a place on a machine that is down is not given back by an uncordon", () => {
  const cluster = clusterOf(
    two,
    deployment("shop/web", ["node-1"], { spec: { nodeSelector: { "kubernetes.io/hostname": "node-1" } } }),
  );
  const plan = drainOf(["node-1"]);
  const reboot: Step = {
    kind: "reboot",
    name: "boot",
    nodes: { kind: "names", names: ["node-1"] },
    duration: { kind: "never" },
  };
  const { verdict } = rehearse(cluster, { ...plan, steps: [...plan.steps, reboot] });
  const [finding] = findingsOf(verdict, "pods-left-pending");
  expect(finding!.details).toContain(
    "Its place on node-1 stays free, but node-1 is down: only once it is back can a pod start there.",
  );
  expect(finding!.suggestions).toEqual([]);
});

test("room elsewhere: no finding", () => {
  const cluster = clusterOf(
    two,
    deployment("shop/web", ["node-1"], { cpu: "1" }),
    deployment("shop/full", ["node-2"], { cpu: "3" }),
  );
  expect(findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "pods-left-pending")).toEqual([]);
});

test("a volume on the drained node alone: it waits for the uncordon, and that is the way back", () => {
  const cluster = clusterOf(
    two,
    statefulSet("data/db", ["node-1"], {
      spec: { volumes: [{ name: "disk", persistentVolumeClaim: { claimName: "disk" } }] },
    }),
    boundVolume("pv-1", "data/disk", ["ReadWriteOnce"], localDisk("node-1")),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "pods-left-pending");
  expect(finding!.details).toContain(
    "Its volume pv-1 is within reach of node-1 alone: it waits until that node takes pods.",
  );
  expect(finding!.suggestions).toMatchObject([
    { commands: ["kubectl uncordon node-1"], edit: { kind: "none" } },
  ]);
});

test("a volume on a node that is deleted: it waits for a new one, and no uncordon helps", () => {
  const cluster = clusterOf(
    two,
    statefulSet("data/db", ["node-1"], {
      spec: { volumes: [{ name: "disk", persistentVolumeClaim: { claimName: "disk" } }] },
    }),
    boundVolume("pv-1", "data/disk", ["ReadWriteOnce"], localDisk("node-1")),
  );
  const { verdict } = rehearseSpec(
    cluster,
    "  steps:\n    - drain: { nodes: [node-1] }\n    - deleteNode: { nodes: [node-1] }\n",
  );
  const [finding] = findingsOf(verdict, "pods-left-pending");
  expect(finding!.details).toContain(
    "Its volume pv-1 was within reach of node-1 alone, and that node is deleted: it waits for a new node that reaches it.",
  );
  expect(finding!.suggestions).toEqual([]);
});

test("where the plan asserts other things, it is a warning", () => {
  const cluster = clusterOf(two, deployment("shop/web", ["node-1"], { cpu: "9" }));
  const plan = { ...drainOf(["node-1"]), assertions: [{ name: "up", kind: "noOutage" as const }] };
  expect(findingsOf(rehearse(cluster, plan).verdict, "pods-left-pending")[0]!.severity).toBe("warning");
});

test("several workloads for one reason: the count beside a name is its own, then that of all", () => {
  const names = ["a", "b", "c", "d"];
  const cluster = clusterOf(
    nodes("node-1"),
    ...names.map((name, index) =>
      deployment(`shop/${name}`, index === 0 ? ["node-1", "node-1"] : ["node-1"]),
    ),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "pods-left-pending");
  expect(finding!.subject).toBe("shop/Deployment/a");
  expect(finding!.message).toMatch(
    /^2 pods have no node at the end: .*; likewise 3 more workloads, 5 pods in all$/,
  );
  expect(finding!.details).toContain(
    "shop/Deployment/a (2), shop/Deployment/b (1), shop/Deployment/c (1) and shop/Deployment/d (1).",
  );
});

const pinned = {
  spec: {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "full" } } },
        ],
      },
    },
  },
};

test("an ordered StatefulSet behind a Pending pod: those that are not even made are counted and named", () => {
  const three = (more: Record<string, unknown>) =>
    clusterOf(
      two,
      statefulSet("data/db", ["node-1", "node-1", "node-1"], { ...pinned, more }),
      deployment("data/full", ["node-2"]),
    );
  const finding = (more: Record<string, unknown>) =>
    findingsOf(rehearse(three(more), drainOf(["node-1"])).verdict, "pods-left-pending")[0]!;
  expect(finding({}).message).toMatch(/^1 pod has no node at the end and 2 more are not made: /);
  expect(finding({}).details).toContain(
    "db-1 and db-2 are not made again: its StatefulSet makes pods in order, and waits for db-0.",
  );
  expect(finding({}).data["notMade"]).toEqual(["db-1", "db-2"]);
  expect(finding({ podManagementPolicy: "Parallel" }).message).toMatch(/^3 pods have no node at the end: /);
});

test("an ordered StatefulSet behind a pod that is not Ready: what it does not make again is told, though none is Pending", () => {
  const [set, ready, ...rest] = statefulSet("data/db", ["node-2", "node-1", "node-2"]);
  const conditions = [{ type: "Ready", status: "False" }];
  const unready = { ...ready, status: { ...(ready!["status"] as object), conditions } };
  const cluster = clusterOf(two, set!, unready, rest);
  const { verdict } = rehearse(cluster, drainOf(["node-1"]));
  expect(findingsOf(verdict, "pods-left-pending")).toMatchObject([
    {
      severity: "error",
      subject: "data/StatefulSet/db",
      message:
        "1 pod is not made again: db-1 waits for db-0 on node-2, which is not Ready, and was not at the start",
      data: { notMade: ["db-1"], waitsFor: "db-0" },
    },
  ]);
  const healthy = clusterOf(two, statefulSet("data/db", ["node-2", "node-1", "node-2"]));
  expect(findingsOf(rehearse(healthy, drainOf(["node-1"])).verdict, "pods-left-pending")).toEqual([]);
});
