import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, statefulSet } from "../../support/objects.ts";
import { ofCluster } from "../../support/preflight.ts";

const rule = "antiaffinity-matches-nothing";
const three = ["node-1", "node-2", "node-3"];

function awayFrom(labels: Record<string, string>, more: Record<string, unknown> = {}) {
  const term = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: labels } };
  return {
    spec: {
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
      ...more,
    },
  };
}

test("a selector with the wrong key for its own pods: it does not keep them apart", () => {
  const cluster = clusterOf(
    nodes(...three),
    statefulSet("data/zk", ["node-1", "node-1", "node-1"], awayFrom({ "app.kubernetes.io/name": "zk" })),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "data/StatefulSet/zk",
      message:
        "its podAntiAffinity selects app.kubernetes.io/name=zk, and no pod here has that: it does not keep its 3 replicas apart",
      details: [
        "Its own pods are labelled app=zk.",
        "3 pods are on node-1 now (topologyKey kubernetes.io/hostname).",
      ],
    },
  ]);
});

test("one that may be meant for somebody who is not here now is only a note", () => {
  const cluster = clusterOf(
    nodes(...three),
    deployment("shop/web", ["node-1", "node-1"], awayFrom({ team: "batch" })),
  );
  expect(ofCluster(cluster, rule)[0]!.severity).toBe("info");
});

test("near misses: it selects its own, it selects another's, or a spread constraint keeps them apart", () => {
  const own = clusterOf(nodes(...three), statefulSet("data/zk", three, awayFrom({ app: "zk" })));
  expect(ofCluster(own, rule)).toEqual([]);
  const other = clusterOf(
    nodes(...three),
    statefulSet("data/zk", three, awayFrom({ app: "web" })),
    deployment("data/web", ["node-1"]),
  );
  expect(ofCluster(other, rule)).toEqual([]);
  const constraint = {
    maxSkew: 1,
    topologyKey: "kubernetes.io/hostname",
    whenUnsatisfiable: "DoNotSchedule",
    labelSelector: { matchLabels: { app: "zk" } },
  };
  const spread = clusterOf(
    nodes(...three),
    statefulSet("data/zk", three, awayFrom({ name: "zk" }, { topologySpreadConstraints: [constraint] })),
  );
  expect(ofCluster(spread, rule)).toEqual([]);
});

test("near miss: one replica has nobody to be kept apart from", () => {
  const cluster = clusterOf(nodes(...three), statefulSet("data/zk", ["node-1"], awayFrom({ name: "zk" })));
  expect(ofCluster(cluster, rule)).toEqual([]);
});
