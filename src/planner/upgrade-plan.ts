import { drainers } from "../facts/drainers.ts";
import { kubeadmOf } from "../facts/kubeadm.ts";
import { managedUpgradeBy, poolUpgrades } from "../facts/managed-upgrades.ts";
import { skewOf, skewRuleOf } from "../facts/skew.ts";
import type { Cluster } from "../model/cluster.ts";
import { clusterApiControlPlane, machineDeploymentOf } from "../model/cluster-api-owner.ts";
import { componentsOf } from "../model/components.ts";
import { controlPlaneOf } from "../model/control-plane.ts";
import { isControlPlane } from "../model/node.ts";
import { isMachineless } from "../model/node-owner.ts";
import { type NodePool, poolsOf } from "../model/node-pools.ts";
import { platformOf } from "../model/platform.ts";
import { compareVersions, formatVersion, minorOf, parseVersion, type Version } from "../model/version.ts";
import { fixed, noAssumptions } from "../plan/assumptions.ts";
import { knownVersion } from "../plan/known-version.ts";
import type { NodeTemplate } from "../plan/node-template.ts";
import type { Drainer, Plan, Step } from "../plan/plan.ts";
import { clusterApiControlPlaneSteps } from "./cluster-api-steps.ts";
import { kubeadmControlPlane, kubeadmWorkers } from "./kubeadm-steps.ts";
import { managedControlPlane } from "./managed-steps.ts";
import { blueGreenOf, isBlueGreen } from "./pool-strategies.ts";
import { poolPass, type PoolGoal, type PoolSettings } from "./pool-steps.ts";
import { refusalOf } from "./upgrade-refusals.ts";
import type { UpgradeOptions } from "./upgrade-options.ts";
import { pathOf, type UpgradeStage, upgradeStages } from "./upgrade-stages.ts";

export type UpgradePlan =
  | { readonly ok: true; readonly plan: Plan; readonly path: readonly Version[]; readonly passes: number }
  | { readonly ok: false; readonly problem: string; readonly advice?: string };

/** How the stages of an upgrade become steps in one kind of cluster. */
interface Way {
  readonly drainer: Drainer;
  readonly isLockstep: boolean;
  readonly isTooOld: (worker: number, controlPlane: number) => boolean;
  /** Whether the control plane has something to do at a version that it has already. */
  readonly repeats: boolean;
  readonly stepsOf: (stage: UpgradeStage, before: PassesBefore) => WaySteps;
}

/** Where the passes before have brought the control plane and the workers; undefined: there was none. */
interface PassesBefore {
  readonly plane?: Version;
  readonly workers?: Version;
}

interface WaySteps {
  readonly steps: readonly Step[];
  readonly templates?: Readonly<Record<string, NodeTemplate>>;
  /** What undoes the last of these steps, where that can be undone. */
  readonly rollback?: readonly Step[];
}

/**
 * The plan that brings a cluster to a version, as it is made: kubeadm in place, a managed cluster by its provider and the
 * owners of its pools. The control plane goes minor by minor, each at its newest known patch; the workers in as few passes
 * as the kubelet's skew rule, or the provider's own, allows. `to` is `v1.36.4`, or `1.36` for the newest patch that is
 * known. Source: kubernetes.io, Version Skew Policy; src/facts/managed-upgrades.ts.
 */
