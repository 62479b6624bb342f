import { expect, test } from "vitest";
import { type ApiObject, clusterOf, deployment, node, pod, service } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "static-pod-on-node";
const annotations = { "kubernetes.io/config.mirror": "abc", "kubernetes.io/config.source": "file" };
const proxy = pod("edge/proxy-node-1", "node-1", { labels: { app: "proxy" } });
const mirror = { ...proxy, metadata: { ...(proxy["metadata"] as ApiObject), annotations } };

test("a static pod behind a Service: it goes on serving from the drained node", () => {
  const cluster = clusterOf(node("node-1"), node("node-2"), mirror, service("edge/proxy"));
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)).toMatchObject([
    {
      severity: "info",
      subject: "node-1",
      message: "1 static pod stays and keeps serving edge/proxy until the machine goes down",
    },
  ]);
  expect(ofCluster(cluster, rule)).toEqual([]);
});

test("near misses: no Service, a control-plane node, a pod that is evicted", () => {
  const drain = drainOf(["node-1"]);
  expect(besidePlan(clusterOf(node("node-1"), node("node-2"), mirror), drain, rule)).toEqual([]);
  const labels = { "node-role.kubernetes.io/control-plane": "" };
  const master = clusterOf(node("node-1", { labels }), node("node-2"), mirror, service("edge/proxy"));
  expect(besidePlan(master, drain, rule)).toEqual([]);
  const web = clusterOf(
    node("node-1"),
    node("node-2"),
    deployment("edge/proxy", ["node-1"]),
    service("edge/proxy"),
  );
  expect(besidePlan(web, drain, rule)).toEqual([]);
});
