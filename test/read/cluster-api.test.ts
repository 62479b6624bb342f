import { expect, test } from "vitest";
import { clusterApiControlPlane } from "../../src/model/cluster-api-owner.ts";
import { redacted } from "../../src/read/redact.ts";
import {
  clusterApiCluster,
  kubeadmControlPlane,
  machineDeployment,
} from "../support/cluster-api-clusters.ts";
import { object } from "../support/objects.ts";

/** The objects of Cluster API: what is read of them, what is refused, and what never leaves. */

test("they are read, and are no kinds that are not understood", () => {
  const machine = object("cluster.x-k8s.io/v1beta1", "Machine", "fleet/prod-a-1", {
    status: { nodeRef: { name: "a-1" } },
  });
  const labels = { "cluster.x-k8s.io/cluster-name": "prod", "cluster.x-k8s.io/deployment-name": "prod-a" };
  const cluster = clusterApiCluster({
    management: [
      kubeadmControlPlane({}),
      machineDeployment("prod-a", {}),
      { ...machine, metadata: { name: "prod-a-1", namespace: "fleet", labels } },
    ],
  });
  expect(cluster.unknownKinds).toEqual([]);
  const owned = { namespace: "fleet", cluster: "prod", isOfTopology: false, drainMillis: 0 };
  expect(cluster.clusterApi).toEqual({
    controlPlanes: [{ ...owned, name: "prod-cp" }],
    machineDeployments: [{ ...owned, name: "prod-a", isOnDelete: false }],
    machines: [
      { namespace: "fleet", cluster: "prod", node: "a-1", owner: "prod-a", kind: "MachineDeployment" },
    ],
  });
  expect(clusterApiControlPlane(cluster)).toMatchObject({
    kind: "KubeadmControlPlane",
    name: "prod-cp",
    namespace: "fleet",
    object: { name: "prod-cp" },
  });
});

test("near miss: a MachineDeployment of another group is not Cluster API's", () => {
  const other = object("machine.sapcloud.io/v1alpha1", "MachineDeployment", "shoot/a", {});
  const cluster = clusterApiCluster({ management: [other] });
  expect(cluster.clusterApi).toBeUndefined();
  expect(cluster.unknownKinds).toMatchObject([{ kind: "MachineDeployment" }]);
});

test("a field that says nothing is refused with its place", () => {
  expect(() =>
    clusterApiCluster({
      management: [
        machineDeployment("prod-a", { rollout: { strategy: { rollingUpdate: { maxSurge: "a few" } } } }),
      ],
    }),
  ).toThrow(/maxSurge.*expected a whole number or a percentage such as 25%/s);
});

test("a snapshot keeps nothing of what is written on machines", () => {
  const spec = { version: "v1.34.3", kubeadmConfigSpec: { users: [{ name: "admin", passwd: "hash" }] } };
  expect(JSON.stringify(redacted(kubeadmControlPlane(spec)))).not.toContain("hash");
  expect(redacted(kubeadmControlPlane(spec))).toMatchObject({ spec: { version: "v1.34.3" } });
});
