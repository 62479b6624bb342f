import type { ManagedUpgradeFact } from "../facts/managed-upgrades.ts";
import { zoneOf } from "../model/affinity.ts";
import type { Cluster } from "../model/cluster.ts";
import { formatVersion, minorOf, type Version } from "../model/version.ts";
import type { Step } from "../plan/plan.ts";

/**
 * A control plane that its provider runs, to a version, and the add-ons that somebody has to bring along.
 * Source: src/facts/managed-upgrades.ts.
 */
export function managedControlPlane(cluster: Cluster, fact: ManagedUpgradeFact, version: Version): Step[] {
  const [to, minor] = [formatVersion(version), minorOf(version)];
  const hasProxy = cluster.objects.DaemonSet.some(
    ({ namespace, name }) => namespace === "kube-system" && name === "kube-proxy",
  );
  return [
    {
      kind: "upgradeManagedControlPlane",
      name: `control-plane-to-${minor}`,
      to,
      api: fact.api === "bySpread" && isInOneZone(cluster) ? "away" : "answers",
    },
    ...(hasProxy && fact.kubeProxy === "by hand"
      ? [{ kind: "upgradeAddon", name: `kube-proxy-${minor}`, addon: "kube-proxy", to } as const]
      : []),
  ];
}

/** Whether all nodes name one zone: a cluster of a whole region has them in several. */
function isInOneZone({ objects }: Cluster): boolean {
  const zones = new Set(objects.Node.map(({ labels }) => zoneOf(labels)));
  return zones.size === 1 && !zones.has("");
}
