import type { PodDisruptionBudget } from "../model/budget.ts";
import type { Cluster } from "../model/cluster.ts";
import { controllerOf, formatRef, keyOf, type ObjectMeta, refOf } from "../model/meta.ts";
import type { Node } from "../model/node.ts";
import { workloadIndex } from "../model/ownership.ts";
import { isFinished, type Pod } from "../model/pod.ts";
import { matchesSelector, type LabelSelector } from "../model/selector.ts";
import type { Service } from "../model/service.ts";
import { type Scalable, type Workload, workloadKinds } from "../model/workload.ts";
import { groupBy } from "../lib/order.ts";

const indexes = new WeakMap<Cluster, ClusterIndex>();

function labelKey(key: string, value: string): string {
  return `${key}=${value}`;
}

/** Look-ups in a cluster that rules share. */
export class ClusterIndex {
  readonly cluster: Cluster;
  readonly workloadOf: (pod: Pod) => string;
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #podsByNode: ReadonlyMap<string, readonly Pod[]>;
  readonly #podsByNamespace: ReadonlyMap<string, readonly Pod[]>;
  readonly #podsByWorkload: ReadonlyMap<string, readonly Pod[]>;
  readonly #podsById: ReadonlyMap<string, Pod>;
  readonly #controllers: ReadonlyMap<string, Workload>;
  readonly #podsByLabel = new Map<string, ReadonlyMap<string, readonly Pod[]>>();
  readonly #selected = new WeakMap<LabelSelector, Map<string, readonly Pod[]>>();
  readonly #podsOfService = new WeakMap<Service, readonly Pod[]>();

  /** The index of a cluster, which does not change: made once for all verdicts about it. */
  static of(cluster: Cluster): ClusterIndex {
    let index = indexes.get(cluster);
    if (!index) indexes.set(cluster, (index = new ClusterIndex(cluster)));
    return index;
  }

  constructor(cluster: Cluster) {
    const { objects } = cluster;
    this.cluster = cluster;
    this.workloadOf = workloadIndex(cluster);
    this.#nodes = new Map(objects.Node.map((node) => [node.name, node]));
    this.#podsByNode = groupBy(objects.Pod, (pod) => pod.nodeName);
    this.#podsByNamespace = groupBy(objects.Pod, (pod) => pod.namespace);
    this.#podsByWorkload = groupBy(objects.Pod, this.workloadOf);
    this.#podsById = new Map(objects.Pod.map((pod) => [pod.uid, pod]));
    const controllers = workloadKinds.flatMap((kind): readonly Workload[] => objects[kind]);
    this.#controllers = new Map(controllers.map((each) => [each.uid, each]));
  }

  node(name: string): Node | undefined {
    return this.#nodes.get(name);
  }

  pod(id: string): Pod | undefined {
    return this.#podsById.get(id);
  }

  podsOn(node: string): readonly Pod[] {
    return this.#podsByNode.get(node) ?? [];
  }

  podsOfWorkload(workload: string): readonly Pod[] {
    return this.#podsByWorkload.get(workload) ?? [];
  }

  /** Workloads that have pods, by reference. */
  workloads(): Iterable<[string, readonly Pod[]]> {
    return [...this.#podsByWorkload].filter(([workload]) => workload !== "");
  }

  podsSelected(namespace: string, selector: LabelSelector | undefined): readonly Pod[] {
    if (!selector) return [];
    let known = this.#selected.get(selector);
    if (!known) this.#selected.set(selector, (known = new Map()));
    let pods = known.get(namespace);
    if (!pods) known.set(namespace, (pods = this.#select(namespace, selector)));
    return pods;
  }

  /** One label's pods are looked at where the selector names one, not all of the namespace. */
  #select(namespace: string, selector: LabelSelector): readonly Pod[] {
    const exact = selector.find(({ operator, values }) => operator === "In" && values.length === 1);
    const pods = exact
      ? this.#labelled(namespace).get(labelKey(exact.key, exact.values[0]!))
      : this.#podsByNamespace.get(namespace);
    return (pods ?? []).filter((pod) => matchesSelector(selector, pod.labels));
  }

  #labelled(namespace: string): ReadonlyMap<string, readonly Pod[]> {
    const known = this.#podsByLabel.get(namespace);
    if (known) return known;
    const byLabel = new Map<string, Pod[]>();
    for (const pod of this.#podsByNamespace.get(namespace) ?? [])
      for (const key of Object.keys(pod.labels)) {
        const label = labelKey(key, pod.labels[key]!);
        const pods = byLabel.get(label);
        if (pods) pods.push(pod);
        else byLabel.set(label, [pod]);
      }
    this.#podsByLabel.set(namespace, byLabel);
    return byLabel;
  }

  podsOfBudget(budget: PodDisruptionBudget): readonly Pod[] {
    return this.podsSelected(budget.namespace, budget.selector);
  }

  podsOfService(service: Service): readonly Pod[] {
    let pods = this.#podsOfService.get(service);
    if (!pods) {
      pods = this.podsSelected(service.namespace, service.selector).filter((pod) => !isFinished(pod));
      this.#podsOfService.set(service, pods);
    }
    return pods;
  }

  budgetsOf(pod: Pod): readonly PodDisruptionBudget[] {
    return this.cluster.objects.PodDisruptionBudget.filter(
      ({ namespace, selector }) =>
        namespace === pod.namespace && selector !== undefined && matchesSelector(selector, pod.labels),
    );
  }

  budget(key: string): PodDisruptionBudget | undefined {
    return this.cluster.objects.PodDisruptionBudget.find((budget) => keyOf(budget) === key);
  }

  /** The scalable workload that a reference names, if the input has it. */
  scalable(workload: string): Scalable | undefined {
    const [namespace, kind, name] = workload.split("/");
    if (
      kind !== "Deployment" &&
      kind !== "StatefulSet" &&
      kind !== "ReplicaSet" &&
      kind !== "ReplicationController"
    )
      return undefined;
    const list: readonly (ObjectMeta & { readonly kind: string })[] = this.cluster.objects[kind];
    return list.find((each) => each.namespace === namespace && each.name === name) as Scalable | undefined;
  }

  /** What keeps the pod running, as an object: above its ReplicaSet where that has an owner in the input. */
  controllerOf(pod: Pod): Workload | undefined {
    const owner = this.#controllers.get(controllerOf(pod)?.uid ?? "");
    if (owner?.kind !== "ReplicaSet") return owner;
    const above = this.#controllers.get(controllerOf(owner)?.uid ?? "");
    return above?.kind === "Deployment" ? above : owner;
  }

  /** Whether the input has the controller with this UID. */
  hasController(uid: string): boolean {
    return this.#controllers.has(uid);
  }

  /** The scale that a budget counts the pod by: its controller's replicas; undefined where it has none here. */
  scaleOf(
    pod: Pod,
  ): { readonly workload: string; readonly replicas: number; readonly isGuessed: false } | undefined {
    const owner = this.controllerOf(pod);
    if (!owner || owner.kind === "DaemonSet" || owner.kind === "Job") return undefined;
    return { workload: formatRef(refOf(owner)), replicas: owner.replicas, isGuessed: false };
  }
}
