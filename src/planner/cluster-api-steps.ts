import { clusterApiRollout } from "../facts/cluster-api.ts";
import { byText } from "../lib/order.ts";
import { zoneOf } from "../model/affinity.ts";
import type { Cluster } from "../model/cluster.ts";
import { clusterApiControlPlane } from "../model/cluster-api-owner.ts";
import { controlPlaneOf } from "../model/control-plane.ts";
import { isControlPlane, type Node } from "../model/node.ts";
import { compareVersions, formatVersion, minorOf, parseVersion, type Version } from "../model/version.ts";
import { fixed } from "../plan/assumptions.ts";
import type { NodeTemplate } from "../plan/node-template.ts";
import { drainDefaults, type Drainer, type Step } from "../plan/plan.ts";
import { controlPlaneNodes } from "./kubeadm-steps.ts";
import { stepName } from "./step-name.ts";

/** The steps of one pass, and how the nodes look that come for it. */
interface ControlPlanePass {
  readonly steps: readonly Step[];
  readonly templates: Readonly<Record<string, NodeTemplate>>;
}

/** The version of a pass, and of the one before it where there was one; whose rules empty the machines. */
interface ControlPlaneGoal {
  readonly version: Version;
  readonly before?: Version;
  readonly drainer: Drainer;
}

const itself = { kind: "current" } as const;

/**
 * A KubeadmControlPlane's rolling update: a new machine for each, one at a time, each step only while everything is healthy;
 * its member of etcd goes once it is drained; then kube-proxy. An etcd backup first, which nobody takes by itself. Source:
 * src/facts/cluster-api.ts.
 */
export function clusterApiControlPlaneSteps(cluster: Cluster, goal: ControlPlaneGoal): ControlPlanePass {
  const { version } = goal;
  const minor = minorOf(version);
  const owner = clusterApiControlPlane(cluster);
  const stem = stepName(owner?.name ?? "") || "control-plane";
  const template = `${stem}-${minor.replace(".", "-")}`;
  const pattern = cluster.objects.Node.find(isControlPlane);
  const hasMembers = controlPlaneOf(cluster).etcd === "stacked";
  const hasProxy = cluster.objects.DaemonSet.some(
    ({ namespace, name }) => namespace === "kube-system" && name === "kube-proxy",
  );
  return {
    templates: {
      [template]: { like: pattern!.name, version: formatVersion(version), labels: {}, startupTaints: [] },
    },
    steps: [
      ...(hasMembers ? [{ kind: "backupEtcd", name: `etcd-backup-before-${minor}` } as const] : []),
      rollout(cluster, goal, { template, hasMembers }),
      ...(hasProxy
        ? [
            {
              kind: "upgradeAddon",
              name: `kube-proxy-${minor}`,
              addon: "kube-proxy",
              to: formatVersion(version),
            } as const,
          ]
        : []),
    ],
  };
}

function rollout(
  cluster: Cluster,
  { version, before, drainer }: ControlPlaneGoal,
  { template, hasMembers }: { readonly template: string; readonly hasMembers: boolean },
): Step {
  const minor = minorOf(version);
  const { maxSurge = clusterApiRollout.controlPlaneSurge, drainMillis = 0 } =
    clusterApiControlPlane(cluster)?.object ?? {};
  const settled = (name: string): Step => ({
    kind: "gate",
    name: `${name}-${minor}`,
    until: [{ kind: "controlPlaneHealthy" }, ...(hasMembers ? [{ kind: "etcdHealthy" } as const] : [])],
    for: 0,
  });
  const name = `control-plane-${minor}`;
  return {
    kind: "rollout",
    name: `control-plane-to-${minor}`,
    // Later passes find the nodes that the first one brought, in the order in which they came.
    ...(before
      ? { selector: controlPlaneNodes(cluster, version), order: "name" }
      : { selector: [], nodes: replacedInTurn(cluster, version, maxSurge), order: "listed" }),
    strategy: { kind: "surge", maxSurge, maxUnavailable: maxSurge > 0 ? 0 : 1 },
    canary: { count: 0, soak: 0 },
    maxParallel: 1,
    maxErrors: 0,
    soak: 0,
    perNode: [
      settled("all-healthy-first"),
      { kind: "joinNode", name: `join-${name}`, fromTemplate: template, count: 1, failureRate: 0 },
      settled("all-healthy-then"),
      {
        kind: "drain",
        name: `drain-${name}`,
        nodes: itself,
        options: {
          ...drainDefaults,
          ignoreDaemonSets: true,
          deleteEmptyDirData: true,
          timeout: drainer === "kubectl" ? 3_600_000 : drainMillis,
        },
      },
      ...(hasMembers
        ? [{ kind: "removeEtcdMember", name: `leave-etcd-${name}`, nodes: itself } as const]
        : []),
      { kind: "deleteNode", name: `end-${name}`, nodes: itself, duration: fixed(0) },
    ],
    afterBatch: [],
  };
}

/**
 * The control-plane nodes that are older than a version, in the order in which their machines go: of the failure domain with
 * most machines, new ones among them, the oldest. New ones come where there are fewest of them.
 */
function replacedInTurn(cluster: Cluster, version: Version, maxSurge: number): readonly string[] {
  const planes = cluster.objects.Node.filter(isControlPlane);
  let old = planes.filter(({ info }) => {
    const own = parseVersion(info.kubeletVersion);
    return own === undefined || compareVersions(own, version) < 0;
  });
  const zones = [...new Set(planes.map(({ labels }) => zoneOf(labels)))].sort(byText);
  const fresh = planes.filter((node) => !old.includes(node)).map(({ labels }) => zoneOf(labels));
  const order: string[] = [];
  const join = () =>
    void fresh.push(leastOf(zones, (zone) => fresh.filter((each) => each === zone).length) ?? "");
  while (old.length > 0) {
    if (maxSurge > 0) join();
    const standing = [...old.map(({ labels }) => zoneOf(labels)), ...fresh];
    const going = leastOf(
      zones.filter((zone) => old.some(({ labels }) => zoneOf(labels) === zone)),
      (zone) => -standing.filter((each) => each === zone).length,
    );
    const [oldest] = old.filter(({ labels }) => zoneOf(labels) === going).toSorted(byAge);
    order.push(oldest!.name);
    old = old.filter((node) => node !== oldest);
    if (maxSurge === 0) join();
  }
  return order;
}

function byAge(a: Node, b: Node): number {
  return (a.createdAt ?? 0) - (b.createdAt ?? 0) || byText(a.name, b.name);
}

/** The first of those for which the number is smallest. */
function leastOf(all: readonly string[], count: (each: string) => number): string | undefined {
  return all.toSorted((a, b) => count(a) - count(b))[0];
}
