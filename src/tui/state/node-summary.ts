import { parseRef } from "../../model/meta.ts";
import { podRequests } from "../../model/pod-resources.ts";
import type { PodSpec, Resources } from "../../model/pod.ts";
import type { Workload } from "../../model/workload.ts";
import { workloadKinds } from "../../model/workload.ts";
import type { EventOf, PodId } from "../../trace/event.ts";
import { allNodes } from "../../trace/all-nodes.ts";
import { drainPhases, type PhaseChange } from "../../trace/timelines.ts";
import type { Trace } from "../../trace/trace.ts";
import type { NodeView, PodView, World } from "../../trace/world.ts";
import { Refusals } from "./refusals.ts";

/** What there is to see of a node at one moment. */

export type NodeState =
  | "ready"
  | "cordoned"
  | "draining"
  | "drained"
  | "failed"
  | "notReady"
  | "down"
  | "rebooting"
  /** Not a member of the cluster at this moment. */
  | "absent";

/** In the order in which they are drawn: what needs attention comes first. */
export const podStates = ["refused", "leaving", "starting", "ready", "stays", "finished", "pending"] as const;

export type PodState = (typeof podStates)[number];

export interface NodeSummary {
  readonly state: NodeState;
  readonly pods: Readonly<Record<PodState, number>>;
  /** What its pods request of what it offers, 0 to 1 and above; undefined where the node does not say. */
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
  readonly waits: NodeWaits;
}

/** What keeps a drain from being done with a node. `others` counts the pods that do so besides. */
export type NodeWaits =
  | { readonly kind: "nothing" }
  /** A pod whose eviction was refused, and the last refusal. */
  | { readonly kind: "refusal"; readonly refusal: EventOf<"eviction.refused">; readonly others: number }
  /** A pod that was told to go and is not gone. */
  | { readonly kind: "stopping"; readonly pod: PodId; readonly others: number };

const nothing: NodeWaits = { kind: "nothing" };

const noPods: Readonly<Record<PodState, number>> = {
  refused: 0,
  leaving: 0,
  starting: 0,
  ready: 0,
  stays: 0,
  finished: 0,
  pending: 0,
};

/** Reads nodes and pods out of a world with what the trace as a whole tells about them. */
export class NodeReader {
  readonly #phases: ReadonlyMap<string, readonly PhaseChange[]>;
  readonly #refusals: Refusals;
  readonly #downs: ReadonlyMap<string, readonly Down[]>;
  readonly #offers: ReadonlyMap<string, Resources>;
  readonly #requests: (pod: PodView) => Resources | undefined;

  constructor(trace: Trace) {
    this.#phases = drainPhases(trace);
    this.#refusals = new Refusals(trace);
    this.#downs = downsIn(trace);
    this.#offers = new Map(allNodes(trace).map((node) => [node.name, node.allocatable]));
    this.#requests = requestReader(trace);
  }

  /** The changes of a node's drain, over the whole run. */
  phasesOf(node: string): readonly PhaseChange[] {
    return this.#phases.get(node) ?? [];
  }

  /** The nodes that are drained at some time, with the changes of each. */
  get phases(): ReadonlyMap<string, readonly PhaseChange[]> {
    return this.#phases;
  }

  summarize(world: World, count: number, name: string): NodeSummary {
    const node = world.nodes.get(name);
    if (!node) return { state: "absent", pods: noPods, cpu: undefined, memory: undefined, waits: nothing };
    const state = this.#stateOf(node, count);
    const pods = { ...noPods };
    let cpu = 0;
    let memory = 0;
    let refused: PodId | undefined;
    let leaving: PodId | undefined;
    for (const pod of world.podsOn(name)) {
      const podState = this.podState(pod, count);
      pods[podState]++;
      if (podState === "refused") refused ??= pod.id;
      if (podState === "leaving") leaving ??= pod.id;
      if (pod.phase === "Succeeded" || pod.phase === "Failed") continue;
      const requests = this.#requests(pod);
      cpu += requests?.["cpu"] ?? 0;
      memory += requests?.["memory"] ?? 0;
    }
    const offer = this.#offers.get(name);
    const refusal = refused === undefined ? undefined : this.#refusals.lastOf(refused, count);
    return {
      state,
      pods,
      cpu: share(cpu, offer?.["cpu"]),
      memory: share(memory, offer?.["memory"]),
      waits: refusal
        ? { kind: "refusal", refusal, others: pods.refused + pods.leaving - 1 }
        : leaving !== undefined && state === "draining"
          ? { kind: "stopping", pod: leaving, others: pods.leaving - 1 }
          : nothing,
    };
  }

  podState(pod: PodView, count: number): PodState {
    if (pod.phase === "Succeeded" || pod.phase === "Failed") return "finished";
    if (pod.terminating !== undefined) return "leaving";
    if (pod.node === "") return "pending";
    if (this.#refusals.lastOf(pod.id, count)) return "refused";
    if (!pod.isReady) return "starting";
    return staysInDrains(pod) ? "stays" : "ready";
  }

  #stateOf(node: NodeView, count: number): NodeState {
    if (!node.isUp) return this.#isRebooting(node.name, count) ? "rebooting" : "down";
    if (node.ready !== "True") return "notReady";
    const phase = this.phasesOf(node.name).findLast(({ event }) => event < count)?.phase ?? "none";
    if (phase !== "none" && node.isCordoned) return phase;
    return node.isCordoned ? "cordoned" : "ready";
  }

  #isRebooting(node: string, count: number): boolean {
    return this.#downs.get(node)?.findLast(({ event }) => event < count)?.isReboot ?? false;
  }
}

/** Whether a drain leaves it where it is: its controller would put it there again. */
export function staysInDrains({ workload }: Pick<PodView, "workload">): boolean {
  const kind = parseRef(workload)?.kind;
  return kind === "DaemonSet" || kind === "Node";
}

function share(requested: number, offered: number | undefined): number | undefined {
  return offered === undefined || offered === 0 ? undefined : requested / offered;
}

interface Down {
  readonly event: number;
  readonly isReboot: boolean;
}

function downsIn(trace: Trace): ReadonlyMap<string, readonly Down[]> {
  const downs = new Map<string, Down[]>();
  trace.events.forEach((event, number) => {
    if (event.kind !== "node.down") return;
    const list = downs.get(event.node) ?? [];
    list.push({ event: number, isReboot: event.reason === "reboot" });
    downs.set(event.node, list);
  });
  return downs;
}

/** What pods request: those of the snapshot say it themselves, for later ones their workload's template does. */
function requestReader(trace: Trace): (pod: PodView) => Resources | undefined {
  const { objects } = trace.header.cluster;
  const ofPod = new Map(objects.Pod.map((pod) => [pod.uid, pod.spec]));
  const ofWorkload = new Map(
    workloadKinds
      .flatMap((kind): readonly Workload[] => objects[kind])
      .map((workload) => [`${workload.namespace}/${workload.kind}/${workload.name}`, workload.template.spec]),
  );
  const known = new Map<PodSpec, Resources>();
  return (pod) => {
    const spec = ofPod.get(pod.id) ?? ofWorkload.get(pod.workload);
    if (!spec) return undefined;
    const requests = known.get(spec) ?? podRequests(spec);
    known.set(spec, requests);
    return requests;
  };
}
