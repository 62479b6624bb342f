import { controlPlaneMarks, masterRename } from "../facts/kubeadm.ts";
import { kubeadmImages } from "../facts/kubeadm-images.ts";
import type { Cluster } from "../model/cluster.ts";
import { isControlPlane } from "../model/node.ts";
import type { NodePool } from "../model/node-pools.ts";
import type { LabelSelector } from "../model/selector.ts";
import { formatVersion, minorOf, type Version } from "../model/version.ts";
import { drainDefaults, type Drainer, type Step } from "../plan/plan.ts";
import type { NodeTemplate } from "../plan/node-template.ts";
import { defaultOrder } from "../plan/strategy.ts";
import { replacementSteps, replacementTemplate, wayBack } from "./replace-workers.ts";
import { stepName } from "./step-name.ts";
import type { UpgradeOptions } from "./upgrade-options.ts";

/** The control-plane nodes before an upgrade to a version: where they have the old label alone, by that while it is there. */
export function controlPlaneNodes(cluster: Cluster, { minor }: Version): LabelSelector {
  const { key: old, instead } = masterRename;
  const isOld = hasOldLabelAlone(cluster) && controlPlaneMarks(minor - 1).labels.includes(old);
  return [{ key: isOld ? old : instead, operator: "Exists", values: [] }];
}

/** All other nodes, at any time of an upgrade. */
function workerNodes(cluster: Cluster): LabelSelector {
  const { key: old, instead } = masterRename;
  const keys = hasOldLabelAlone(cluster) ? [instead, old] : [instead];
  return keys.map((key) => ({ key, operator: "DoesNotExist", values: [] }));
}

function hasOldLabelAlone({ objects }: Cluster): boolean {
  return objects.Node.some(
    (node) => isControlPlane(node) && !Object.hasOwn(node.labels, masterRename.instead),
  );
}

/** In a rollout: the node whose turn it is. */
const itself = { kind: "current" } as const;

/** Milliseconds for which canaries are looked at. */
export const canarySoak = 600_000;

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
      selector: controlPlaneNodes(cluster, version),
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

/** What a pass over the workers says in a plan. */
export interface WorkerPass {
  readonly steps: readonly Step[];
  readonly templates: Readonly<Record<string, NodeTemplate>>;
  /** What undoes the last of its rollouts, where that can be undone. */
  readonly rollback: readonly Step[];
}

/** The workers to a version, one pool after another, where they are or by new nodes; canaries are of the first. */
export function kubeadmWorkers(
  pools: readonly NodePool[],
  version: Version,
  options: UpgradeOptions,
  { cluster, drainer }: { readonly cluster: Cluster; readonly drainer: Drainer },
): WorkerPass {
  const all = workerNodes(cluster);
  const strategy = options.strategy === "inPlace" ? undefined : options.strategy;
  // Nodes that are told by name only have others after the pass: they are one pool with the rest.
  const isOne = pools.length === 1 || (strategy !== undefined && pools.some(({ label }) => !label));
  const minor = minorOf(version);
  const places = isOne
    ? [{ suffix: minor, stem: "workers", place: { selector: all } }]
    : pools.map((pool) => {
        const stem = stepName(pool.name === "" ? "other" : pool.name);
        return { suffix: `${minor}-${stem}`, stem, place: placeOf(pool, all) };
      });
  const named = pools.length === 0 ? [] : places;
  const steps = named.map(({ suffix, stem, place }, index) =>
    workerRollout(suffix, { ...place, template: `${stem}-${minor.replace(".", "-")}` }, version, {
      ...options,
      canary: index === 0 ? options.canary : 0,
      drainer,
    }),
  );
  if (!strategy) return { steps, templates: {}, rollback: [] };
  const templates = Object.fromEntries(
    named.map(({ stem }) => {
      const template = `${stem}-${minor.replace(".", "-")}`;
      return [template, replacementTemplate(template, version, strategy)];
    }),
  );
  const last = named.at(-1);
  const [newest] = Object.keys(templates).slice(-1);
  const rollback =
    strategy.kind === "blueGreen" && last && newest !== undefined ? wayBack(last.place, newest, drainer) : [];
  return { steps, templates, rollback };
}

interface WorkerPlace {
  readonly selector: LabelSelector;
  readonly nodes?: readonly string[];
  /** What new nodes are made from, where there are any. */
  readonly template: string;
}

function workerRollout(
  suffix: string,
  { template, ...place }: WorkerPlace,
  version: Version,
  options: UpgradeOptions & { readonly drainer: Drainer },
): Step {
  const { canary, maxParallel = 1, drainer } = options;
  const strategy = options.strategy === "inPlace" ? undefined : options.strategy;
  const name = `workers-${suffix}`;
  const healthy: Step = {
    kind: "gate",
    name: `${name}-ready`,
    until: [{ kind: "nodeReady" }],
    for: 30_000,
    timeout: 600_000,
  };
  return {
    kind: "rollout",
    name: `workers-to-${suffix}`,
    ...place,
    order: strategy ? defaultOrder(strategy) : "name",
    canary: { count: canary, soak: canary > 0 ? canarySoak : 0 },
    maxParallel: strategy ? 1 : maxParallel,
    maxErrors: 0,
    soak: 0,
    ...(strategy ? { strategy } : {}),
    perNode: strategy
      ? replacementSteps(suffix, template, drainStep(name, drainer))
      : [...nodeSteps(name, formatVersion(version), drainer), healthy],
    afterBatch: [],
  };
}

/** By the pool's label, or by name where no label tells them. */
function placeOf(
  { label, nodes }: NodePool,
  all: LabelSelector,
): {
  readonly selector: LabelSelector;
  readonly nodes?: readonly string[];
} {
  if (!label) return { selector: [], nodes: nodes.map(({ name }) => name) };
  return { selector: [...all, { key: label[0], operator: "In", values: [label[1]] }] };
}

/** A minor of the kubelet is only changed on an empty node. Source: Version Skew Policy, kubelet. */
function nodeSteps(name: string, to: string, drainer: Drainer): Step[] {
  return [
    drainStep(name, drainer),
    { kind: "upgradeKubelet", name: `kubelet-${name}`, nodes: itself, to },
    { kind: "uncordon", name: `uncordon-${name}`, nodes: itself },
  ];
}

/** The drain of the node whose turn it is; other drainers than kubectl have time-outs of their own (0). Milliseconds. */
export function drainStep(
  name: string,
  drainer: Drainer,
  timeout = 0,
): Extract<Step, { readonly kind: "drain" }> {
  const options = { ...drainDefaults, ignoreDaemonSets: true, deleteEmptyDirData: true, timeout };
  return {
    kind: "drain",
    name: `drain-${name}`,
    nodes: itself,
    options: drainer === "kubectl" ? { ...options, timeout: 3_600_000 } : options,
  };
}
