import type { Cluster } from "../model/cluster.ts";
import type { EventBody, EventKind, EventOf, TraceEvent } from "../trace/event.ts";
import type { LedComponent } from "../trace/upgrade-event.ts";
import type { Chooser } from "./engine/choice.ts";
import { TaskQueue, type Task, type TaskWeight } from "./engine/task-queue.ts";
import type { Timings } from "./nodes/timings.ts";
import type { SimSettings } from "./settings.ts";
import { ClusterState } from "./state/cluster-state.ts";
import { ControlPlaneState } from "./state/control-plane-state.ts";

/**
 * One room of the control plane: what it does when its tasks come due, and what it puts on the queue when something
 * happened. Rooms never call each other: they meet in the state.
 */
export interface Room {
  readonly name: string;
  /** Its tasks go on while no API server answers: they are done on machines, or see to that themselves. */
  readonly worksAlone?: true;
  /** Called once, before the first task. */
  readonly start?: (sim: Sim) => void;
  /** Called right after an event; may only put tasks on the queue. */
  readonly on?: { readonly [K in EventKind]?: (sim: Sim, event: EventOf<K>, number: number) => void };
  /** By task kind. */
  readonly tasks?: Readonly<Record<string, (sim: Sim, task: Task) => void>>;
  /** Whether it has not yet looked again at all that waits, since this moment (milliseconds): a tick is to do that. */
  readonly isBehind?: (sim: Sim, since: number) => boolean;
}

type Listener = (sim: Sim, event: TraceEvent, number: number) => void;

/** What may be away, and everything that hangs on it with it. */
type Away = "api" | LedComponent;

/** How tasks at one moment are ordered: machines first, then the server, its controllers, its clients. */
export const priority = { machine: 0, server: 1, controller: 2, scheduler: 3, client: 4 } as const;

/** Events that only repeat what is so already: they change no state. */
const repeating: ReadonlySet<EventKind> = new Set([
  "client.note",
  "eviction.refused",
  "create.denied",
  "pod.deleteRepeated",
]);

/** One rehearsal under way: the clock, the queue, the state, the log. */
export class Sim {
  readonly cluster: Cluster;
  readonly settings: SimSettings;
  readonly state: ClusterState;
  readonly controlPlane: ControlPlaneState;
  readonly chooser: Chooser;
  readonly timings: Timings;
  readonly log: TraceEvent[] = [];
  readonly queue = new TaskQueue();
  /** Milliseconds since t = 0. */
  now = 0;
  readonly #listeners = new Map<string, Listener[]>();
  readonly #latest = new Map<string, number>();
  readonly #handlers = new Map<string, (sim: Sim, task: Task) => void>();
  /** Kinds of tasks that wait for nobody. */
  readonly #alone = new Set<string>();
  readonly #away = new Set<Away>();
  /** Tasks that came due while what they need was away. */
  #held: Task[] = [];
  /** Whether what is carried out is a tick, or was set off by one, and has changed nothing so far. */
  #isIdle = false;
  #lastChange = -1;
  #rooms: readonly Room[] = [];

  constructor(cluster: Cluster, settings: SimSettings, timings: Timings) {
    this.cluster = cluster;
    this.settings = settings;
    this.chooser = settings.chooser;
    this.timings = timings;
    this.state = new ClusterState(cluster);
    this.controlPlane = new ControlPlaneState(cluster);
  }

  /** Opens the rooms, then lets each of them begin, in this order. */
  begin(rooms: readonly Room[]): void {
    this.#rooms = rooms;
    for (const room of rooms) this.#open(room);
    this.emit({ kind: "run.started" }, -1);
    for (const room of rooms) room.start?.(this);
  }

