import { schedulerConstants } from "../../facts/scheduler.ts";
import { Heap } from "../../lib/heap.ts";
import type { Node } from "../../model/node.ts";
import type { Pod } from "../../model/pod.ts";
import { type Change, type ClusterEvent, nodeEvents, podEvents } from "../plugins/cluster-events.ts";
import type { HintContext } from "../plugins/queueing-hint.ts";
import { isOfInterest, mayHelp } from "../plugins/queueing-hints.ts";
import { EventRecord } from "./event-record.ts";
import { Backoff, comesFirst, type Entry, heapItem, type HeapItem, type QueuedPod } from "./queued-pod.ts";
import { isUpdated, passesPreCheck } from "./queue-checks.ts";
import type { Decision, Scheduler } from "./scheduler.ts";

export interface QueueOptions {
  /** Wall-clock time at virtual time 0, in epoch milliseconds. */
  readonly epochMillis?: number;
  /** Called for each pod that is to be tried, now or after its back-off, because of what was told last. */
  readonly onMoved?: (uid: string) => void;
}

/**
 * The pods that wait to be scheduled. It has no clock of its own: every call says what time it is (virtual ms), and
 * {@link nextWakeAt} says when there will be something to do without a call.
 * Source: pkg/scheduler/backend/queue/scheduling_queue.go.
 */
export class SchedulingQueue {
  readonly #scheduler: Scheduler;
  readonly #backoff: Backoff;
  readonly #onMoved: QueueOptions["onMoved"];
  readonly #entries = new Map<string, Entry>();
  readonly #active = new Heap<HeapItem>(comesFirst);
  readonly #backingOff: Heap<HeapItem>;
  readonly #errors: Heap<HeapItem>;
  /** In the order in which they came: the one that has waited longest stands first. */
  readonly #unschedulable = new Map<string, Entry>();
  readonly #gated = new Map<string, Entry>();
  readonly #inFlight = new Set<Entry>();
  readonly #events = new EventRecord();
  #cycle = 0;
  #moveCycle = -1;
  #sequence = 0;

