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

/** Look-ups in a cluster that rules share: made once a verdict. */
export class ClusterIndex {
  readonly cluster: Cluster;
  readonly workloadOf: (pod: Pod) => string;
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #podsByNode: ReadonlyMap<string, readonly Pod[]>;
  readonly #podsByNamespace: ReadonlyMap<string, readonly Pod[]>;
  readonly #podsByWorkload: ReadonlyMap<string, readonly Pod[]>;
  readonly #podsById: ReadonlyMap<string, Pod>;
  readonly #controllers: ReadonlyMap<string, Workload>;

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
    return (this.#podsByNamespace.get(namespace) ?? []).filter((pod) =>
      matchesSelector(selector, pod.labels),
    );
  }

  podsOfBudget(budget: PodDisruptionBudget): readonly Pod[] {
    return this.podsSelected(budget.namespace, budget.selector);
  }

  podsOfService(service: Service): readonly Pod[] {
    return this.podsSelected(service.namespace, service.selector).filter((pod) => !isFinished(pod));
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
