import { topologyLabel } from "../model/affinity.ts";
import type { PersistentVolume } from "../model/volume.ts";

/** What a volume's node affinity goes by: one machine, a zone, or something else. */
export type Tie = "node" | "zone" | "other";

/** Labels of CSI drivers whose volumes stay on one machine. Source: each driver's documentation of its topology keys. */
const nodeKeys: ReadonlySet<string> = new Set([
  topologyLabel.hostname,
  "topology.topolvm.io/node",
  "topology.topolvm.cybozu.com/node",
  "topology.hostpath.csi/node",
  "openebs.io/nodename",
  "openebs.io/nodeid",
  "kubernetes.io/nodename",
]);

/** Labels that name a zone. Source: kubernetes.io well-known labels; each cloud's CSI driver. */
const zoneKeys: ReadonlySet<string> = new Set([
  topologyLabel.zone,
  topologyLabel.betaZone,
  "topology.ebs.csi.aws.com/zone",
  "topology.gke.io/zone",
  "topology.disk.csi.azure.com/zone",
  "topology.cinder.csi.openstack.org/zone",
  "topology.diskplugin.csi.alibabacloud.com/zone",
]);

/** Undefined where the volume can be reached from everywhere. */
export function tieOf(volume: PersistentVolume): Tie | undefined {
  if (!volume.nodeTerms) return undefined;
  const keys = volume.nodeTerms.flatMap(({ matchExpressions, matchFields }) =>
    [...matchExpressions, ...matchFields].map(({ key }) => key),
  );
  if (volume.source.type === "local" || volume.source.type === "hostPath") return "node";
  if (keys.some((key) => nodeKeys.has(key) || key === "metadata.name")) return "node";
  return keys.some((key) => zoneKeys.has(key)) ? "zone" : "other";
}
