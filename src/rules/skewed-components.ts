import { skewOf, skewRuleOf, type SkewRule } from "../facts/skew.ts";
import { groupBy } from "../lib/order.ts";
import type { Cluster } from "../model/cluster.ts";
import { componentsOf, type Component } from "../model/components.ts";
import { compareVersions, formatVersion, minorOf, parseVersion, type Version } from "../model/version.ts";

/** An API server, or what stands for one where none is seen. */
export interface Server {
  readonly version: Version;
  readonly node: string;
  /** What tells its version. */
  readonly toldBy: string;
}

/** Components of one version that are too far from another component. */
export interface Skew {
  readonly rule: SkewRule;
  readonly components: readonly Component[];
  readonly version: Version;
  readonly against: { readonly version: Version; readonly toldBy: string };
  readonly direction: "older" | "newer";
  readonly by: number;
  readonly limit: number;
}

/** The API servers of a cluster, oldest first; where no pod shows one, the cluster's version as one. */
export function serversOf(cluster: Cluster): readonly Server[] {
  const seen = componentsOf(cluster).filter(({ name }) => name === "kube-apiserver");
  if (seen.length > 0) return seen.toSorted((a, b) => compareVersions(a.version, b.version));
  const version = parseVersion(cluster.version);
  return version ? [{ version, node: "", toldBy: cluster.versionSource }] : [];
}

/** Every component that is too far from what it talks to, by component and version. */
export function skewsOf(cluster: Cluster): readonly Skew[] {
  const servers = serversOf(cluster);
  const components = componentsOf(cluster);
  const kubelets = new Map(
    components.filter(({ name }) => name === "kubelet").map((each) => [each.node, each]),
  );
  const found: Skew[] = [...groupBy(components, versionKey).values()].flatMap((group) => [
    ...fromServers(group, servers),
    ...fromKubelets(group, kubelets),
  ]);
  return [...betweenServers(components), ...found];
}

/** Components of one version against the oldest and the newest API server: these decide for all. */
function fromServers(group: readonly Component[], servers: readonly Server[]): Skew[] {
  const { name, version, evidence } = group[0]!;
  const rule = skewRuleOf(name, "kube-apiserver");
  const oldest = servers[0];
  const newest = servers.at(-1);
  if (!rule || name === "kube-apiserver" || !oldest || !newest) return [];
  // A node's word on its kube-proxy repeats its kubelet's version: that is one thing, said once.
  if (name === "kube-proxy" && evidence === "node") return [];
  const against = version.minor > oldest.version.minor ? oldest : newest;
  const skew = skewOf(rule, version.minor, against.version.minor);
  return skew ? [{ rule, components: group, version, against, ...skew }] : [];
}

/** kube-proxy against the kubelet of its own node. */
function fromKubelets(group: readonly Component[], kubelets: ReadonlyMap<string, Component>): Skew[] {
  const { name, version, evidence } = group[0]!;
  const rule = skewRuleOf(name, "kubelet");
  if (!rule || evidence === "node") return [];
  const pairs = group.flatMap((component) => {
    const kubelet = kubelets.get(component.node);
    const skew = kubelet && skewOf(rule, version.minor, kubelet.version.minor);
    return kubelet && skew ? [{ component, kubelet, skew }] : [];
  });
  return [...groupBy(pairs, ({ kubelet }) => minorOf(kubelet.version)).values()].map((each) => {
    const { kubelet, skew } = each[0]!;
    return { rule, components: each.map(({ component }) => component), version, against: kubelet, ...skew };
  });
}

/** API servers among themselves: the oldest against the newest. */
function betweenServers(components: readonly Component[]): Skew[] {
  const rule = skewRuleOf("kube-apiserver", "kube-apiserver");
  const servers = components
    .filter(({ name }) => name === "kube-apiserver")
    .toSorted((a, b) => compareVersions(a.version, b.version));
  const oldest = servers[0];
  const newest = servers.at(-1);
  if (!rule || !oldest || !newest) return [];
  const skew = skewOf(rule, oldest.version.minor, newest.version.minor);
  if (!skew) return [];
  const old = servers.filter(({ version }) => version.minor === oldest.version.minor);
  return [{ rule, components: old, version: oldest.version, against: newest, ...skew }];
}

function versionKey({ name, version }: Component): string {
  return `${name} ${formatVersion(version)}`;
}
