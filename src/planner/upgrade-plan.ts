import { kubeadmOf } from "../facts/kubeadm.ts";
import { kubeadmImages } from "../facts/kubeadm-images.ts";
import { releaseOf } from "../facts/releases.ts";
import { skewOf, skewRuleOf } from "../facts/skew.ts";
import type { Cluster } from "../model/cluster.ts";
import { controlPlaneOf } from "../model/control-plane.ts";
import { componentsOf, isByKubeadm } from "../model/components.ts";
import { isControlPlane, type Node } from "../model/node.ts";
import type { LabelSelector } from "../model/selector.ts";
import { compareVersions, formatVersion, minorOf, parseVersion, type Version } from "../model/version.ts";
import { fixed, noAssumptions } from "../plan/assumptions.ts";
import { knownVersion } from "../plan/known-version.ts";
import { drainDefaults, type Drainer, type Plan, type Step } from "../plan/plan.ts";

/** How an upgrade is to go, besides where to. */
export interface UpgradeOptions {
  /** A pass over the workers for each minor, in place of as few as the skew policy allows. */
  readonly lockstep: boolean;
  /** Workers that go first, alone. */
  readonly canary: number;
  /** How many workers at a time: a number or a percentage. */
  readonly maxParallel: number | string;
  /** Milliseconds that each minor on the way is looked at before the next one. */
  readonly soakBetweenMinors: number;
  readonly drainer: Drainer;
}

export type UpgradePlan =
  | { readonly ok: true; readonly plan: Plan; readonly path: readonly Version[]; readonly passes: number }
  | { readonly ok: false; readonly problem: string; readonly advice?: string };

const kubeletMinorsBehind = skewRuleOf("kubelet", "kube-apiserver")!;

/**
 * The plan that brings a kubeadm cluster to a version, in place: the control plane minor by minor, each at its newest
 * known patch, an etcd backup before each; the workers in as few passes as the kubelet's skew rule allows.
 * `to` is `v1.36.4`, or `1.36` for the newest patch that is known. Source: kubernetes.io, Upgrading kubeadm clusters;
 * Version Skew Policy.
 */
export function upgradePlan(cluster: Cluster, to: string, options: UpgradeOptions): UpgradePlan {
  const target = knownVersion(to);
  if (typeof target === "string") return { ok: false, problem: target };
  const current = controlPlaneVersion(cluster);
  if (!current)
    return {
      ok: false,
      problem: "the version of the control plane is not in the input",
      advice: "Give the kube-system pods as well, or say it: --kubernetes-version v1.33.13",
    };
  const problem = refusalOf(cluster, current, target);
  if (problem) return problem;
  const path = pathOf(current, target);
  const steps: Step[] = [];
  let workers = oldestWorker(cluster) ?? current;
  let api = current;
  let passes = 0;
  const pass = (version: Version) => {
    steps.push(workerPass(version, options));
    workers = version;
    passes++;
  };
  const hasWorkers = cluster.objects.Node.some((node) => !isControlPlane(node));
  for (const version of path) {
    // kubeadm asks for newer kubelets than the skew policy, up to 1.28.
    const isTooOld =
      skewOf(kubeletMinorsBehind, workers.minor, version.minor) !== undefined ||
      workers.minor < (kubeadmOf(version.minor)?.oldestKubelet ?? 0);
    if (hasWorkers && isTooOld && compareVersions(workers, api) < 0) pass(api);
    steps.push(...controlPlanePass(cluster, version, options));
    api = version;
    if (hasWorkers && (options.lockstep || version === path.at(-1))) pass(version);
    if (options.soakBetweenMinors > 0 && version !== path.at(-1))
      steps.push({
        kind: "wait",
        name: `soak-${minorOf(version)}`,
        duration: fixed(options.soakBetweenMinors),
      });
  }
  const plan: Plan = {
    name: `upgrade-to-${formatVersion(target)}`,
    target: { kubernetesVersion: formatVersion(target) },
    drainer: options.drainer,
    defaults: { drain: { ignoreDaemonSets: true, deleteEmptyDirData: true } },
    assumptions: noAssumptions,
    assertions: [
      { name: "no-outage", kind: "noOutage" },
      { name: "nothing-pending", kind: "noPendingPods" },
      { name: "nodes-back", kind: "nodesBack" },
      ...(keepsQuorum(cluster) ? [{ name: "quorum", kind: "etcdQuorum" } as const] : []),
    ],
    steps,
    rollback: [],
    onFailure: { kind: "abort" },
  };
  return { ok: true, plan, path, passes };
}