export function upgradePlan(cluster: Cluster, to: string, options: UpgradeOptions): UpgradePlan {
  const known = knownVersion(to);
  if (typeof known === "string") return { ok: false, problem: known };
  const current = controlPlaneVersion(cluster);
  if (!current)
    return {
      ok: false,
      problem: "the version of the control plane is not in the input",
      advice: "Give the kube-system pods as well, or say it: --kubernetes-version v1.33.13",
    };
  const target = reachable(cluster, current, known);
  const refusal = refusalOf(cluster, current, target, options);
  if (refusal) return { ok: false, ...refusal };
  const way = wayOf(cluster, options);
  const stages = upgradeStages(current, target, { ...way, oldest: oldestWorker(cluster) }).filter(
    ({ kind, version }) => kind === "workers" || way.repeats || compareVersions(version, current) !== 0,
  );
  const steps: Step[] = [];
  let templates: Readonly<Record<string, NodeTemplate>> = {};
  let before: PassesBefore = {};
  let rollback: readonly Step[] = [];
  stages.forEach((stage, index) => {
    if (index > 0 && stage.kind === "control plane" && options.soakBetweenMinors > 0)
      steps.push(soak(stages[index - 1]!.version, options.soakBetweenMinors));
    const more = way.stepsOf(stage, before);
    steps.push(...more.steps);
    templates = { ...templates, ...more.templates };
    before = { ...before, [stage.kind === "workers" ? "workers" : "plane"]: stage.version };
    rollback = more.rollback ?? [];
  });
  const passes = stages.filter(({ kind }) => kind === "workers").length;
  const plan = { ...planOf(cluster, target, way.drainer), rollback, steps: leadingBack(steps, rollback) };
  const hasTemplates = Object.keys(templates).length > 0;
  return {
    ok: true,
    plan: hasTemplates ? { ...plan, nodeTemplates: templates } : plan,
    path: pathOf(current, target),
    passes,
  };
}

/** The last step leads back where it fails, if there is a way: what went before it stands. */
function leadingBack(steps: readonly Step[], rollback: readonly Step[]): readonly Step[] {
  if (rollback.length === 0) return steps;
  return steps.map((step, index) =>
    index === steps.length - 1 ? { ...step, onFailure: { kind: "rollback" } } : step,
  );
}

/** Where a provider chooses the patch itself, another patch of the same minor is nowhere to go. */
function reachable(cluster: Cluster, current: Version, target: Version): Version {
  const choosesPatch = managedUpgradeBy(platformOf(cluster)?.name)?.choosesPatch === true;
  return choosesPatch && target.minor === current.minor ? { ...current, suffix: "" } : target;
}

function planOf(cluster: Cluster, target: Version, drainer: Drainer): Omit<Plan, "steps"> {
  return {
    name: `upgrade-to-${formatVersion(target)}`,
    target: { kubernetesVersion: formatVersion(target) },
    drainer,
    defaults: { drain: { ignoreDaemonSets: true, deleteEmptyDirData: true } },
    assumptions: noAssumptions,
    assertions: [
      { name: "no-outage", kind: "noOutage" },
      { name: "nothing-pending", kind: "noPendingPods" },
      { name: "nodes-back", kind: "nodesBack" },
      ...(keepsQuorum(cluster) ? [{ name: "quorum", kind: "etcdQuorum" } as const] : []),
    ],
    rollback: [],
    onFailure: { kind: "abort" },
  };
}

function soak(version: Version, millis: number): Step {
  return { kind: "wait", name: `soak-${minorOf(version)}`, duration: fixed(millis) };
}

const kubeletMinorsBehind = skewRuleOf("kubelet", "kube-apiserver")!;

function isPastPolicy(worker: number, controlPlane: number): boolean {
  return skewOf(kubeletMinorsBehind, worker, controlPlane) !== undefined;
}

