import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, ownerRef, pod } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf, snapshot } from "../../support/rehearse.ts";

const rule = "owner-not-given";
const items = [
  ...nodes("node-1", "node-2"),
  ...deployment("shop/web", ["node-1"]),
  pod("shop/stray-0", "node-1", { owner: ownerRef("apps/v1", "ReplicaSet", "shop/stray-abc") }),
];

test("a snapshot that asked for ReplicaSets and lacks one: nothing replaces its pods here", () => {
  const annotations = { "seatrial/inventory": "Node,Pod,ReplicaSet" };
  const cluster = snapshot(
    JSON.stringify({ apiVersion: "v1", kind: "List", metadata: { annotations }, items }),
  );
  const [finding] = besidePlan(cluster, drainOf(["node-1"]), rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "ReplicaSet",
    message:
      "the input lacks 1 ReplicaSet that owns 1 pod on drained nodes: nothing replaces it in this rehearsal",
  });
  expect(finding!.details[0]).toBe("Missing: shop/stray-abc.");
  expect(finding!.suggestions[0]!.commands).toEqual(["kubectl get deployments,replicasets -A -o json"]);
  expect(ofCluster(cluster, rule)).toEqual([]);
});

test("near misses: nobody asked for ReplicaSets, so it is inferred; the pod is on another node", () => {
  expect(besidePlan(clusterOf(items), drainOf(["node-1"]), rule)).toEqual([]);
  const annotations = { "seatrial/inventory": "Node,Pod,ReplicaSet" };
  const cluster = snapshot(
    JSON.stringify({ apiVersion: "v1", kind: "List", metadata: { annotations }, items }),
  );
  expect(besidePlan(cluster, drainOf(["node-2"]), rule)).toEqual([]);
});
