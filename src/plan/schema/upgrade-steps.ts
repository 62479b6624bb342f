import { z } from "zod";
import { formatVersion, parseVersion } from "../../model/version.ts";
import type { GateCondition } from "../plan.ts";
import { expected, flag, oneOf, strict } from "./fields.ts";
import { durationOrNever, nameText, objectRef } from "./values.ts";
import { eitherNodesOrSelector, nodeFields, stepFields } from "./step-fields.ts";

/** The steps of an upgrade, and what a gate waits for. */

const unquoted = (input: unknown) =>
  typeof input === "number" ? `a minor is not enough: write v${input}.N` : "";
const aVersion = expected("a version with its patch, such as v1.35.2", unquoted);

/** `v1.35.2` or `1.35.2`: a version with its patch, kept with its `v`. */
export const version = z
  .string(aVersion)
  .regex(/^v?\d+\.\d+\.\d+([-+~][0-9A-Za-z.+~-]+)?$/, aVersion)
  .transform((text) => {
    const parsed = parseVersion(text);
    return parsed ? formatVersion(parsed) : text;
  });

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

/** The shape of the steps of an upgrade. */
export const upgradeSteps = {
  upgradeControlPlane: upgradeControlPlane.exactOptional(),
  upgradeKubelet: upgradeKubelet.exactOptional(),
  upgradeAddon: upgradeAddon.exactOptional(),
  backupEtcd: backupEtcd.exactOptional(),
  upgradeManagedControlPlane: upgradeManagedControlPlane.exactOptional(),
  renewCertificates: renewCertificates.exactOptional(),
  restoreEtcd: restoreEtcd.exactOptional(),
};

const gateWords = ["nodeReady", "noPendingPods", "controlPlaneHealthy", "etcdHealthy"] as const;

/** What a gate waits for: a word, or an object with one field. */
export const gateCondition = z.union(
  [
    oneOf(gateWords).transform((kind): GateCondition => ({ kind })),
    strict("a condition", {
      workloadReady: objectRef
        .exactOptional()
        .describe("All wanted pods of this workload are up to date and Ready"),
      nodesAt: version.exactOptional().describe("Every kubelet has this version"),
    }).transform(({ workloadReady, nodesAt }, context): GateCondition => {
      if (workloadReady !== undefined && nodesAt === undefined)
        return { kind: "workloadReady", workload: workloadReady };
      if (nodesAt !== undefined && workloadReady === undefined) return { kind: "nodesAt", version: nodesAt };
      const got = nodesAt === undefined ? "none of them" : "both";
      context.addIssue({ code: "custom", message: `expected one of workloadReady, nodesAt, got ${got}` });
      return z.NEVER;
    }),
  ],
  expected(`${gateWords.join(", ")}, {workloadReady: shop/Deployment/web}, or {nodesAt: v1.35.2}`),
);
