import { expect, test } from "vitest";
import { type ApiObject, clusterOf, deployment, node, nodes } from "../../support/objects.ts";
import { ofCluster } from "../../support/preflight.ts";

const rule = "zone-label-missing";
const spread = {
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "DoNotSchedule",
      labelSelector: { matchLabels: { app: "web" } },
    },
  ],
};

/** As it is after its Node object was deleted, and its kubelet registered it again. */
const bare = (name: string): ApiObject => ({
  ...node(name),
  metadata: { name, uid: name, labels: { "kubernetes.io/hostname": name } },
});

test("hard spreading over zones passes a node without one by", () => {
  const cluster = clusterOf(
    nodes("n1", "n2"),
    bare("n3"),
    deployment("shop/web", ["n1", "n2"], { spec: spread }),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "n3",
      message: "has no topology.kubernetes.io/zone, and 2 others have: what goes by zones passes it by",
      data: { nodes: ["n3"], workloads: ["shop/Deployment/web"] },
    },
  ]);
});

test("without anything that goes by zones it is a note", () => {
  const cluster = clusterOf(nodes("n1", "n2"), bare("n3"), deployment("shop/web", ["n1", "n2"]));
  expect(ofCluster(cluster, rule)).toMatchObject([{ severity: "info", subject: "n3" }]);
});

test("near misses: all have one, none has one", () => {
  expect(ofCluster(clusterOf(nodes("n1", "n2")), rule)).toEqual([]);
  expect(ofCluster(clusterOf(bare("n1"), bare("n2")), rule)).toEqual([]);
});
