import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, object, service } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "service-without-endpoints";
const two = nodes("node-1", "node-2");
const down = deployment("shop/web", ["node-1"], { isReady: false });

test("a Service whose only pod is not Ready was down before", () => {
  expect(ofCluster(clusterOf(two, down, service("shop/web")), rule)).toMatchObject([
    {
      severity: "info",
      subject: "shop/web",
      message: "selects 1 pod, none Ready: it has no endpoint already",
    },
  ]);
});

test("several of one namespace are one finding", () => {
  const cluster = clusterOf(two, down, service("shop/web"), service("shop/api"));
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      subject: "shop",
      message: "2 Services have no Ready pod already: web and api",
      details: ["web: 1 pod, 0 Ready.", "api: 0 pods, 0 Ready."],
    },
  ]);
});

test("near misses: Ready, published although not Ready, answered by others, or not the plan's", () => {
  expect(ofCluster(clusterOf(two, deployment("shop/web", ["node-1"]), service("shop/web")), rule)).toEqual(
    [],
  );
  const published = service("shop/web", undefined, { publishNotReadyAddresses: true });
  expect(ofCluster(clusterOf(two, down, published), rule)).toEqual([]);
  const external = object("v1", "Service", "shop/db", { spec: { ports: [{ port: 80 }] } });
  expect(ofCluster(clusterOf(two, deployment("shop/web", ["node-1"]), external), rule)).toEqual([]);
  expect(besidePlan(clusterOf(two, down, service("shop/web")), drainOf(["node-2"]), rule)).toEqual([]);
});

test("near miss: a ready endpoint is recorded whose pod the snapshot lacks", () => {
  const slice = {
    ...object("discovery.k8s.io/v1", "EndpointSlice", "shop/web-x", {
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.0.0.9"], conditions: { ready: true } }],
    }),
  };
  const labels = { "kubernetes.io/service-name": "web" };
  const metadata = { ...(slice["metadata" as never] as object), labels };
  expect(ofCluster(clusterOf(two, down, service("shop/web"), { ...slice, metadata }), rule)).toEqual([]);
});
