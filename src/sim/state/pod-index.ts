import { type Labels, controllerOf } from "../../model/meta.ts";
import { type LabelSelector, matchesSelector } from "../../model/selector.ts";
import type { Pod } from "../../model/pod.ts";

/** A set of pods by some key, in the order in which they came; a key without pods is absent. */
export class PodSets {
  readonly #sets = new Map<string, Set<string>>();

  add(key: string, uid: string): void {
    const set = this.#sets.get(key);
    if (set) set.add(uid);
    else this.#sets.set(key, new Set([uid]));
  }

  remove(key: string, uid: string): void {
    const set = this.#sets.get(key);
    if (!set) return;
    set.delete(uid);
    if (set.size === 0) this.#sets.delete(key);
  }

  get(key: string): ReadonlySet<string> {
    return this.#sets.get(key) ?? none;
  }
}

const none: ReadonlySet<string> = new Set();

/** Something that selects pods of its namespace by their labels: a budget, a service. */
interface Selecting {
  readonly namespace: string;
  readonly name: string;
  readonly selector?: LabelSelector;
}

/**
 * Which pods each selecting object selects, and the other way round, kept up to date as pods and objects come and go.
 * Pods of one template share their labels, so the question is asked once a template, not once a pod.
 */
export class SelectorIndex<T extends Selecting> {
  readonly #byNamespace = new Map<string, Map<string, T>>();
  readonly #pods = new PodSets();
  #matches = new WeakMap<Labels, Map<string, readonly string[]>>();

  /** Adds or replaces an object; `pods` are the pods of its namespace. */
  put(object: T, pods: Iterable<Pod>): void {
    const key = `${object.namespace}/${object.name}`;
    this.remove(object);
    let objects = this.#byNamespace.get(object.namespace);
    if (!objects) this.#byNamespace.set(object.namespace, (objects = new Map()));
    objects.set(key, object);
    for (const pod of pods) if (selects(object, pod.labels)) this.#pods.add(key, pod.uid);
  }

  remove(object: Selecting): void {
    const key = `${object.namespace}/${object.name}`;
    this.#matches = new WeakMap();
    for (const uid of Array.from(this.#pods.get(key))) this.#pods.remove(key, uid);
    this.#byNamespace.get(object.namespace)?.delete(key);
  }

  addPod(pod: Pod): void {
    for (const key of this.keysFor(pod)) this.#pods.add(key, pod.uid);
  }

  removePod(pod: Pod): void {
    for (const key of this.keysFor(pod)) this.#pods.remove(key, pod.uid);
  }

  /** Keys (`namespace/name`) of the objects that select this pod, in the order in which they were added. */
  keysFor(pod: Pod): readonly string[] {
    const objects = this.#byNamespace.get(pod.namespace);
    if (!objects || objects.size === 0) return [];
    let byNamespace = this.#matches.get(pod.labels);
    if (!byNamespace) this.#matches.set(pod.labels, (byNamespace = new Map()));
    let keys = byNamespace.get(pod.namespace);
    if (!keys) {
      keys = [...objects].filter(([, object]) => selects(object, pod.labels)).map(([key]) => key);
      byNamespace.set(pod.namespace, keys);
    }
    return keys;
  }

  podsOf(key: string): ReadonlySet<string> {
    return this.#pods.get(key);
  }
}

function selects(object: Selecting, labels: Labels): boolean {
  return object.selector !== undefined && matchesSelector(object.selector, labels);
}

/** The UID of the controller that owns a pod, or an empty string. */
export function ownerUid(pod: Pod): string {
  return controllerOf(pod)?.uid ?? "";
}
