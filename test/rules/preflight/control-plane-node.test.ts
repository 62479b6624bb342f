import { expect, test } from "vitest";
import type { Step } from "../../../src/plan/plan.ts";
import { fixed } from "../../../src/plan/assumptions.ts";
import { type ApiObject, clusterOf, node, nodes, pod } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf, planOf } from "../../support/rehearse.ts";

const rule = "control-plane-node";
const labels = { "node-role.kubernetes.io/control-plane": "" };

function member(name: string, isReady = true): ApiObject {
  const etcd = pod(`kube-system/etcd-${name}`, name, { labels: { component: "etcd" }, isReady });
  const annotations = { "kubernetes.io/config.mirror": "abc", "kubernetes.io/config.source": "file" };
  return { ...etcd, metadata: { ...(etcd["metadata"] as ApiObject), annotations } };
}

function controlPlane(ready: readonly boolean[]) {
  const names = ready.map((_, index) => `cp-${index + 1}`);
  return clusterOf(
    names.map((name) => node(name, { labels })),
    names.map((name, index) => member(name, ready[index])),
    node("node-1"),
  );
}

const names = (...list: readonly string[]) => ({ kind: "names", names: list }) as const;
const reboot = (name: string): Step => ({
  kind: "reboot",
  name: "reboot",
  nodes: names(name),
  duration: fixed(60_000),
});
const rebooting = (name: string) => planOf([...drainOf([name]).steps, reboot(name)]);

test("one of three: how many are left, and that its static pods go on", () => {
  expect(besidePlan(controlPlane([true, true, true]), drainOf(["cp-1"]), rule)).toMatchObject([
    {
      severity: "info",
      subject: "cp-1",
      message: "1 of 3 control-plane nodes; 2 remain, 2 Ready",
      details: [
        "etcd: 3 members, 2 needed; without this machine 2 Ready ones are left.",
        "The drain leaves its API server and etcd running where they are static pods; only a reboot stops them.",
      ],
    },
  ]);
});

test("one etcd member is away already: rebooting another loses the majority", () => {
  const cluster = controlPlane([true, true, false]);
  expect(besidePlan(cluster, rebooting("cp-1"), rule)).toMatchObject([
    {
      severity: "warning",
      message: "etcd has 3 members and needs 2; while this machine is down, 1 is left: no API server answers",
    },
  ]);
  // A drain stops no member.
  expect(besidePlan(cluster, drainOf(["cp-1"]), rule)[0]!.severity).toBe("info");
});

test("the only one goes down, whether or not its etcd is seen", () => {
  const cluster = clusterOf(node("cp-1", { labels }), node("node-1"));
  expect(besidePlan(cluster, rebooting("cp-1"), rule)[0]).toMatchObject({
    severity: "warning",
    message: "the only Ready control-plane node: while this machine is down, no API server answers",
  });
});

test("a drain of the only one leaves its API server running", () => {
  const cluster = clusterOf(node("cp-1", { labels }), node("node-1"));
  expect(besidePlan(cluster, drainOf(["cp-1"]), rule)[0]).toMatchObject({
    severity: "info",
    message: "the only control-plane node: pods that need one have no other to go to",
  });
});

test("near miss: one after the other, each back before the next, keeps the majority", () => {
  const plan = planOf(["cp-1", "cp-2", "cp-3"].flatMap((name) => rebooting(name).steps));
  const severities = besidePlan(controlPlane([true, true, true]), plan, rule).map(({ severity }) => severity);
  expect(severities).toEqual(["info", "info", "info"]);
});

test("near misses: a worker is drained; no plan at all", () => {
  const cluster = controlPlane([true, true, true]);
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)).toEqual([]);
  expect(ofCluster(cluster, rule)).toEqual([]);
  expect(besidePlan(clusterOf(nodes("node-1")), drainOf(["node-1"]), rule)).toEqual([]);
});
