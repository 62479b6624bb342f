import { describe, expect, test } from "vitest";
import { nodeOwner, type NodeOwnership, reactionsTo } from "../../src/model/node-owner.ts";
import { type ApiObject, clusterOf, deployment, node, ownerRef } from "../support/objects.ts";

interface Marks {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly owners?: readonly ApiObject[];
}

/** The owner of the one node that has these marks. */
function ownerOf({ labels = {}, annotations = {}, owners = [] }: Marks, ...more: ApiObject[]): NodeOwnership {
  const made = node("n1", { labels });
  const metadata = { ...(made["metadata"] as ApiObject), annotations, ownerReferences: owners };
  const cluster = clusterOf({ ...made, metadata }, more);
  return nodeOwner(cluster.objects.Node[0]!, cluster);
}

const autoscaler = (image: string) =>
  deployment("kube-system/scaler", ["n1"], { spec: { containers: [{ name: "scaler", image }] } });

describe("who made a node", () => {
  test.each<[string, Marks, string, string]>([
    ["its label", { labels: { "eks.amazonaws.com/nodegroup": "general" } }, "eks", "EKS node group general"],
    ["its label", { labels: { "cloud.google.com/gke-nodepool": "p1" } }, "gke", "GKE node pool p1"],
    [
      "the older label of its pool",
      { labels: { "kubernetes.azure.com/cluster": "MC_x", agentpool: "user" } },
      "aks",
      "AKS node pool user",
    ],
    ["its NodePool", { labels: { "karpenter.sh/nodepool": "spot" } }, "karpenter", "Karpenter NodePool spot"],
    [
      "its NodeClaim alone",
      { owners: [ownerRef("karpenter.sh/v1", "NodeClaim", "spot-x7k2p")] },
      "karpenter",
      "Karpenter NodePool",
    ],
    [
      "its MachineSet, without what tells it from the one before",
      {
        annotations: {
          "cluster.x-k8s.io/machine": "md-0-7hc4x-abcde",
          "cluster.x-k8s.io/owner-kind": "MachineSet",
          "cluster.x-k8s.io/owner-name": "md-0-7hc4x",
        },
      },
      "cluster-api",
      "Cluster API md-0",
    ],
    [
      "its KubeadmControlPlane, whose name is whole",
      {
        annotations: {
          "cluster.x-k8s.io/machine": "prod-cp-x2x4z",
          "cluster.x-k8s.io/owner-kind": "KubeadmControlPlane",
          "cluster.x-k8s.io/owner-name": "prod-cp",
        },
      },
      "cluster-api",
      "Cluster API prod-cp",
    ],
    [
      "its Machine",
      { annotations: { "machine.openshift.io/machine": "openshift-machine-api/x-worker-a-9hkdb" } },
      "openshift",
      "OpenShift Machine API x-worker-a",
    ],
  ])("%s names it", (_what, marks, kind, name) => {
    expect(ownerOf(marks).owner).toMatchObject({ kind, name });
  });

  test("Karpenter's node on EKS is Karpenter's, and Cluster API's in a managed pool is the pool's", () => {
    const eks = { "eks.amazonaws.com/nodegroup": "general" };
    expect(ownerOf({ labels: { ...eks, "karpenter.sh/nodepool": "x" } }).owner?.kind).toBe("karpenter");
    expect(ownerOf({ labels: eks, annotations: { "cluster.x-k8s.io/machine": "m" } }).owner?.kind).toBe(
      "eks",
    );
  });

  test("near misses: a label of one's own, nothing at all", () => {
    expect(ownerOf({ labels: { agentpool: "mine", nodegroup: "x" } }).owner).toBeUndefined();
    expect(ownerOf({})).toEqual({ isAutoscaled: false });
  });

  test.each([
    [{ "eks.amazonaws.com/capacityType": "SPOT" }, "spot", 120],
    [{ "cloud.google.com/gke-preemptible": "true" }, "preemptible", 30],
    [{ "kubernetes.azure.com/scalesetpriority": "spot" }, "spot", 30],
  ])("spare capacity: %j", (labels, title, noticeSeconds) => {
    expect(ownerOf({ labels }).spare).toMatchObject({ title, noticeSeconds });
  });

  test("near miss: capacity that is paid for", () => {
    expect(ownerOf({ labels: { "eks.amazonaws.com/capacityType": "ON_DEMAND" } }).spare).toBeUndefined();
  });
});

describe("what becomes of a node", () => {
  const eks = { labels: { "eks.amazonaws.com/nodegroup": "general" } };

  test("an empty one: a node group does nothing, the cluster autoscaler takes it after ten minutes", () => {
    expect(reactionsTo(ownerOf(eks), "emptied")).toEqual([]);
    const scaled = ownerOf(eks, ...autoscaler("registry.k8s.io/autoscaling/cluster-autoscaler:v1.33.0"));
    expect(reactionsTo(scaled, "emptied")).toMatchObject([
      { who: "the cluster autoscaler", does: "takes", afterMillis: 600_000 },
    ]);
  });

  test("near miss: the autoscaler of pods in proportion to nodes takes none", () => {
    const other = ownerOf(eks, ...autoscaler("registry.k8s.io/cpa/cluster-proportional-autoscaler:1.8.9"));
    expect(other.isAutoscaled).toBe(false);
  });

  test.each<[string, Marks, ApiObject[]]>([
    [
      "cluster-autoscaler.kubernetes.io/scale-down-disabled",
      eks,
      autoscaler("registry.k8s.io/autoscaling/cluster-autoscaler:v1.33.0"),
    ],
    ["karpenter.sh/do-not-disrupt", { labels: { "karpenter.sh/nodepool": "x" } }, []],
  ])("%s keeps it from being taken as empty, and from nothing else", (key, marks, more) => {
    const bare = ownerOf(marks, ...more);
    expect(reactionsTo(bare, "emptied")).toHaveLength(1);
    const kept = ownerOf({ ...marks, annotations: { [key]: "true" } }, ...more);
    expect(kept.leftAloneBy).toBe(key);
    expect(reactionsTo(kept, "emptied")).toEqual([]);
    expect(reactionsTo(kept, "deleted").length).toBeGreaterThan(0);
    const near = ownerOf({ ...marks, annotations: { [key]: "false" } }, ...more);
    expect(reactionsTo(near, "emptied")).toHaveLength(1);
  });
});
