import { expect, test } from "vitest";
import { type ApiObject, clusterOf, deployment, node, nodes, statefulSet } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "node-not-ready";
const silent = node("node-1", { isReady: false });
const web = deployment("shop/web", ["node-1"]);

function reporting(): ApiObject {
  const ready = node("node-1");
  const conditions = [
    { type: "Ready", status: "False", reason: "KubeletNotReady", message: "PLEG is not healthy" },
  ];
  return { ...ready, status: { ...(ready["status"] as ApiObject), conditions } };
}

test("a kubelet that does not answer: nothing ends there, and the ways out with their cost", () => {
  const [finding] = ofCluster(clusterOf(silent, nodes("node-2"), web), rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "node-1",
    data: { status: "Unknown", pods: 1 },
  });
  expect(finding!.message).toBe(
    "Ready Unknown for 20 s: evictions are accepted, but the pod there does not end, and kubectl waits without end",
  );
  expect(finding!.suggestions.map(({ commands }) => commands[0])).toEqual([
    "kubectl get node node-1 -w",
    "kubectl -n shop delete pod web-0 --grace-period=0 --force",
    "kubectl taint nodes node-1 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute",
    "kubectl delete node node-1",
  ]);
});

test("a time-out or --skip-wait-for-delete-timeout bounds the wait", () => {
  const cluster = clusterOf(silent, nodes("node-2"), web);
  const message = (options: Record<string, number>) =>
    besidePlan(cluster, drainOf(["node-1"], options), rule)[0]!.message;
  expect(message({ timeout: 60_000 })).toMatch(/kubectl gives up after 1m0s$/);
  expect(message({ skipWaitForDeleteTimeout: 30 })).toMatch(
    /kubectl stops waiting for a pod 30 s after its deletion was due$/,
  );
});

test("details are whole sentences: nothing is announced that does not follow", () => {
  const [finding] = besidePlan(clusterOf(silent, nodes("node-2"), web), drainOf(["node-1"]), rule);
  expect(finding!.details.filter((line) => line.endsWith(":"))).toEqual([]);
  expect(finding!.details.at(-1)).toMatch(/^Three ways out: node-1 comes back;/);
});

test("--grace-period=0 waits for no kubelet: that is said, with its danger, and no wait is claimed", () => {
  const cluster = clusterOf(silent, nodes("node-2"), statefulSet("data/db", ["node-1"]));
  const [finding] = besidePlan(cluster, drainOf(["node-1"], { gracePeriod: 0, force: true }), rule);
  expect(finding!.message).toBe(
    "Ready Unknown for 20 s: --grace-period=0 deletes the pod there at once, whether it still runs or not: kubectl does not wait",
  );
  expect(finding!.details.join(" ")).toContain("data/db-0 may run twice under one name");
});

test("--skip-wait-for-delete-timeout: a StatefulSet's pod is never replaced", () => {
  const cluster = clusterOf(silent, nodes("node-2"), statefulSet("data/db", ["node-1"]));
  const [finding] = besidePlan(cluster, drainOf(["node-1"], { skipWaitForDeleteTimeout: 30 }), rule);
  expect(finding!.message).toMatch(
    /30 s after its deletion was due; data\/db-0 of a StatefulSet is never replaced$/,
  );
});

test("a kubelet that still reports may end pods or not: that is not claimed to be known", () => {
  const [finding] = ofCluster(clusterOf(reporting(), nodes("node-2"), web), rule);
  expect(finding!.message).toBe(
    "Ready False (KubeletNotReady): its kubelet still reports, and may or may not end the 1 pod that a drain evicts",
  );
  expect(finding!.details[0]).toBe("It says: PLEG is not healthy");
});

test("near misses: Ready, not drained, or empty", () => {
  expect(ofCluster(clusterOf(nodes("node-1", "node-2"), web), rule)).toEqual([]);
  expect(besidePlan(clusterOf(silent, nodes("node-2"), web), drainOf(["node-2"]), rule)).toEqual([]);
  const [finding] = ofCluster(clusterOf(silent, nodes("node-2")), rule);
  expect(finding!.message).toBe(
    "Ready Unknown for 0 s: no pod there is to be evicted, and none can start there",
  );
});
