import { expect, test } from "vitest";
import { type ApiObject, clusterOf, node } from "../../support/objects.ts";
import { ofCluster } from "../../support/preflight.ts";

const rule = "node-unlike-pool";

interface Odd {
  readonly nodeInfo?: ApiObject;
  readonly taints?: readonly ApiObject[];
  readonly labels?: Readonly<Record<string, string>>;
}

const usual = {
  containerRuntimeVersion: "containerd://2.1.4",
  kernelVersion: "6.8.0-45",
  osImage: "Ubuntu 24.04",
};

function worker(name: string, { nodeInfo = {}, taints = [], labels = {} }: Odd = {}): ApiObject {
  const made = node(name, { labels }) as { status: { nodeInfo: object } };
  return {
    ...made,
    spec: { taints },
    status: { ...made.status, nodeInfo: { ...made.status.nodeInfo, ...usual, ...nodeInfo } },
  };
}

const three = [worker("n1"), worker("n2"), worker("n3")];

test("another runtime, kernel or system than the others: one finding each", () => {
  const odd = worker("n4", {
    nodeInfo: { containerRuntimeVersion: "cri-o://1.30.0", kernelVersion: "5.4.0" },
  });
  expect(ofCluster(clusterOf(three, odd), rule)).toMatchObject([
    {
      severity: "info",
      subject: "n4",
      message: "container runtime cri-o://1.30.0, where most of the workers have containerd://2.1.4",
    },
    { subject: "n4", data: { what: "kernel", usual: "6.8.0-45" } },
  ]);
});

test("a taint that one has, and one that one lacks", () => {
  const gpu = { key: "gpu", effect: "NoSchedule" };
  expect(ofCluster(clusterOf(three, worker("n4", { taints: [gpu] })), rule)).toMatchObject([
    { subject: "n4", message: "has the taint gpu:NoSchedule, which most of the workers do not have" },
  ]);
  const tainted = ["n1", "n2", "n3"].map((name) => worker(name, { taints: [gpu] }));
  expect(ofCluster(clusterOf(tainted, worker("n4")), rule)).toMatchObject([
    { subject: "n4", message: "lacks the taint gpu:NoSchedule, which most of the workers have" },
  ]);
});

test("a label that all others have", () => {
  const labelled = ["n1", "n2", "n3"].map((name) => worker(name, { labels: { disk: "ssd" } }));
  expect(ofCluster(clusterOf(labelled, worker("n4")), rule)).toMatchObject([
    { subject: "n4", message: "lacks the label disk, which all others of the workers have" },
  ]);
});

test("nodes of an owner's pools are compared within their pool", () => {
  const of = (name: string, pool: string, nodeInfo: ApiObject = {}) =>
    worker(name, { nodeInfo, labels: { "eks.amazonaws.com/nodegroup": pool } });
  const arm = { architecture: "arm64" };
  const amd = { architecture: "amd64" };
  const cluster = clusterOf(
    ...["a1", "a2", "a3"].map((name) => of(name, "arm", arm)),
    ...["b1", "b2", "b3"].map((name) => of(name, "amd", amd)),
  );
  expect(ofCluster(cluster, rule)).toEqual([]);
  expect(
    ofCluster(
      clusterOf(...["b1", "b2", "b3"].map((name) => of(name, "amd", amd)), of("b4", "amd", arm)),
      rule,
    ),
  ).toMatchObject([{ subject: "b4", data: { what: "architecture", pool: "EKS node group amd" } }]);
});

test("near misses: alike, half and half, cordoned, NotReady, and too few to say", () => {
  expect(ofCluster(clusterOf(three), rule)).toEqual([]);
  const half = worker("n4", { nodeInfo: { kernelVersion: "5.4.0" } });
  expect(ofCluster(clusterOf(worker("n1"), half), rule)).toEqual([]);
  const state = ["unschedulable", "not-ready"].map((name) => ({
    key: `node.kubernetes.io/${name}`,
    effect: "NoSchedule",
  }));
  expect(ofCluster(clusterOf(three, worker("n4", { taints: state })), rule)).toEqual([]);
});