  #open(room: Room): void {
    for (const [kind, listener] of Object.entries(room.on ?? {})) {
      const list = this.#listeners.get(kind);
      if (list) list.push(listener as Listener);
      else this.#listeners.set(kind, [listener as Listener]);
    }
    for (const [kind, handler] of Object.entries(room.tasks ?? {})) {
      this.#handlers.set(kind, handler);
      if (room.worksAlone) this.#alone.add(kind);
    }
  }

  /** The number of the last event that changed anything. */
  get lastChange(): number {
    return this.#lastChange;
  }

  /** Whether a room has something left to look at again since the last change. */
  get isBehind(): boolean {
    const since = this.log[this.#lastChange]?.time ?? 0;
    return this.#rooms.some((room) => room.isBehind?.(this, since) === true);
  }

  /** Records an event at this moment and tells the rooms that listen for it; returns its number. */
  emit(body: EventBody, cause: number, holds?: readonly number[]): number {
    const { now: time } = this;
    const event: TraceEvent =
      holds && holds.length > 0 ? { time, cause, holds, ...body } : { time, cause, ...body };
    const number = this.log.push(event) - 1;
    if (!repeating.has(body.kind)) {
      this.#isIdle = false;
      this.#lastChange = number;
    }
    const subject = subjectOf(body);
    if (subject !== undefined) this.#latest.set(subject, number);
    for (const listener of this.#listeners.get(body.kind) ?? []) listener(this, event, number);
    return number;
  }

  /** The number of the last event that set this condition (`budget shop/web`, `node node-7`), if there was one. */
  latest(subject: string): number | undefined {
    return this.#latest.get(subject);
  }

  /** Puts a task on the queue, `delay` milliseconds from now. */
  after(
    delay: number,
    kind: string,
    subject: string,
    cause: number,
    options: {
      readonly priority?: number;
      readonly isTick?: boolean;
      /** In place of what follows from `isTick` and from what set it off. */
      readonly weight?: TaskWeight;
      readonly data?: unknown;
    } = {},
  ): void {
    this.queue.push({
      time: this.now + Math.max(0, Math.round(delay)),
      priority: options.priority ?? priority.controller,
      kind,
      subject,
      cause,
      weight: options.weight ?? (options.isTick ? "tick" : this.#isIdle ? "transient" : "busy"),
      data: options.data,
    });
  }

  /** Carries out the next task; false if none is left. */
  step(): boolean {
    const task = this.queue.pop();
    if (!task) return false;
    this.now = task.time;
    if (this.#away.size > 0 && !this.#alone.has(task.kind) && this.#waits(task)) {
      this.hold(task);
      return true;
    }
    this.#isIdle = task.weight !== "busy";
    this.#handlers.get(task.kind)?.(this, task);
    this.#isIdle = false;
    return true;
  }

  /** Whether the task needs what is away: without an API nothing is written, without a leader no controller looks. */
  #waits(task: Task): boolean {
    if (this.#away.has("api")) return true;
    return task.priority === priority.controller && this.#away.has("kube-controller-manager");
  }

  /** Keeps a task that came due until what is away is back. */
  hold(task: Task): void {
    this.#held.push(task);
  }

  isAway(what: Away): boolean {
    return this.#away.has(what);
  }

  /** From now on, tasks that need this are held. */
  suspend(what: Away): void {
    this.#away.add(what);
  }

  /** It is back: the tasks that were held come due now, in their order. */
  resume(what: Away): void {
    this.#away.delete(what);
    const held = this.#held;
    this.#held = [];
    for (const { sequence: _, ...task } of held) this.queue.push({ ...task, time: this.now });
  }

  /** The epoch milliseconds of a moment of virtual time. */
  epoch(time: number = this.now): number {
    return this.cluster.asOf + time;
  }

  /** The virtual time of an epoch; negative for what was before t = 0. */
  virtual(epoch: number): number {
    return epoch - this.cluster.asOf;
  }
}

/** Which condition an event sets: what later refusals are held by. */
function subjectOf(body: EventBody): string | undefined {
  switch (body.kind) {
    case "budget.changed":
      return `budget ${body.budget}`;
    case "node.cordoned":
    case "node.uncordoned":
      return `node ${body.node}`;
    case "pod.unschedulable":
    case "pod.unready":
      return `pod ${body.pod}`;
    default:
      return undefined;
  }
}