/** Whether etcd can keep its majority: a single member is away whenever it restarts, and others are not seen. */
function keepsQuorum(cluster: Cluster): boolean {
  const { etcd, nodes } = controlPlaneOf(cluster);
  return etcd === "stacked" && nodes.length > 2;
}

/** The oldest API server, as far as pods tell; else the cluster's own version. */
function controlPlaneVersion(cluster: Cluster): Version | undefined {
  const servers = componentsOf(cluster).filter(({ name }) => name === "kube-apiserver");
  const [oldest] = servers.map(({ version }) => version).sort(compareVersions);
  return oldest ?? parseVersion(cluster.version);
}

function oldestWorker({ objects }: Cluster): Version | undefined {
  const workers = objects.Node.filter((node) => !isControlPlane(node));
  return workers.flatMap(({ info }) => parseVersion(info.kubeletVersion) ?? []).sort(compareVersions)[0];
}

function refusalOf(cluster: Cluster, current: Version, target: Version): UpgradePlan | undefined {
  const [from, to] = [formatVersion(current), formatVersion(target)];
  if (compareVersions(target, current) < 0)
    return {
      ok: false,
      problem: `--to ${to} is older than the control plane, which is at ${from}: there is no way back`,
    };
  const isBehind = (node: Node) => {
    const version = parseVersion(node.info.kubeletVersion);
    return version !== undefined && compareVersions(version, target) < 0;
  };
  if (compareVersions(target, current) === 0 && !cluster.objects.Node.some(isBehind))
    return { ok: false, problem: `the cluster is at ${to} already` };
  if (!cluster.objects.Node.some(isControlPlane))
    return {
      ok: false,
      problem:
        "no node of the input is a control-plane node: a managed control plane is upgraded by its provider",
      advice:
        "Plans for managed clusters are not made yet; a plan of your own can be rehearsed: docs/plan.md",
    };
  if (!isByKubeadm(cluster))
    return {
      ok: false,
      problem: "nothing in the input says that kubeadm made this cluster, and other ways are not known yet",
      advice: "kubeadm's annotations are on its nodes: kubectl get nodes -o json shows them",
    };
  return undefined;
}

/** The versions of the control plane on the way: each minor once, none skipped. */
function pathOf(current: Version, target: Version): Version[] {
  const path: Version[] = [];
  for (let minor = current.minor + 1; minor < target.minor; minor++)
    path.push({ major: 1, minor, patch: releaseOf(minor)!.latestPatch, suffix: "" });
  return [...path, target];
}

const controlPlaneLabel = "node-role.kubernetes.io/control-plane";
const controlPlaneNodes: LabelSelector = [{ key: controlPlaneLabel, operator: "Exists", values: [] }];
const workerNodes: LabelSelector = [{ key: controlPlaneLabel, operator: "DoesNotExist", values: [] }];

/** In a rollout: the node whose turn it is. */
const itself = { kind: "current" } as const;

/** An etcd backup, then one control-plane node after another, then what kubeadm brings besides. */
function controlPlanePass(cluster: Cluster, version: Version, { drainer }: UpgradeOptions): Step[] {
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

function workerPass(version: Version, { canary, maxParallel, drainer }: UpgradeOptions): Step {
  const [to, minor] = [formatVersion(version), minorOf(version)];
  return {
    kind: "rollout",
    name: `workers-to-${minor}`,
    selector: workerNodes,
    order: "name",
    canary: { count: canary, soak: canary > 0 ? 600_000 : 0 },
    maxParallel,
    maxErrors: 0,
    soak: 0,
    perNode: [
      ...nodeSteps(`workers-${minor}`, to, drainer),
      {
        kind: "gate",
        name: `workers-${minor}-ready`,
        until: [{ kind: "nodeReady" }],
        for: 30_000,
        timeout: 600_000,
      },
    ],
    afterBatch: [],
  };
}

/** A minor of the kubelet is only changed on an empty node. Source: Version Skew Policy, kubelet. */
function nodeSteps(name: string, to: string, drainer: Drainer): Step[] {
  const options = { ...drainDefaults, ignoreDaemonSets: true, deleteEmptyDirData: true };
  return [
    {
      kind: "drain",
      name: `drain-${name}`,
      nodes: itself,
      // Other drainers have time-outs of their own.
      options: drainer === "kubectl" ? { ...options, timeout: 3_600_000 } : options,
    },
    { kind: "upgradeKubelet", name: `kubelet-${name}`, nodes: itself, to },
    { kind: "uncordon", name: `uncordon-${name}`, nodes: itself },
  ];
}
