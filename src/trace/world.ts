import { controlPlaneOf, versionText } from "../model/control-plane.ts";
import { workloadIndex } from "../model/ownership.ts";
import { type Node, nodeCondition } from "../model/node.ts";
import { isReady, type PodPhase } from "../model/pod.ts";
import type { BudgetNumbers, PodId, Remover, TraceEvent } from "./event.ts";
import type { TraceHeader } from "./trace.ts";

/**
 * The cluster at one moment of a trace, as far as the trace tells: folded from its events, so that a report, a test
 * and the terminal interface cannot disagree.
 */

export interface PodView {
  readonly id: PodId;
  readonly namespace: string;
  readonly name: string;
  /** `shop/Deployment/web`; empty for a pod without a controller. */
  readonly workload: string;
  /** Empty while it is not bound. */
  readonly node: string;
  readonly phase: PodPhase;
  readonly isReady: boolean;
  readonly terminating: Remover | undefined;
  /** Why no node takes it, while it is Pending. */
  readonly unschedulable: string;
  readonly isInitial: boolean;
}

export interface NodeView {
  readonly name: string;
  readonly isCordoned: boolean;
  /** As the API says. */
  readonly ready: "True" | "False" | "Unknown";
  /** Whether its machine runs. */
  readonly isUp: boolean;
  /** Taints besides the one of a cordon, as `key:Effect`. */
  readonly taints: readonly string[];
  /** The step of the plan that is at work on it, or empty. */
  readonly step: string;
}

export interface ServiceView {
  readonly ready: number;
  readonly serving: number;
}

/** Mutable inside, readonly outside: `apply` moves it one event further. */
export class World {
  readonly pods = new Map<PodId, PodView>();
  readonly nodes = new Map<string, NodeView>();
  readonly budgets = new Map<string, BudgetNumbers>();
  readonly services = new Map<string, ServiceView>();
  /** Versions of components by `component node` (`kubelet node-7`, `kube-apiserver cp-1`), as far as they are known. */
  readonly versions = new Map<string, string>();
  /** Whether requests to the API server are answered. */
  isApiUp = true;
  /** Members of etcd, once one of them was away. */
  etcd: { readonly members: number; readonly healthy: number } | undefined;
  readonly #podsOnNode = new Map<string, Set<PodId>>();
  /** Milliseconds since t = 0. */
  time = 0;

