import type { PodInfo } from "./pod-info.ts";

/**
 * Pods that wait for room on a node which was made for them by preemption.
 * Source: pkg/scheduler/backend/queue/nominator.go.
 */
export class Nominator {
  readonly #byNode = new Map<string, PodInfo[]>();
  readonly #nodeOf = new Map<string, string>();

  /** Nominates a pod for a node, in place of any other that it was nominated for; empty: for none. */
  add(info: PodInfo, nodeName: string): void {
    const { uid } = info.pod;
    this.remove(uid);
    if (nodeName === "") return;
    this.#nodeOf.set(uid, nodeName);
    const pods = this.#byNode.get(nodeName);
    if (pods) pods.push(info);
    else this.#byNode.set(nodeName, [info]);
  }

  remove(uid: string): void {
    const nodeName = this.#nodeOf.get(uid);
    if (nodeName === undefined) return;
    this.#nodeOf.delete(uid);
    const left = this.#byNode.get(nodeName)!.filter(({ pod }) => pod.uid !== uid);
    if (left.length > 0) this.#byNode.set(nodeName, left);
    else this.#byNode.delete(nodeName);
  }

  /** The node that a pod is nominated for, or empty. */
  nodeOf(uid: string): string {
    return this.#nodeOf.get(uid) ?? "";
  }

  podsFor(nodeName: string): readonly PodInfo[] {
    return this.#byNode.get(nodeName) ?? [];
  }

  /** The nodes that any pod is nominated for. */
  nodeNames(): Iterable<string> {
    return this.#byNode.keys();
  }

  get isEmpty(): boolean {
    return this.#nodeOf.size === 0;
  }
}
