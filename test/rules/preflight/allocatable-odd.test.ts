import { expect, test } from "vitest";
import { type ApiObject, clusterOf, node } from "../../support/objects.ts";
import { ofCluster } from "../../support/preflight.ts";

const rule = "allocatable-odd";

interface Offer {
  readonly capacity?: ApiObject;
  readonly allocatable?: ApiObject;
  readonly podCIDR?: string;
}

function machine(name: string, { capacity = {}, allocatable = {}, podCIDR }: Offer = {}): ApiObject {
  const has = { cpu: "4", memory: "16Gi", pods: "110" };
  return {
    ...node(name),
    spec: podCIDR === undefined ? {} : { podCIDR },
    status: {
      capacity: { ...has, ...capacity },
      allocatable: { ...has, memory: "15Gi", ...allocatable },
      conditions: [{ type: "Ready", status: "True" }],
    },
  };
}

test("more is offered than there is", () => {
  expect(ofCluster(clusterOf(machine("n1", { allocatable: { memory: "20Gi" } })), rule)).toMatchObject([
    { severity: "warning", subject: "n1", message: "offers 20.0 Gi of 16.0 Gi memory: more than it has" },
    { severity: "info" },
  ]);
});

test("more pods than addresses", () => {
  const cluster = clusterOf(
    machine("n1", { podCIDR: "10.244.1.0/26" }),
    machine("n2", { podCIDR: "10.244.2.0/24" }),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "n1",
      message: "offers 110 pods, and its range 10.244.1.0/26 has 61 addresses for them",
    },
  ]);
});

test("nothing is kept for the system: a note for all nodes together, pages set aside not counted", () => {
  const pages = { "hugepages-2Mi": "1Gi" };
  const cluster = clusterOf(
    machine("n1", { allocatable: { memory: "16284Mi" } }),
    machine("n2", { capacity: pages, allocatable: { ...pages, memory: "15Gi" } }),
    machine("n3"),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "info",
      subject: "2 nodes",
      message: "keep no memory for kubelet, runtime and system: all but the 100 Mi at which pods are evicted",
      data: { nodes: ["n1", "n2"] },
    },
  ]);
});

test("near miss: something is kept, and there are addresses enough", () => {
  const cluster = clusterOf(
    machine("n1", { podCIDR: "10.244.1.0/24" }),
    machine("n2", { podCIDR: "10.244.2.0/25" }),
    machine("n3", { podCIDR: "fd00::/80" }),
  );
  expect(ofCluster(cluster, rule)).toEqual([]);
});
