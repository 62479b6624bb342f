import { expect, test } from "vitest";
import { type ApiObject, clusterOf, deployment, node, nodes } from "../../support/objects.ts";
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
