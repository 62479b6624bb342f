import { type PlatformFact, type PlatformName, platforms } from "../facts/platforms.ts";
import type { Cluster } from "./cluster.ts";
import { isByKubeadm } from "./components.ts";
import { parseVersion } from "./version.ts";

/** Who made a cluster, and who upgrades its control plane. */
export interface Platform extends Pick<PlatformFact, "title" | "controlPlane"> {
  readonly name: PlatformName;
  /** What tells: `label eks.amazonaws.com/nodegroup of node ip-10-0-1-7`. */
  readonly toldBy: string;
}

const known = new WeakMap<Cluster, { readonly platform: Platform | undefined }>();

/** What made a cluster, by the marks on its nodes and the names of its versions; undefined: nothing tells. */
export function platformOf(cluster: Cluster): Platform | undefined {
  let found = known.get(cluster);
  if (!found) known.set(cluster, (found = { platform: readPlatform(cluster) }));
  return found.platform;
}

/** What is known to have made a cluster in place of kubeadm, which then upgrades none of it; undefined: nothing tells so. */
export function otherThanKubeadm(cluster: Cluster): Platform | undefined {
  const platform = platformOf(cluster);
  return platform?.name === "kubeadm" || isByKubeadm(cluster) ? undefined : platform;
}

function readPlatform(cluster: Cluster): Platform | undefined {
  for (const [name, fact] of Object.entries(platforms) as [PlatformName, PlatformFact][]) {
    const toldBy = evidenceOf(cluster, fact);
    if (toldBy !== undefined) return { name, title: fact.title, controlPlane: fact.controlPlane, toldBy };
  }
  return undefined;
}

function evidenceOf(cluster: Cluster, { marks, suffix, osImage }: PlatformFact): string | undefined {
  for (const { name, labels, annotations, info } of cluster.objects.Node) {
    const mark = marks.find((key) => Object.hasOwn(labels, key) || Object.hasOwn(annotations, key));
    if (mark !== undefined) return `${mark} on node ${name}`;
    if (isNamed(info.kubeletVersion, suffix)) return `kubelet ${info.kubeletVersion} on node ${name}`;
    if (osImage?.test(info.osImage) === true) return `${info.osImage} on node ${name}`;
  }
  if (isNamed(cluster.version, suffix)) return `${cluster.version}, ${cluster.versionSource}`;
  // Static pods show it where their nodes' annotations are not in the input.
  for (const { name, annotations } of cluster.objects.Pod) {
    const mark = marks.find((key) => Object.hasOwn(annotations, key));
    if (mark !== undefined) return `${mark} on pod ${name}`;
  }
  return undefined;
}

function isNamed(version: string, suffix: RegExp | undefined): boolean {
  return suffix !== undefined && suffix.test(parseVersion(version)?.suffix ?? "");
}
