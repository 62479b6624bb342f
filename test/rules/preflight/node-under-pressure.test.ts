import { expect, test } from "vitest";
import { type ApiObject, clusterOf, deployment, node } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "node-under-pressure";

function pressed(name: string, status: string): ApiObject {
  const calm = node(name);
  const { conditions = [], ...rest } = calm["status"] as { conditions?: readonly ApiObject[] };
  return { ...calm, status: { ...rest, conditions: [...conditions, { type: "DiskPressure", status }] } };
}

test("a node under pressure takes few of the pods that move", () => {
  const web = deployment("shop/web", ["node-1"]);
  const cluster = clusterOf(node("node-1"), pressed("node-2", "True"), web);
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "node-2",
      message: "DiskPressure: 1 of 2 nodes takes only pods that tolerate it",
      details: [
        "Its kubelet removes images and evicts pods to win disk back.",
        "Tainted node.kubernetes.io/disk-pressure:NoSchedule: 0 of the 1 pod that a drain could move tolerate that.",
      ],
    },
  ]);
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)[0]!.severity).toBe("warning");
});

test("two nodes are one finding", () => {
  const cluster = clusterOf(node("node-1"), pressed("node-2", "True"), pressed("node-3", "True"));
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      subject: "DiskPressure",
      message: "DiskPressure on node-2 and node-3: 2 of 3 nodes take only pods that tolerate it",
    },
  ]);
});

test("near misses: the condition is False; the node itself is emptied", () => {
  expect(ofCluster(clusterOf(node("node-1"), pressed("node-2", "False")), rule)).toEqual([]);
  const cluster = clusterOf(node("node-1"), pressed("node-2", "True"));
  expect(besidePlan(cluster, drainOf(["node-2"]), rule)[0]!.severity).toBe("info");
});
