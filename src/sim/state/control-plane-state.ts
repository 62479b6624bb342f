import { kubeadmCertificates } from "../../facts/certificates.ts";
import type { Cluster } from "../../model/cluster.ts";
import type { ComponentName } from "../../model/components.ts";
import {
  controlPlaneOf,
  type StaticComponent,
  staticComponents,
  versionText,
} from "../../model/control-plane.ts";
import { imageTag } from "../../lib/image.ts";
import { isReady } from "../../model/pod.ts";
import { labelValue } from "../../model/meta.ts";
import type { LedComponent } from "../../trace/upgrade-event.ts";

/** How etcd stands: all members count, also those that are away. */
export interface EtcdHealth {
  readonly members: number;
  readonly healthy: number;
  /** More than half of all members. */
  readonly needed: number;
}

/**
 * The components of a cluster and their versions at this moment of virtual time. A control plane that no node of the
 * input belongs to (a managed one) answers always, and nothing here changes it.
 */
export class ControlPlaneState {
  readonly #nodes: string[];
  /** The version in kubeadm's own configuration: what `upgrade apply` has brought the cluster to. */
  clusterVersion: string;
  /** Who works, of those of which only one does; undefined: nobody. */
  readonly leaders = new Map<LedComponent, string | undefined>();
  /** Static pods that are being restarted: `component node`. */
  readonly restarting = new Set<string>();
  /** Certificates that have run out: `apiserver cp-1`. */
  readonly lapsed = new Set<string>();
  /** Nodes whose certificates were renewed. */
  readonly renewed = new Set<string>();
  readonly #versions = new Map<string, string>();
  /** Tags of the images, as far as they are known: `component node`. */
  readonly #tags = new Map<string, string>();
  #members: readonly string[];
  readonly #sick: Set<string>;

  constructor(cluster: Cluster) {
    const { nodes, components } = controlPlaneOf(cluster);
    this.#nodes = [...nodes];
    this.clusterVersion = cluster.version;
    for (const { name, node, version } of components)
      this.#versions.set(`${name} ${node}`, versionText(version, name));
    for (const { nodeName, spec } of cluster.objects.Pod)
      for (const { name, image } of spec.containers) {
        const tag = imageTag(image);
        if (tag !== undefined && this.#versions.has(`${name} ${nodeName}`))
          this.#tags.set(`${name} ${nodeName}`, tag);
      }
    this.#members = nodes.filter((node) => this.#versions.has(`etcd ${node}`));
    this.#sick = new Set(
      cluster.objects.Pod.filter(
        (pod) => labelValue(pod.labels, "component") === "etcd" && !isReady(pod),
      ).map(({ nodeName }) => nodeName),
    );
  }

  /** The nodes that it runs on now, in the order in which they came. */
  get nodes(): readonly string[] {
    return this.#nodes;
  }

  /** A new node has the static pods of the control plane. */
  join(node: string): void {
    if (!this.#nodes.includes(node)) this.#nodes.push(node);
  }

  /** A node's static pods are gone for good. A member of etcd that was not removed still counts. */
  leave(node: string): void {
    const at = this.#nodes.indexOf(node);
    if (at >= 0) this.#nodes.splice(at, 1);
  }

  /** Nodes whose members of etcd count, whether they run or not. */
  get members(): readonly string[] {
    return this.#members;
  }

  addMember(node: string): void {
    this.#members = [...this.#members.filter((each) => each !== node), node];
  }

  removeMember(node: string): void {
    this.#members = this.#members.filter((each) => each !== node);
  }

  /** The version of a component on a node; undefined: it is not known there. */
  version(component: ComponentName, node: string): string | undefined {
    return this.#versions.get(`${component} ${node}`);
  }

  /** The tag of a component's image; undefined: it is not known. */
  tag(component: ComponentName, node: string): string | undefined {
    return this.#tags.get(`${component} ${node}`);
  }

  /** `tag` is that of the image, where it is another: etcd's counts builds as well. */
  setVersion(component: ComponentName, node: string, version: string, tag = version): void {
    this.#versions.set(`${component} ${node}`, version);
    this.#tags.set(`${component} ${node}`, tag);
    if (component === "etcd") this.#sick.delete(node);
  }

  /** Whether a static pod of a control-plane node runs, and is let in; `isUp` tells whether a node's machine does. */
  runs(component: StaticComponent, node: string, isUp: (node: string) => boolean): boolean {
    if (!this.#nodes.includes(node) || !isUp(node)) return false;
    return !this.restarting.has(`${component} ${node}`) && !this.#isRefused(component, node);
  }

  /** Whether a certificate of the component has run out. */
  #isRefused(component: StaticComponent, node: string): boolean {
    if (this.lapsed.size === 0) return false;
    return kubeadmCertificates.some(
      (each) => each.component === component && this.lapsed.has(`${each.name} ${node}`),
    );
  }

  /** The versions that the static pods have now, to be put back by `setVersion`: `component node`, version, tag. */
  staticVersions(): readonly (readonly [
    component: StaticComponent,
    node: string,
    version: string,
    tag: string,
  ])[] {
    return this.nodes.flatMap((node) =>
      staticComponents.flatMap((component) => {
        const version = this.version(component, node);
        return version === undefined
          ? []
          : [[component, node, version, this.tag(component, node) ?? version] as const];
      }),
    );
  }

  /** Whether the member of etcd on a node runs, and was Ready as far as the snapshot tells. */
  isHealthyMember(node: string, isUp: (node: string) => boolean): boolean {
    return !this.#sick.has(node) && this.runs("etcd", node, isUp);
  }

  /** How etcd stands; undefined: it is not on this cluster's nodes. */
  etcdHealth(isUp: (node: string) => boolean): EtcdHealth | undefined {
    const members = this.#members.length;
    if (members === 0) return undefined;
    const healthy = this.#members.filter((node) => this.isHealthyMember(node, isUp));
    return { members, healthy: healthy.length, needed: Math.floor(members / 2) + 1 };
  }

  /** The snapshot was read from an API server: what says that none can have answered is out of date. */
  trustStart(): void {
    this.#sick.clear();
  }
}