function wayOf(cluster: Cluster, options: UpgradeOptions): Way {
  const platform = platformOf(cluster);
  const fact = managedUpgradeBy(platform?.name);
  const pools = poolsOf(cluster);
  const owner = mostCommonOwner(cluster);
  const drainer = options.drainer ?? owner ?? (clusterApiControlPlane(cluster) ? "cluster-api" : "kubectl");
  const isOfCluster = fact === undefined && owner !== "cluster-api";
  const plane = clusterApiControlPlane(cluster);
  const workers = (version: Version, before: Version | undefined): WaySteps => {
    const behind = pools.filter((pool) => isBehind(pool, version));
    if (isOfCluster) return kubeadmWorkers(behind, version, options, { cluster, drainer });
    const passes = behind.map((pool, index) => {
      const settings = settingsOf(pool, cluster, options);
      const blueGreen = isBlueGreen(options) ? blueGreenOf(pool) : undefined;
      const goal: PoolGoal = {
        version,
        width: options.maxParallel,
        drainer: options.drainer ?? drainerOfPool(pool, options) ?? drainer,
        planDrainer: drainer,
        canary: index === 0 && !before ? options.canary : 0,
        ...(settings ? { settings } : {}),
        ...(blueGreen ? { blueGreen } : {}),
      };
      return poolPass(pool, before && isBehind(pool, before) ? { ...goal, before } : goal);
    });
    return {
      rollback: passes.at(-1)?.rollback ?? [],
      steps: passes.flatMap(({ steps }) => steps),
      templates: Object.assign({}, ...passes.map(({ templates }) => templates)) as WaySteps["templates"] & {},
    };
  };
  return {
    drainer,
    // Managed node groups of EKS have to match before the control plane takes its next minor.
    // A Cluster's topology has one version, which waits for all of its workers.
    isLockstep:
      options.lockstep ||
      plane?.object?.isOfTopology === true ||
      (fact?.isLockstep === true && pools.some((pool) => pool.owner === "eks")),
    isTooOld: fact
      ? (worker, minor) =>
          isPastPolicy(worker, minor) || minor - worker > (fact.nodesBehind ?? Number.POSITIVE_INFINITY)
      : // kubeadm upgrade asks for newer kubelets than the skew policy, up to 1.28; new machines are joined.
        (worker, minor) =>
          isPastPolicy(worker, minor) || (!plane && worker < (kubeadmOf(minor)?.oldestKubelet ?? 0)),
    repeats: fact === undefined && !plane,
    stepsOf: (stage, before) => {
      const { version } = stage;
      if (stage.kind === "workers") return workers(version, before.workers);
      if (plane)
        return clusterApiControlPlaneSteps(cluster, {
          version,
          drainer,
          ...(before.plane ? { before: before.plane } : {}),
        });
      return {
        steps: fact
          ? managedControlPlane(cluster, fact, version)
          : kubeadmControlPlane(cluster, version, drainer),
      };
    },
  };
}

/** Who empties the nodes of a pool: its owner, or a person where a second pool stands beside one of EKS. */
function drainerOfPool({ owner }: NodePool, options: UpgradeOptions): Drainer | undefined {
  if (owner === "eks" && isBlueGreen(options)) return "kubectl";
  return owner !== undefined && Object.hasOwn(drainers, owner) ? (owner as Drainer) : undefined;
}

/** Whether a node of a pool is older than a version when the upgrade begins. */
function isBehind({ nodes }: NodePool, version: Version): boolean {
  return nodes.some(({ info }) => {
    const own = parseVersion(info.kubeletVersion);
    return own !== undefined && compareVersions(own, version) < 0;
  });
}

/** The owner of most workers, if it is one whose drain rules are known. */
function mostCommonOwner(cluster: Cluster): Drainer | undefined {
  const [pool] = poolsOf(cluster)
    .filter(({ owner }) => owner !== undefined && Object.hasOwn(drainers, owner))
    .toSorted((a, b) => b.nodes.length - a.nodes.length);
  return pool?.owner as Drainer | undefined;
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

/** How a pool is to replace its nodes: as it is asked to, else as its MachineDeployment does where that is in the input. */
function settingsOf(
  { nodes }: NodePool,
  cluster: Cluster,
  { strategy, maxParallel }: UpgradeOptions,
): PoolSettings | undefined {
  const object = machineDeploymentOf(nodes[0]!, cluster)?.object;
  const asked = typeof strategy === "object" && strategy.kind === "surge" ? strategy : undefined;
  const most = maxParallel === undefined ? undefined : { maxSurge: maxParallel, maxUnavailable: 0 };
  if (asked ?? (object && most)) return { ...(asked ?? most!), drainMillis: object?.drainMillis ?? 0 };
  if (!object) return undefined;
  const { isOnDelete, drainMillis } = object;
  // A machine that somebody deletes is replaced once it is gone.
  if (isOnDelete) return { maxSurge: 0, maxUnavailable: 1, drainMillis };
  const { maxSurge = poolUpgrades["cluster-api"].maxSurge, maxUnavailable = 0 } = object;
  return { maxSurge, maxUnavailable, drainMillis };
}

function oldestWorker({ objects }: Cluster): Version | undefined {
  const workers = objects.Node.filter((node) => !isControlPlane(node) && !isMachineless(node));
  return workers.flatMap(({ info }) => parseVersion(info.kubeletVersion) ?? []).sort(compareVersions)[0];
}