  /** The world before the first event. */
  static initial(header: TraceHeader): World {
    const world = new World();
    const { objects } = header.cluster;
    const workloadOf = workloadIndex(header.cluster);
    for (const node of objects.Node) world.nodes.set(node.name, viewOf(node));
    for (const pod of objects.Pod) {
      world.#put({
        id: pod.uid,
        namespace: pod.namespace,
        name: pod.name,
        workload: workloadOf(pod),
        node: pod.nodeName,
        phase: pod.status.phase,
        isReady: isReady(pod),
        terminating: pod.deletion ? "delete" : undefined,
        unschedulable: pod.status.conditions.find(({ type }) => type === "PodScheduled")?.message ?? "",
        isInitial: true,
      });
    }
    for (const { name, node, version } of controlPlaneOf(header.cluster).components)
      world.versions.set(`${name} ${node}`, versionText(version, name));
    for (const [key, numbers] of Object.entries(header.initial.budgets)) world.budgets.set(key, numbers);
    for (const [key, view] of Object.entries(header.initial.services)) world.services.set(key, view);
    return world;
  }

  /** A copy that can go its own way: what a keyframe holds. */
  clone(): World {
    const copy = new World();
    copy.time = this.time;
    copy.isApiUp = this.isApiUp;
    copy.etcd = this.etcd;
    for (const [key, value] of this.versions) copy.versions.set(key, value);
    for (const pod of this.pods.values()) copy.#put(pod);
    for (const [key, value] of this.nodes) copy.nodes.set(key, value);
    for (const [key, value] of this.budgets) copy.budgets.set(key, value);
    for (const [key, value] of this.services) copy.services.set(key, value);
    return copy;
  }

  /** The pods bound to a node, in the order in which they came. */
  podsOn(node: string): PodView[] {
    return Array.from(this.#podsOnNode.get(node) ?? [], (id) => this.pods.get(id)!);
  }

  apply(event: TraceEvent): void {
    this.time = event.time;
    if (event.kind.startsWith("pod.")) this.#applyToPod(event);
    else if (event.kind.startsWith("node.")) this.#applyToNode(event);
    else if (event.kind === "budget.changed") {
      const { healthy, desired, allowed, expected } = event;
      this.budgets.set(event.budget, { healthy, desired, allowed, expected });
    } else if (event.kind === "service.changed") {
      this.services.set(event.service, { ready: event.ready, serving: event.serving });
    } else if (event.kind === "step.started" && event.node !== "") this.#setStep(event.node, event.what);
    else if (event.kind === "step.ended") this.#clearStep(event.step);
    else if (event.kind === "component.upgraded")
      this.versions.set(`${event.component} ${event.node}`, event.to);
    else if (event.kind === "api.down" || event.kind === "api.up") this.isApiUp = event.kind === "api.up";
    else if (event.kind === "etcd.members") this.etcd = { members: event.members, healthy: event.healthy };
  }

  readonly #stepNodes = new Map<string, string>();

  #setStep(node: string, what: string): void {
    this.#changeNode(node, { step: what });
    this.#stepNodes.set(node, what);
  }

  #clearStep(step: string): void {
    const node = step.split("/").at(-2);
    if (node !== undefined && this.nodes.has(node)) this.#changeNode(node, { step: "" });
  }

  #applyToPod(event: TraceEvent): void {
    switch (event.kind) {
      case "pod.created":
        return this.#put({
          id: event.pod,
          namespace: event.namespace,
          name: event.name,
          workload: event.workload,
          node: "",
          phase: "Pending",
          isReady: false,
          terminating: undefined,
          unschedulable: "",
          isInitial: false,
        });
      case "pod.scheduled":
        return this.#change(event.pod, { node: event.node, unschedulable: "" });
      case "pod.unschedulable":
        return this.#change(event.pod, { unschedulable: event.message });
      case "pod.running":
        return this.#change(event.pod, { phase: "Running" });
      case "pod.ready":
        return this.#change(event.pod, { isReady: true });
      case "pod.unready":
        return this.#change(event.pod, { isReady: false });
      case "pod.terminating":
        return this.#change(event.pod, { terminating: event.by });
      case "pod.finished":
        return this.#change(event.pod, { phase: event.phase, isReady: false });
      case "pod.gone":
        return this.#remove(event.pod);
      default:
        return;
    }
  }

  #applyToNode(event: TraceEvent): void {
    switch (event.kind) {
      case "node.cordoned":
        return this.#changeNode(event.node, { isCordoned: true });
      case "node.uncordoned":
        return this.#changeNode(event.node, { isCordoned: false });
      case "node.ready":
        return this.#changeNode(event.node, { ready: event.status });
      case "node.down":
        return this.#changeNode(event.node, { isUp: false });
      case "node.up":
        return this.#changeNode(event.node, { isUp: true });
      case "node.tainted": {
        const taint = `${event.taint.key}:${event.taint.effect}`;
        const taints = this.nodes.get(event.node)?.taints ?? [];
        if (isCordonTaint(taint) || taints.includes(taint)) return;
        return this.#changeNode(event.node, { taints: [...taints, taint] });
      }
      case "node.untainted": {
        const taint = `${event.taint.key}:${event.taint.effect}`;
        const taints = this.nodes.get(event.node)?.taints ?? [];
        return this.#changeNode(event.node, { taints: taints.filter((each) => each !== taint) });
      }
      case "node.added":
        this.nodes.set(event.node, viewOf(event.object));
        this.versions.set(`kubelet ${event.node}`, event.object.info.kubeletVersion);
        return;
      case "node.removed":
        this.nodes.delete(event.node);
        for (const key of [...this.versions.keys()].filter((each) => each.endsWith(` ${event.node}`)))
          this.versions.delete(key);
        return;
      default:
        return;
    }
  }

  #put(pod: PodView): void {
    this.pods.set(pod.id, pod);
    if (pod.node === "") return;
    const set = this.#podsOnNode.get(pod.node);
    if (set) set.add(pod.id);
    else this.#podsOnNode.set(pod.node, new Set([pod.id]));
  }

  #change(id: PodId, change: Partial<PodView>): void {
    const pod = this.pods.get(id);
    if (!pod) return;
    this.#put({ ...pod, ...change });
  }

  #remove(id: PodId): void {
    const pod = this.pods.get(id);
    if (!pod) return;
    this.pods.delete(id);
    this.#podsOnNode.get(pod.node)?.delete(id);
  }

  #changeNode(name: string, change: Partial<NodeView>): void {
    const node = this.nodes.get(name);
    if (node) this.nodes.set(name, { ...node, ...change });
  }
}

function viewOf(node: Node): NodeView {
  return {
    name: node.name,
    isCordoned: node.unschedulable,
    ready: nodeCondition(node, "Ready")?.status ?? "Unknown",
    isUp: true,
    taints: node.taints.map(({ key, effect }) => `${key}:${effect}`).filter((taint) => !isCordonTaint(taint)),
    step: "",
  };
}

function isCordonTaint(taint: string): boolean {
  return taint === "node.kubernetes.io/unschedulable:NoSchedule";
}
