import { expect, test } from "vitest";
import { clusterOf, deployment, node, nodes, pod, service, statefulSet } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "single-replica";
const two = nodes("node-1", "node-2");

test("one replica behind a Service: a drain takes it down, and a rolling restart first would not", () => {
  const cluster = clusterOf(two, deployment("shop/web", ["node-1"]), service("shop/web"));
  const [finding] = ofCluster(cluster, rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "shop/Deployment/web",
    message: "1 replica behind Service web: a drain of node-1 takes it down until the next pod is Ready",
  });
  expect(finding!.suggestions[0]!.commands[0]).toBe("kubectl -n shop rollout restart deployment web");
});

test("where no other node can take it, until the uncordon", () => {
  const cluster = clusterOf(node("node-1"), deployment("shop/web", ["node-1"]), service("shop/web"));
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      message:
        "1 replica behind Service web: a drain of node-1 takes it down until the uncordon, as no other node can take it",
      suggestions: [],
    },
  ]);
});

test("many of them are one finding, what the cluster leans on stands alone", () => {
  const names = ["a", "b", "c", "d"];
  const cluster = clusterOf(
    two,
    names.flatMap((name) => [...deployment(`shop/${name}`, ["node-1"]), service(`shop/${name}`)]),
    deployment("kube-system/coredns", ["node-2"], { labels: { "k8s-app": "kube-dns" } }),
    service("kube-system/coredns"),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      subject: "kube-system/Deployment/coredns",
      details: ["This is cluster DNS: without it no name resolves in the cluster."],
    },
    {
      subject: "4 workloads",
      details: [
        "node-1, 4: shop/a, shop/b, shop/c and shop/d.",
        "A rolling restart after the cordon and before the drain, or a second replica, keeps a Service up.",
      ],
    },
  ]);
});

test("near misses: two replicas, no Service, another pod behind it, not Ready anyway, a plan", () => {
  const web = deployment("shop/web", ["node-1"]);
  const both = deployment("shop/web", ["node-1", "node-2"]);
  expect(ofCluster(clusterOf(two, both, service("shop/web")), rule)).toEqual([]);
  expect(ofCluster(clusterOf(two, web), rule)).toEqual([]);
  const canary = pod("shop/canary", "node-2", { labels: { app: "web" } });
  expect(ofCluster(clusterOf(two, web, canary, service("shop/web")), rule)).toEqual([]);
  const down = statefulSet("shop/web", ["node-1"], { isReady: false });
  expect(ofCluster(clusterOf(two, down, service("shop/web")), rule)).toEqual([]);
  expect(besidePlan(clusterOf(two, web, service("shop/web")), drainOf(["node-1"]), rule)).toEqual([]);
});
