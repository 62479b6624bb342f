import { skewOf, skewRuleOf, type SkewRule } from "../facts/skew.ts";
import type { Cluster } from "../model/cluster.ts";
import type { ComponentName } from "../model/components.ts";
import { controlPlaneOf } from "../model/control-plane.ts";
import { compareVersions, parseVersion, type Version } from "../model/version.ts";

/** Two versions that are too far apart at one moment. */
export interface BrokenSkew {
  readonly rule: SkewRule;
  readonly component: ComponentName;
  readonly version: Version;
  readonly nodes: readonly string[];
  readonly against: { readonly version: Version; readonly node: string };
  readonly direction: "older" | "newer";
  readonly by: number;
  readonly limit: number;
}

interface Instance {
  readonly name: ComponentName;
  readonly node: string;
  readonly version: Version;
}

/** Instances of one component and one minor, those on control-plane nodes apart. */
interface Group {
  readonly local: Map<string, Instance>;
  readonly others: Map<string, Instance>;
}

/**
 * The versions of a cluster's components at one moment, and which of them are too far apart. A component on a
 * control-plane node that has an API server talks to that one, as kubeadm configures it; kube-proxy and all other nodes
 * may reach any. Source: facts/skew.ts; kubernetes/kubernetes PR #94398 (controller manager, scheduler), KEP-4471
 * (kubelet, the default from 1.33 on).
 * A look costs as much as there are groups of one component and minor, and control-plane nodes.
 */
export class VersionBoard {
  readonly #servers = new Map<string, Instance>();
  readonly #groups = new Map<string, Group>();
  readonly #instances = new Map<string, Instance>();
  /** kube-proxies that are too far from their own node's kubelet, by node. */
  readonly #proxies = new Map<string, BrokenSkew>();

  constructor(cluster: Cluster) {
    const { components, nodes } = controlPlaneOf(cluster);
    for (const { name, node, version, evidence } of components)
      if (name === "kube-apiserver") this.#servers.set(node, { name, node, version });
      // A node's word on its kube-proxy repeats its kubelet's version.
      else if (name !== "kube-proxy" || evidence === "image") this.#put({ name, node, version });
    const version = parseVersion(cluster.version);
    if (nodes.length === 0 && this.#servers.size === 0 && version)
      this.#servers.set("", { name: "kube-apiserver", node: "", version });
    for (const { name, node } of this.#instances.values()) if (name === "kube-proxy") this.#lookAtProxy(node);
  }

  /** A component has another version. */
  set(name: ComponentName, node: string, text: string): void {
    const version = parseVersion(text);
    if (!version) return;
    if (name !== "kube-apiserver") this.#put({ name, node, version });
    else {
      const isNew = !this.#servers.has(node);
      this.#servers.set(node, { name, node, version });
      // What runs there talks to this one from now on.
      if (isNew)
        for (const each of [...this.#instances.values()].filter((instance) => instance.node === node))
          this.#put(each);
    }
    if (name === "kube-proxy" || name === "kubelet") this.#lookAtProxy(node);
  }

  /** A node is gone, with all that ran on it. */
  remove(node: string): void {
    this.#servers.delete(node);
    this.#proxies.delete(node);
    for (const each of [...this.#instances.values()].filter((instance) => instance.node === node))
      this.#take(each.name, node);
  }

  #take(name: ComponentName, node: string): void {
    const before = this.#instances.get(`${name} ${node}`);
    if (!before) return;
    this.#instances.delete(`${name} ${node}`);
    const group = this.#groups.get(`${name} ${before.version.minor}`);
    group?.local.delete(node);
    group?.others.delete(node);
  }

  #put(instance: Instance): void {
    const { name, node, version } = instance;
    const isLocal = name !== "kube-proxy" && this.#servers.has(node);
    this.#take(name, node);
    this.#instances.set(`${name} ${node}`, instance);
    let group = this.#groups.get(`${name} ${version.minor}`);
    if (!group)
      this.#groups.set(`${name} ${version.minor}`, (group = { local: new Map(), others: new Map() }));
    (isLocal ? group.local : group.others).set(node, instance);
  }

  #lookAtProxy(node: string): void {
    this.#proxies.delete(node);
    const proxy = this.#instances.get(`kube-proxy ${node}`);
    const kubelet = this.#instances.get(`kubelet ${node}`);
    const rule = skewRuleOf("kube-proxy", "kubelet");
    if (!proxy || !kubelet || !rule) return;
    const broken = brokenOf(rule, proxy, kubelet);
    if (broken) this.#proxies.set(node, broken);
  }

  /** Everything that is too far apart now. */
  broken(): readonly BrokenSkew[] {
    const servers = [...this.#servers.values()].sort((a, b) => compareVersions(a.version, b.version));
    const [oldest, newest] = [servers[0], servers.at(-1)];
    if (!oldest || !newest) return [];
    const among = skewRuleOf("kube-apiserver", "kube-apiserver");
    const found = [among && brokenOf(among, oldest, newest), ...this.#proxies.values()];
    for (const { local, others } of this.#groups.values()) {
      for (const instance of local.values())
        found.push(toServer(instance, this.#servers.get(instance.node)!));
      const [first] = others.values();
      if (!first) continue;
      const broken = toServer(first, first.version.minor > oldest.version.minor ? oldest : newest);
      found.push(broken && { ...broken, nodes: [...others.keys()] });
    }
    return found.flatMap((each) => each ?? []);
  }
}

function toServer(instance: Instance, server: Instance): BrokenSkew | undefined {
  const rule = skewRuleOf(instance.name, "kube-apiserver");
  return rule && brokenOf(rule, instance, server);
}

function brokenOf(
  rule: SkewRule,
  { name, node, version }: Instance,
  against: Instance,
): BrokenSkew | undefined {
  const skew = skewOf(rule, version.minor, against.version.minor);
  if (!skew) return undefined;
  return {
    rule,
    component: name,
    version,
    nodes: [node],
    against: { version: against.version, node: against.node },
    ...skew,
  };
}
