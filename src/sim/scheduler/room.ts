import { must } from "../../lib/assert.ts";
import { type Pod, podCondition } from "../../model/pod.ts";
import { parseVersion } from "../../model/version.ts";
import type { EventKind, TraceEvent } from "../../trace/event.ts";
import { deletePod } from "../apiserver/deletion.ts";
import type { PodVolumes } from "../plugins/volume-binding.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { bindPod, markUnschedulable, nominatePod } from "../state/pod-writes.ts";
import { bindClaim, provisionVolume } from "../state/volume-writes.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { Informers } from "./informers.ts";
import { classOfClaim } from "./listers.ts";
import type { PostFilterResult } from "./post-filter.ts";
import { SchedulingQueue } from "./queue.ts";
import { type Decision, Scheduler } from "./scheduler.ts";
import { StateListers } from "./state-listers.ts";

/**
 * From a change until the scheduler has decided and the pod is bound, and from one pod to the next.
 * Source: the recordings under test/truth: a pod is bound 5 to 10 ms after it was made.
 */
const lagMillis = 5;
const cycleMillis = 1;

/** kube-scheduler at work: it takes pods from its queue, decides, and writes what it decided. */
export function schedulerRoom(): Room {
  const works = new WeakMap<Sim, SchedulerWork>();
  const workOf = (sim: Sim) => must(works.get(sim), "the scheduler has begun");
  const told = Object.fromEntries(
    watched.map((kind) => [
      kind,
      (sim: Sim, event: TraceEvent, number: number) => workOf(sim).tell(event, number),
    ]),
  );
  return {
    name: "scheduler",
    worksAlone: true,
    start: (sim) => {
      const work = new SchedulerWork(sim);
      works.set(sim, work);
      work.begin();
    },
    on: {
      ...told,
      "api.up": (sim) => workOf(sim).back(),
      "leader.elected": (sim) => workOf(sim).back(),
    },
    tasks: { "scheduler.cycle": (sim, task) => workOf(sim).cycle(task.time) },
    isBehind: (sim, since) => workOf(sim).isBehind(since),
  };
}

/** The events that tell the scheduler anything. */
const watched: readonly EventKind[] = [
  "pod.created",
  "pod.scheduled",
  "pod.unschedulable",
  "pod.nominated",
  "pod.terminating",
  "pod.finished",
  "pod.gone",
  "node.added",
  "node.removed",
  "node.cordoned",
  "node.uncordoned",
  "node.tainted",
  "node.untainted",
  "node.labelled",
  "node.ready",
  "node.resized",
  "object.created",
  "object.patched",
  "object.deleted",
  "claim.bound",
  "budget.changed",
];

class SchedulerWork {
  readonly #sim: Sim;
  readonly #scheduler: Scheduler;
  readonly #queue: SchedulingQueue;
  readonly #informers: Informers;
  readonly #listers: StateListers;
  /** The event for which each pod is tried the next time. */
  readonly #causes = new Map<string, number>();
  /** The event that is being told of. */
  #telling: number | undefined;
  #plannedAt = Infinity;