  constructor(scheduler: Scheduler, { epochMillis = 0, onMoved }: QueueOptions = {}) {
    const { behaviour, configuration } = scheduler;
    this.#scheduler = scheduler;
    this.#onMoved = onMoved;
    this.#backoff = new Backoff({
      behaviour,
      epochMillis,
      initialMillis: 1_000 * configuration.podInitialBackoffSeconds,
      maxMillis: 1_000 * configuration.podMaxBackoffSeconds,
    });
    const byExpiry = (a: HeapItem, b: HeapItem) =>
      a.expiry === b.expiry ? a.sequence < b.sequence : a.expiry < b.expiry;
    const bySecond = (a: HeapItem, b: HeapItem) =>
      a.expiry === b.expiry ? comesFirst(a, b) : a.expiry < b.expiry;
    this.#backingOff = new Heap(behaviour.popFromBackoff ? bySecond : byExpiry);
    this.#errors = new Heap(byExpiry);
  }

  /** A pod without a node appeared. False: no profile of this scheduler has the name that it asks for. */
  add(pod: Pod, now: number): boolean {
    if (!this.#scheduler.frameworks.has(pod.spec.schedulerName)) return false;
    if (this.#entries.has(pod.uid)) return true;
    const entry: Entry = {
      uid: pod.uid,
      pod,
      attempts: 0,
      unschedulableCount: 0,
      consecutiveErrors: 0,
      timestamp: now,
      rejectors: nobody,
      gatedBy: "",
      place: "gone",
      moves: 0,
      sequence: this.#sequence++,
      cycle: 0,
      firstEvent: 0,
    };
    this.#entries.set(pod.uid, entry);
    if (this.#toActive(entry)) this.#nominate(entry);
    return true;
  }

  /** A pod that waits changed. */
  update(before: Pod, after: Pod, now: number): void {
    const entry = this.#entries.get(after.uid);
    if (!entry) {
      this.add(after, now);
      return;
    }
    entry.pod = after;
    const { behaviour } = this.#scheduler;
    const events = podEvents({ before, after }, behaviour);
    if (entry.place === "in-flight") {
      if (behaviour.queueingHints) this.#events.add(...events);
      return;
    }
    this.#renominate(before, after);
    if (entry.place !== "unschedulable") return;
    if (!behaviour.queueingHints) {
      if (isUpdated(before, after)) this.#move(entry, now);
      return;
    }
    const event = events.find((each) => this.#isWorthTrying(entry, each));
    if (event) this.#move(entry, now);
  }

  /** A pod is gone, or somebody else bound it. */
  delete(uid: string): void {
    const entry = this.#entries.get(uid);
    if (!entry) return;
    this.#leave(entry);
    entry.place = "gone";
    this.#entries.delete(uid);
    this.#scheduler.cache.nominator.remove(uid);
  }

  /** Takes out the pod that is to be tried next; it is in flight until `done` or `requeue` is called. */
  pop(now: number): QueuedPod | undefined {
    this.advance(now);
    const { popFromBackoff } = this.#scheduler.behaviour;
    const entry = popValid(this.#active) ?? (popFromBackoff ? popValid(this.#backingOff) : undefined);
    if (!entry) return undefined;
    this.#enter(entry, "in-flight");
    entry.attempts++;
    entry.rejectors = nobody;
    entry.cycle = ++this.#cycle;
    entry.firstEvent = this.#events.next;
    this.#inFlight.add(entry);
    return entry;
  }

  /** The pod was bound. */
  done(uid: string): void {
    const entry = this.#entries.get(uid);
    if (entry?.place === "in-flight") this.delete(uid);
  }

  /** The pod could not be scheduled: it waits for an event that helps, or for its back-off to end. */
  requeue(uid: string, decision: Decision, now: number): void {
    const entry = this.#entries.get(uid);
    if (entry?.place !== "in-flight") return;
    const isRejected = decision.kind === "unschedulable";
    entry.rejectors = isRejected ? decision.diagnosis.unschedulablePlugins : nobody;
    if (entry.rejectors.size === 0) entry.consecutiveErrors++;
    else {
      entry.unschedulableCount++;
      entry.consecutiveErrors = 0;
    }
    entry.timestamp = now;
    entry.sequence = this.#sequence++;
    const isWorthTrying = this.#helpedInFlight(entry);
    this.#leave(entry);
    if (isWorthTrying) this.#move(entry, now);
    else this.#toUnschedulable(entry);
    const { cache } = this.#scheduler;
    const nomination = isRejected ? decision.postFilter.nomination : undefined;
    if (nomination?.kind === "set") cache.nominate(entry.pod, nomination.nodeName);
    else if (nomination?.kind === "keep") this.#nominate(entry);
    else cache.nominator.remove(uid);
  }

  #helpedInFlight(entry: Entry): boolean {
    if (entry.rejectors.size === 0) return true;
    if (!this.#scheduler.behaviour.queueingHints) return this.#moveCycle >= entry.cycle;
    return this.#events.since(entry.firstEvent).some((event) => this.#isWorthTrying(entry, event));
  }

  /** A node came, changed or went. */
  nodeChanged(change: Change<Node>, now: number): void {
    for (const event of nodeEvents(change)) this.notify(event, now);
  }

  /** A pod on a node came, changed or went. */
  assignedPodChanged(change: Change<Pod>, now: number): void {
    for (const event of podEvents(change, this.#scheduler.behaviour)) this.notify(event, now);
  }

  /**
   * Something happened that may let rejected pods be scheduled. `mostPriority`: only pods up to this priority are
   * concerned, as where a pod that was nominated for a node gave its place up.
   */
  notify(event: ClusterEvent, now: number, mostPriority = Infinity): void {
    const { behaviour, cache } = this.#scheduler;
    if (!isOfInterest(event, behaviour)) return;
    for (const entry of this.#unschedulable.values()) {
      if (entry.pod.priority > mostPriority) continue;
      if (!behaviour.queueingHints && !passesPreCheck(event, cache.infoOf(entry.pod), entry.rejectors, cache))
        continue;
      if (this.#isWorthTrying(entry, event)) this.#move(entry, now);
    }
    this.#moveCycle = this.#cycle;
    if (behaviour.queueingHints && this.#inFlight.size > 0) this.#events.add(event);
  }

  #isWorthTrying(entry: Entry, event: ClusterEvent): boolean {
    if (entry.rejectors.size === 0) return true;
    const { cache, frameworks, behaviour } = this.#scheduler;
    const { args } = frameworks.get(entry.pod.spec.schedulerName)!;
    const infoOf = (pod: Pod) => cache.infoOf(pod);
    const context: HintContext = { listers: cache.listers, behaviour, args, infoOf };
    return mayHelp(event, infoOf(entry.pod), entry.rejectors, context);
  }

  /** Puts pods at once where they are tried, whatever they wait for: what preemption does when it has failed. */
  activate(uids: Iterable<string>): void {
    for (const uid of uids) {
      const entry = this.#entries.get(uid);
      if (entry && entry.place !== "in-flight" && entry.place !== "active") this.#toActive(entry);
    }
  }

  /** Ends the back-offs that are over, and the waits of more than five minutes. `pop` does it by itself. */
  advance(now: number): void {
    const tick = this.#backoff.lastFlush(now);
    for (const heap of [this.#backingOff, this.#errors])
      for (
        let item = peekValid(heap);
        item && this.#backoff.isOver(item.expiry, tick);
        item = peekValid(heap)
      )
        this.#toActive(item.entry);
    const check = Math.floor(now / checkMillis) * checkMillis;
    for (const entry of this.#unschedulable.values()) {
      if (check - entry.timestamp <= flushMillis) break;
      this.#move(entry, check);
    }
  }

  /** The next moment at which `pop` has something, if nothing happens before; undefined: never. */
  nextWakeAt(now: number): number | undefined {
    const backingOff = peekValid(this.#backingOff);
    if (peekValid(this.#active) || (backingOff && this.#scheduler.behaviour.popFromBackoff)) return now;
    const times: number[] = [];
    for (const item of [backingOff, peekValid(this.#errors)])
      if (item) times.push(this.#backoff.flushAt(item.expiry));
    const [oldest] = this.#unschedulable.values();
    if (oldest) times.push((Math.floor((oldest.timestamp + flushMillis) / checkMillis) + 1) * checkMillis);
    return times.length === 0 ? undefined : Math.max(now, Math.min(...times));
  }

  /** When the one that has waited longest was tried last; undefined: none waits. */
  get oldestTry(): number | undefined {
    return this.#unschedulable.values().next().value?.timestamp;
  }

  /** Whether a pod is to be tried, now or after its back-off, other than one whose try failed with an error. */
  get hasWork(): boolean {
    return peekValid(this.#active) !== undefined || peekValid(this.#backingOff) !== undefined;
  }

  /** A pod that waits or is in flight. */
  get(uid: string): QueuedPod | undefined {
    return this.#entries.get(uid);
  }

  /** How many pods wait or are in flight. */
  get size(): number {
    return this.#entries.size;
  }

  /** To the pods in back-off while it lasts, else to those that are tried. */
  #move(entry: Entry, now: number): void {
    const expiry = this.#backoff.expiryOf(entry);
    if (this.#backoff.isOver(expiry, now)) this.#toActive(entry);
    else this.#toBackoff(entry, expiry);
  }

  #toActive(entry: Entry): boolean {
    // A pod was asked before it came to the back-offs, where pods are taken from there.
    const isAsked = this.#scheduler.behaviour.popFromBackoff && entry.place.endsWith("backoff");
    if (!isAsked && this.#isGated(entry)) return false;
    this.#enter(entry, "active");
    this.#active.push(heapItem(entry, 0));
    this.#onMoved?.(entry.uid);
    return true;
  }

  #toBackoff(entry: Entry, expiry: number): void {
    if (this.#scheduler.behaviour.popFromBackoff && this.#isGated(entry)) return;
    const isError = this.#scheduler.behaviour.popFromBackoff && entry.rejectors.size === 0;
    this.#enter(entry, isError ? "error-backoff" : "backoff");
    (isError ? this.#errors : this.#backingOff).push(heapItem(entry, expiry));
    this.#onMoved?.(entry.uid);
  }

  #toUnschedulable(entry: Entry): void {
    this.#enter(entry, "unschedulable");
    (entry.gatedBy === "" ? this.#unschedulable : this.#gated).set(entry.uid, entry);
  }

  /** Whether PreEnqueue keeps the pod out; it waits with the others then. */
  #isGated(entry: Entry): boolean {
    const status = this.#scheduler.preEnqueue(entry.pod);
    entry.gatedBy = status?.plugin ?? "";
    if (!status) return false;
    entry.rejectors = new Set([...entry.rejectors, status.plugin]);
    this.#toUnschedulable(entry);
    return true;
  }

  #enter(entry: Entry, place: Entry["place"]): void {
    this.#leave(entry);
    entry.place = place;
  }

  /** Takes an entry from where it is; what stands in a heap becomes void. */
  #leave(entry: Entry): void {
    entry.moves++;
    this.#unschedulable.delete(entry.uid);
    this.#gated.delete(entry.uid);
    if (this.#inFlight.delete(entry)) this.#forgetEvents();
  }

  #forgetEvents(): void {
    let first = this.#events.next;
    for (const { firstEvent } of this.#inFlight) first = Math.min(first, firstEvent);
    this.#events.forgetBefore(first);
  }

  /** What only this scheduler knows of stays until the pod's status says something else. */
  #renominate({ status: { nominatedNodeName: old } }: Pod, after: Pod): void {
    const { cache } = this.#scheduler;
    const { nominatedNodeName } = after.status;
    const isUnknown = old === "" && nominatedNodeName === "";
    cache.nominate(after, isUnknown ? cache.nominator.nodeOf(after.uid) : nominatedNodeName);
  }

  #nominate({ pod }: Entry): void {
    this.#scheduler.cache.nominate(pod, pod.status.nominatedNodeName);
  }
}

const nobody: ReadonlySet<string> = new Set();
const { unschedulableFlushMillis: flushMillis, unschedulableCheckMillis: checkMillis } = schedulerConstants;

/** The first of a heap that is not void. */
function peekValid(heap: Heap<HeapItem>): HeapItem | undefined {
  for (let item = heap.peek(); item; item = heap.peek()) {
    if (item.moves === item.entry.moves) return item;
    heap.pop();
  }
  return undefined;
}

function popValid(heap: Heap<HeapItem>): Entry | undefined {
  const item = peekValid(heap);
  if (item) heap.pop();
  return item?.entry;
}
