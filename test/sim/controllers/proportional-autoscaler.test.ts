import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../src/model/cluster.ts";
import { parseProportional, proportionalReplicas } from "../../../src/model/proportional-autoscaler.ts";
import type { Step } from "../../../src/plan/plan.ts";
import { type ApiObject, clusterOf, deployment, nodes, object } from "../../support/objects.ts";
import { planOf, rehearse } from "../../support/rehearse.ts";

const at = (nodes: number, cores: number) => ({ nodes, cores });

describe("what it wants", () => {
  test.each([
    ["nodes", '{"linear":{"nodesPerReplica":2,"min":1}}', at(5, 20), 3],
    ["cores, where they ask for more", '{"linear":{"nodesPerReplica":16,"coresPerReplica":4}}', at(5, 20), 5],
    ["at least its minimum", '{"linear":{"nodesPerReplica":16,"min":2}}', at(1, 4), 2],
    ["at most its maximum", '{"linear":{"nodesPerReplica":1,"max":3}}', at(9, 9), 3],
    [
      "two where one would be a single point of failure",
      '{"linear":{"nodesPerReplica":16,"preventSinglePointFailure":true}}',
      at(2, 4),
      2,
    ],
    ["one on one node", '{"linear":{"nodesPerReplica":16,"preventSinglePointFailure":true}}', at(1, 4), 1],
    ["a rung of a ladder", '{"ladder":{"nodesToReplicas":[[1,1],[4,2],[8,3]]}}', at(7, 4), 2],
    ["below the first rung: the first", '{"ladder":{"coresToReplicas":[[8,3],[64,4]]}}', at(1, 4), 3],
  ])("%s", (_, text, counts, replicas) => {
    expect(proportionalReplicas(parseProportional(text)!, counts)).toBe(replicas);
  });

  test("what is no parameters is none", () => {
    for (const text of ["", "{", "[]", "{}", '{"linear":{}}', '{"ladder":{"nodesToReplicas":[[1]]}}'])
      expect(parseProportional(text)).toBeUndefined();
  });
});

const image = "registry.k8s.io/cpa/cluster-proportional-autoscaler:v1.9.0";

/** Cluster DNS with four pods, and its autoscaler on node-4. */
function dnsWith(args: readonly string[], more: readonly ApiObject[] = []): Cluster {
  const containers = [{ name: "autoscaler", image, command: ["/cluster-proportional-autoscaler", ...args] }];
  return clusterOf(
    nodes("node-1", "node-2", "node-3", "node-4"),
    deployment("kube-system/coredns", ["node-1", "node-2", "node-3", "node-4"], {
      labels: { "k8s-app": "kube-dns" },
    }),
    deployment("kube-system/dns-autoscaler", ["node-4"], { spec: { containers } }),
    more,
  );
}

const cordon = (...names: readonly string[]): Step => ({
  kind: "cordon",
  name: "cordon",
  nodes: { kind: "names", names },
});

function sizes(cluster: Cluster, ...steps: readonly Step[]): readonly number[] {
  const { trace } = rehearse(cluster, planOf(steps));
  return trace.events.flatMap((event) => (event.kind === "proportional.rescaled" ? event.replicas : []));
}

const target = "--target=Deployment/coredns";

test("cordoned nodes do not count: a cordon takes replicas away, within ten seconds", () => {
  const params = '--default-params={"linear":{"nodesPerReplica":1}}';
  expect(sizes(dnsWith([target, params]), cordon("node-1", "node-2"))).toEqual([2]);
  const { trace, verdict } = rehearse(dnsWith([target, params]), planOf([cordon("node-1")]));
  const rescale = trace.events.find(({ kind }) => kind === "proportional.rescaled")!;
  expect(rescale.time).toBeLessThanOrEqual(10_000);
  expect(verdict.findings.filter(({ rule }) => rule === "autoscaler-scales")).toMatchObject([
    {
      subject: "kube-system/Deployment/coredns",
      message: "kube-system/Deployment/dns-autoscaler goes from 4 to 3 replicas meanwhile",
    },
  ]);
});

test("unless its parameters include them", () => {
  const params = '--default-params={"linear":{"nodesPerReplica":1,"includeUnschedulableNodes":true}}';
  expect(sizes(dnsWith([target, params]), cordon("node-1", "node-2"))).toEqual([]);
});

test("its ConfigMap comes before its flags", () => {
  const config = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { namespace: "kube-system", name: "kube-dns-autoscaler" },
    data: { ladder: '{"nodesToReplicas":[[1,3]]}' },
  };
  const params = '--default-params={"linear":{"nodesPerReplica":1}}';
  expect(sizes(dnsWith([target, params, "--configmap=kube-dns-autoscaler"], [config]))).toEqual([3]);
});

test("without parameters those of its add-on are assumed, and said; without a target it is cluster DNS", () => {
  const { trace, verdict } = rehearse(dnsWith([]), planOf([cordon("node-1")]));
  expect(
    trace.events.flatMap((event) => (event.kind === "proportional.rescaled" ? event.replicas : [])),
  ).toEqual([2]);
  expect(verdict.assumptions).toContainEqual({
    what: "parameters",
    subject: "kube-system/Deployment/dns-autoscaler",
    millis: 0,
    amount: "a replica for 16 nodes or 256 cores",
    origin: "default",
    detail: "its add-on's manifest",
  });
});

test("near miss: while no pod of its own is Ready it does nothing", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    deployment("kube-system/coredns", ["node-1", "node-2"], { labels: { "k8s-app": "kube-dns" } }),
    deployment("kube-system/dns-autoscaler", ["node-1"], {
      isReady: false,
      spec: {
        containers: [
          { name: "a", image, args: [target, '--default-params={"linear":{"nodesPerReplica":1}}'] },
        ],
      },
    }),
    object("v1", "Namespace", "kube-system", {}),
  );
  expect(sizes(cluster, cordon("node-1"))).toEqual([]);
});