  constructor(sim: Sim) {
    this.#sim = sim;
    this.#listers = new StateListers(sim.state, sim.cluster);
    const { schedulerConfiguration: configuration, chooser } = sim.settings;
    this.#scheduler = new Scheduler({
      version: parseVersion(sim.cluster.version) ?? { major: 1, minor: Infinity },
      listers: this.#listers,
      chooser,
      ...(configuration ? { configuration } : {}),
    });
    this.#queue = new SchedulingQueue(this.#scheduler, {
      epochMillis: sim.epoch(0),
      onMoved: (uid) => {
        if (this.#telling !== undefined) this.#causes.set(uid, this.#telling);
      },
    });
    this.#informers = new Informers(sim, this.#scheduler, this.#queue, this.#listers);
  }

  begin(): void {
    this.#informers.list();
    this.#telling = 0;
    const waiting = [...this.#sim.state.pods()].filter(({ nodeName }) => nodeName === "");
    const isRefused = (pod: Pod) => podCondition(pod, "PodScheduled")?.status === "False";
    this.#putAside(waiting.filter(isRefused));
    for (const pod of waiting) if (!isRefused(pod)) this.#informers.pod(pod.uid);
    this.#telling = undefined;
    this.#plan();
  }

  /**
   * Pods that the cluster's own scheduler has refused before t = 0 wait for something that helps. One that would be
   * placed here stays out: what keeps it Pending is not in the input.
   */
  #putAside(pods: readonly Pod[]): void {
    for (const { uid } of pods) this.#informers.pod(uid);
    const { now } = this.#sim;
    for (let queued = this.#queue.pop(now); queued; queued = this.#queue.pop(now)) {
      const decision = this.#decide(queued.pod);
      if (decision.kind === "unschedulable" && decision.postFilter.code !== "Success")
        this.#queue.requeue(queued.uid, decision, now);
      else this.#queue.delete(queued.uid);
    }
  }

  /** Something changed: the scheduler's cache and queue learn of it. */
  tell(event: TraceEvent, number: number): void {
    this.#telling = number;
    this.#inform(event);
    this.#telling = undefined;
    this.#plan();
  }

  #inform(event: TraceEvent): void {
    if ("pod" in event && typeof event.pod === "string") return this.#informers.pod(event.pod);
    if ("node" in event && typeof event.node === "string") return this.#informers.node(event.node);
    switch (event.kind) {
      case "object.created":
      case "object.patched":
      case "object.deleted": {
        const parts = event.object.split("/");
        const [namespace, kind, name] = parts.length === 3 ? parts : ["", ...parts];
        return this.#informers.object(kind!, namespace === "" ? name! : `${namespace}/${name}`);
      }
      case "claim.bound":
        this.#informers.object("PersistentVolume", event.volume);
        return this.#informers.object("PersistentVolumeClaim", event.claim);
      case "budget.changed":
        return this.#informers.object("PodDisruptionBudget", event.budget);
      default:
    }
  }

  /** Puts the next cycle on the task queue. A look that only comes round in turn keeps nothing going. */
  #plan(lag = lagMillis): void {
    const next = this.#queue.nextWakeAt(this.#sim.now);
    if (next === undefined) return;
    const at = Math.max(next, this.#sim.now + lag);
    if (at >= this.#plannedAt) return;
    this.#plannedAt = at;
    const options = { priority: priority.scheduler, isTick: !this.#queue.hasWork };
    this.#sim.after(at - this.#sim.now, "scheduler.cycle", "", this.#sim.lastChange, options);
  }

  /** Whether a pod that waits was tried before this moment, and not since, by a scheduler that is there. */
  isBehind(since: number): boolean {
    if (this.#sim.isAway("api") || this.#sim.isAway("kube-scheduler")) return false;
    const { oldestTry } = this.#queue;
    return oldestTry !== undefined && oldestTry < since;
  }

  /** It is at work again, or the API server is that it works with. */
  back(): void {
    this.#plan();
  }

  /** One scheduling cycle: the pod that comes first. */
  cycle(plannedAt: number): void {
    if (plannedAt !== this.#plannedAt) return;
    this.#plannedAt = Infinity;
    if (this.#sim.isAway("api") || this.#sim.isAway("kube-scheduler")) return;
    const { now } = this.#sim;
    const queued = this.#queue.pop(now);
    const pod = queued && this.#sim.state.pod(queued.uid);
    if (queued && (!pod || pod.deletion)) this.#queue.delete(queued.uid);
    else if (queued && pod) {
      const cause = this.#causes.get(pod.uid) ?? 0;
      const decision = this.#decide(pod);
      if (decision.kind === "scheduled") this.#bind(pod, decision.nodeName, decision.volumes, cause);
      else {
        this.#queue.requeue(pod.uid, decision, now);
        if (decision.kind === "unschedulable") this.#refuse(pod, decision, cause);
      }
    }
    this.#plan(cycleMillis);
  }

  #decide(pod: Pod): Decision {
    return this.#scheduler.schedule(pod, `schedule ${pod.namespace}/${pod.name}`, this.#sim.epoch());
  }

  #bind(pod: Pod, nodeName: string, { bindings, provisions }: PodVolumes, cause: number): void {
    const sim = this.#sim;
    this.#causes.delete(pod.uid);
    let last = cause;
    for (const { claim, volume } of bindings) last = bindClaim(sim, claim, volume, last);
    for (const claim of provisions) {
      const storageClass = must(
        this.#listers.storageClass(classOfClaim(claim)),
        `the class of ${claim.name}`,
      );
      last = provisionVolume(sim, claim, storageClass, sim.state.node(nodeName), last);
    }
    bindPod(sim, pod, nodeName, last);
  }

  #refuse(pod: Pod, decision: Extract<Decision, { readonly kind: "unschedulable" }>, cause: number): void {
    const sim = this.#sim;
    const holds = holdsOf(sim, decision.diagnosis);
    const refused = markUnschedulable(sim, pod, decision.message(), cause, holds) ?? cause;
    this.#nominate(pod, decision.postFilter, refused);
  }

  /** Makes room: the pod waits for a node, and pods of that node have to go. */
  #nominate(pod: Pod, { nomination, victims = [], displaced = [] }: PostFilterResult, cause: number): void {
    const sim = this.#sim;
    const current = must(sim.state.pod(pod.uid), `pod ${pod.uid}`);
    const nodeName = nomination.kind === "set" ? nomination.nodeName : "";
    if (nomination.kind === "keep") return;
    if (nodeName === current.status.nominatedNodeName && victims.length === 0) return;
    const uids = victims.map(({ uid }) => uid);
    const nominated = nominatePod(sim, current, nodeName, uids, cause);
    for (const { uid } of displaced) {
      const other = sim.state.pod(uid);
      if (other) nominatePod(sim, other, "", [], nominated);
    }
    for (const { uid } of victims) {
      const victim = sim.state.pod(uid);
      if (victim)
        deletePod(sim, victim, { by: "preemption", disruption: "PreemptionByScheduler" }, nominated);
    }
  }
}

/** The events that made nodes refuse the pod: that they were cordoned, as far as the rehearsal saw it. */
function holdsOf(sim: Sim, { nodes }: Diagnosis): readonly number[] {
  const holds = new Set<number>();
  for (const [name, { plugin }] of nodes.entries()) {
    if (plugin !== "NodeUnschedulable" && plugin !== "TaintToleration") continue;
    const event = sim.latest(`node ${name}`);
    if (event !== undefined) holds.add(event);
  }
  return [...holds].sort((a, b) => a - b);
}
