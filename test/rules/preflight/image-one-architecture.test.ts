import { expect, test } from "vitest";
import { type ApiObject, clusterOf, deployment, node } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "image-one-architecture";

function machine(name: string, architecture: string, images: readonly string[] = []): ApiObject {
  const made = node(name, { labels: { "kubernetes.io/arch": architecture } }) as {
    status: { nodeInfo: object };
  };
  return {
    ...made,
    status: {
      ...made.status,
      images: images.map((image) => ({ names: [image], sizeBytes: 1_000 })),
      nodeInfo: { ...made.status.nodeInfo, architecture },
    },
  };
}

const web = (spec: ApiObject = {}) =>
  deployment("shop/web", ["n1"], { spec: { containers: [{ name: "web", image: "shop/web:2" }], ...spec } });

test("its pods may land where the image was never seen", () => {
  const cluster = clusterOf(machine("n1", "amd64"), machine("n2", "amd64"), machine("n3", "arm64"), web());
  const expected = [
    {
      severity: "warning",
      subject: "shop/Deployment/web",
      message: "shop/web:2 was seen on amd64 only, and its pods may land on arm64: n3",
    },
  ];
  expect(ofCluster(cluster, rule)).toMatchObject(expected);
  expect(besidePlan(cluster, drainOf(["n1"]), rule)).toMatchObject(expected);
  expect(besidePlan(cluster, drainOf(["n2"]), rule)).toEqual([]);
});

test("near misses: tied to its architecture, lies on the other one already, no other one there", () => {
  const nodes = [machine("n1", "amd64"), machine("n2", "amd64")];
  const tied = web({ nodeSelector: { "kubernetes.io/arch": "amd64" } });
  expect(ofCluster(clusterOf(nodes, machine("n3", "arm64"), tied), rule)).toEqual([]);
  const pulled = machine("n3", "arm64", ["docker.io/shop/web:2"]);
  expect(ofCluster(clusterOf(nodes, pulled, web()), rule)).toEqual([]);
  expect(ofCluster(clusterOf(nodes, web()), rule)).toEqual([]);
});
