import { flag, oneOf, strict } from "./fields.ts";
import { eitherNodesOrSelector, nodeFields, stepFields } from "./step-fields.ts";
import { durationOrNever, nameText } from "./values.ts";
import { version } from "./version.ts";

/** The steps of an upgrade. */

const duration = (default_: string) =>
  durationOrNever
    .exactOptional()
    .describe(`How long it takes; without it, assumptions.upgrade.${default_}, else a documented default`);

const upgradeControlPlane = strict("upgradeControlPlane", {
  ...stepFields,
  ...nodeFields,
  to: version.exactOptional().describe("The version; without it, target.kubernetesVersion"),
  certificateRenewal: flag
    .exactOptional()
    .describe("Whether kubeadm renews the certificates of each node, which it does unless this is false"),
  duration: duration("controlPlane"),
})
  .superRefine(eitherNodesOrSelector)
  .describe(
    "kubeadm on control-plane nodes: upgrade apply on the first of a version, upgrade node on others",
  );

const renewCertificates = strict("renewCertificates", {
  ...stepFields,
  ...nodeFields,
  duration: duration("certificates"),
})
  .superRefine(eitherNodesOrSelector)
  .describe("kubeadm certs renew all on control-plane nodes, and their static pods restarted one by one");

const upgradeKubelet = strict("upgradeKubelet", {
  ...stepFields,
  ...nodeFields,
  to: version.exactOptional().describe("The version; without it, target.kubernetesVersion"),
  duration: duration("kubelet (on a control-plane node, controlPlaneKubelet)"),
  kubeadmUpgradeNode: flag
    .prefault(true)
    .describe("Whether kubeadm upgrade node brings a worker's configuration along"),
})
  .superRefine(eitherNodesOrSelector)
  .describe("New packages, the node's configuration, and a restart of the kubelet; pods go on running");

const upgradeAddon = strict("upgradeAddon", {
  ...stepFields,
  addon: oneOf(["coredns", "kube-proxy"]).describe("Which one"),
  to: version
    .exactOptional()
    .describe("The add-on's own version; without it, the one that kubeadm brings with the target"),
  duration: duration("addon"),
}).describe("Gives an add-on of kubeadm its new image, and waits for its rollout");

const backupEtcd = strict("backupEtcd", {
  ...stepFields,
  duration: duration("etcdBackup"),
}).describe("Saves a snapshot of etcd");

const upgradeManagedControlPlane = strict("upgradeManagedControlPlane", {
  ...stepFields,
  to: version.exactOptional().describe("The version; without it, target.kubernetesVersion"),
  duration: duration("managedControlPlane"),
  api: oneOf(["answers", "away"])
    .default("answers")
    .describe("Whether requests are answered meanwhile; those of a zonal cluster of GKE are not"),
}).describe("The provider of a managed control plane (EKS, GKE, AKS and others) brings it to a version");
const restoreEtcd = strict("restoreEtcd", {
  ...stepFields,
  from: nameText
    .exactOptional()
    .describe("The backupEtcd step whose snapshot it is; without it, the last one that was taken"),
  duration: duration("etcdRestore"),
}).describe(
  "Stops all API servers, restores every member of etcd from one snapshot, and starts the control plane again",
);

const removeEtcdMember = strict("removeEtcdMember", { ...stepFields, ...nodeFields })
  .superRefine(eitherNodesOrSelector)
  .describe("Takes the members of etcd on control-plane nodes out of it, before their machines end");

/** The shape of the steps of an upgrade. */
export const upgradeSteps = {
  upgradeControlPlane: upgradeControlPlane.exactOptional(),
  upgradeKubelet: upgradeKubelet.exactOptional(),
  upgradeAddon: upgradeAddon.exactOptional(),
  backupEtcd: backupEtcd.exactOptional(),
  upgradeManagedControlPlane: upgradeManagedControlPlane.exactOptional(),
  renewCertificates: renewCertificates.exactOptional(),
  removeEtcdMember: removeEtcdMember.exactOptional(),
  restoreEtcd: restoreEtcd.exactOptional(),
};
