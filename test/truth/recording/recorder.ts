import { controllerOf, labelValue } from "../../../src/model/meta.ts";
import { isReady, type Pod } from "../../../src/model/pod.ts";
import type { EventKind, TraceEvent } from "../../../src/trace/event.ts";
import type { Room, Sim } from "../../../src/sim/sim.ts";

/** One thing that happened to a pod, with the pod as it was right after. */
export interface PodEntry {
  /** The number of the event in the trace. */
  readonly number: number;
  readonly time: number;
  readonly event: TraceEvent;
  readonly pod: Pod;
}

/** A pod under its token: the workload's name and the n-th pod of it, as recordings name pods. */
export interface Seen {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly token: string;
  /** `default/deployment/web` */
  readonly workload: string;
  readonly revision: string;
  readonly isInitial: boolean;
  readonly log: PodEntry[];
}

const podEvents: readonly EventKind[] = [
  "pod.created",
  "pod.scheduled",
  "pod.unschedulable",
  "pod.running",
  "pod.ready",
  "pod.unready",
  "pod.terminating",
  "pod.deleteRepeated",
  "pod.finished",
  "pod.gone",
];

/** Listens to a replay and keeps what it did to every pod, gone ones too. */
export class Recorder {
  readonly pods = new Map<string, Seen>();
  readonly #counts = new Map<string, number>();
  readonly #tokens = new Map<string, string>();
  readonly #revisions = new Map<string, string[]>();

  room(): Room {
    const listen = (sim: Sim, event: TraceEvent & { readonly pod: string }, number: number) => {
      const pod = event.kind === "pod.gone" ? sim.state.lastRemoved : sim.state.pod(event.pod);
      if (!pod) return;
      if (!this.pods.has(pod.uid)) this.#add(sim, pod, false);
      this.pods.get(pod.uid)!.log.push({ number, time: sim.now, event, pod });
    };
    return {
      name: "recorder",
      start: (sim) => {
        const at = (pod: Pod) => `${pod.nodeName === "" ? "~" : pod.nodeName} ${pod.name}`;
        for (const pod of [...sim.state.pods()].sort((a, b) => (at(a) < at(b) ? -1 : 1)))
          this.#add(sim, pod, true);
      },
      on: Object.fromEntries(podEvents.map((kind) => [kind, listen])),
    };
  }

  #add(sim: Sim, pod: Pod, isInitial: boolean): void {
    const owner = controllerOf(pod);
    const above = sim.state.workloadOf(pod);
    const [namespace = "", kind = "", ownerName = ""] =
      above === "" ? [pod.namespace, "pod", orphanName(pod)] : above.split("/");
    const workload = `${namespace}/${kind.toLowerCase()}/${ownerName}`;
    const key = `${pod.namespace}/${pod.name}`;
    let token = this.#tokens.get(key);
    if (token === undefined) {
      const isNamed = ownerName === pod.name || owner?.kind === "StatefulSet" || owner?.kind === "Node";
      const count = (this.#counts.get(ownerName) ?? 0) + 1;
      if (!isNamed) this.#counts.set(ownerName, count);
      token = isNamed ? pod.name : `${ownerName}-#${count}`;
      this.#tokens.set(key, token);
    }
    const { uid, name } = pod;
    const revision = this.#revisionOf(pod, workload);
    this.pods.set(uid, {
      uid,
      name,
      namespace: pod.namespace,
      token,
      workload,
      revision,
      isInitial,
      log: [],
    });
  }

  /** r1, r2 …: template hashes of a workload in the order in which they appear. */
  #revisionOf(pod: Pod, workload: string): string {
    const hash =
      labelValue(pod.labels, "pod-template-hash") ?? labelValue(pod.labels, "controller-revision-hash");
    if (hash === undefined) return "";
    const order = this.#revisions.get(workload) ?? [];
    if (!order.includes(hash)) order.push(hash);
    this.#revisions.set(workload, order);
    return `r${order.indexOf(hash) + 1}`;
  }
}

/** A bare pod is its own workload; one that was orphaned keeps the name it was generated from. */
function orphanName(pod: Pod): string {
  return pod.generateName === undefined ? pod.name : pod.generateName.replace(/-+$/, "");
}

/** Ready and not on its way out: what recordings count. */
export function counts(pod: Pod): boolean {
  return isReady(pod) && !pod.deletion;
}
