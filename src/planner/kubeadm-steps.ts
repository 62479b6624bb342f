import { kubeadmImages } from "../facts/kubeadm-images.ts";
import type { Cluster } from "../model/cluster.ts";
import type { NodePool } from "../model/node-pools.ts";
import type { LabelSelector } from "../model/selector.ts";
import { formatVersion, minorOf, type Version } from "../model/version.ts";
import { drainDefaults, type Drainer, type Step } from "../plan/plan.ts";
import { stepName } from "./step-name.ts";
import type { UpgradeOptions } from "./upgrade-options.ts";

const controlPlaneLabel = "node-role.kubernetes.io/control-plane";
const controlPlaneNodes: LabelSelector = [{ key: controlPlaneLabel, operator: "Exists", values: [] }];
const workerNodes: LabelSelector = [{ key: controlPlaneLabel, operator: "DoesNotExist", values: [] }];

/** In a rollout: the node whose turn it is. */
const itself = { kind: "current" } as const;

/** Milliseconds for which canaries are looked at. */
const canarySoak = 600_000;

/**
 * A control plane of kubeadm's to a version: an etcd backup, then one control-plane node after another, then what kubeadm
 * brings besides. Source: kubernetes.io, Upgrading kubeadm clusters.
 */
export function kubeadmControlPlane(cluster: Cluster, version: Version, drainer: Drainer): Step[] {
  const [to, minor] = [formatVersion(version), minorOf(version)];
  const images = kubeadmImages(version);
  const has = (kind: "Deployment" | "DaemonSet", name: string) =>
    cluster.objects[kind].some((each) => each.namespace === "kube-system" && each.name === name);
  const addons: Step[] = [
    ...(images && has("Deployment", "coredns")
      ? [
          {
            kind: "upgradeAddon",
            name: `coredns-${minor}`,
            addon: "coredns",
            to: `v${images.coredns}`,
          } as const,
        ]
      : []),
    ...(has("DaemonSet", "kube-proxy")
      ? [{ kind: "upgradeAddon", name: `kube-proxy-${minor}`, addon: "kube-proxy", to } as const]
      : []),
  ];
  return [
    { kind: "backupEtcd", name: `etcd-backup-before-${minor}` },
    {
      kind: "rollout",
      name: `control-plane-to-${minor}`,
      selector: controlPlaneNodes,
      order: "name",
      canary: { count: 0, soak: 0 },
      maxParallel: 1,
      maxErrors: 0,
      soak: 0,
      perNode: [
        { kind: "upgradeControlPlane", name: `components-to-${minor}`, nodes: itself, to },
        ...nodeSteps(`control-plane-${minor}`, to, drainer),
        {
          kind: "gate",
          name: `control-plane-${minor}-healthy`,
          until: [{ kind: "nodeReady" }, { kind: "controlPlaneHealthy" }, { kind: "etcdHealthy" }],
          for: 30_000,
          timeout: 600_000,
        },
      ],
      afterBatch: [],
    },
    ...addons,
  ];
}

/** The workers to a version where they are, one pool after another; canaries are of the first. */
export function kubeadmWorkers(
  pools: readonly NodePool[],
  version: Version,
  { canary, maxParallel = 1 }: UpgradeOptions,
  drainer: Drainer,
): Step[] {
  const [to, minor] = [formatVersion(version), minorOf(version)];
  return pools.map((pool, index): Step => {
    const count = index === 0 ? canary : 0;
    const suffix =
      pools.length === 1 ? minor : `${minor}-${stepName(pool.name === "" ? "other" : pool.name)}`;
    return {
      kind: "rollout",
      name: `workers-to-${suffix}`,
      ...placeOf(pool, pools.length === 1),
      order: "name",
      canary: { count, soak: count > 0 ? canarySoak : 0 },
      maxParallel,
      maxErrors: 0,
      soak: 0,
      perNode: [
        ...nodeSteps(`workers-${suffix}`, to, drainer),
        {
          kind: "gate",
          name: `workers-${suffix}-ready`,
          until: [{ kind: "nodeReady" }],
          for: 30_000,
          timeout: 600_000,
        },
      ],
      afterBatch: [],
    };
  });
}

/** All workers where there is one pool; else by the pool's label, or by name where no label tells them. */
function placeOf(
  { label, nodes }: NodePool,
  isOnly: boolean,
): { readonly selector: LabelSelector; readonly nodes?: readonly string[] } {
  if (isOnly) return { selector: workerNodes };
  if (!label) return { selector: [], nodes: nodes.map(({ name }) => name) };
  return { selector: [...workerNodes, { key: label[0], operator: "In", values: [label[1]] }] };
}

/** A minor of the kubelet is only changed on an empty node. Source: Version Skew Policy, kubelet. */
function nodeSteps(name: string, to: string, drainer: Drainer): Step[] {
  return [
    drainStep(name, drainer),
    { kind: "upgradeKubelet", name: `kubelet-${name}`, nodes: itself, to },
    { kind: "uncordon", name: `uncordon-${name}`, nodes: itself },
  ];
}

/** The drain of the node whose turn it is; other drainers than kubectl have time-outs of their own. */
export function drainStep(name: string, drainer: Drainer): Step {
  const options = { ...drainDefaults, ignoreDaemonSets: true, deleteEmptyDirData: true };
  return {
    kind: "drain",
    name: `drain-${name}`,
    nodes: itself,
    options: drainer === "kubectl" ? { ...options, timeout: 3_600_000 } : options,
  };
}
