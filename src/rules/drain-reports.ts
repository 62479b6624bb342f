import type { Note, PodId } from "../trace/event.ts";
import type { Trace } from "../trace/trace.ts";
import type { World } from "../trace/world.ts";
import type { NodeDrainReport, RemainingPod } from "../verdict/verdict.ts";
import type { PodLife } from "./pod-lives.ts";
import type { StepReport } from "./step-reports.ts";

/** A drain of one node while it is read: the pods that were told to go, each with the event of its last refusal. */
type Draft = { -readonly [K in keyof NodeDrainReport]: NodeDrainReport[K] } & {
  readonly targets: Map<PodId, number | undefined>;
  /** The pods of which the client said, after their last refusal, that it will ask again. */
  readonly retried: Set<PodId>;
  /** Whether it was cordoned while another node of its command had its turn. */
  readonly isQueued: boolean;
};

/** How each node's drain went, in the order in which they began; a drain that was tried again is one drain. */
export function readDrains(
  trace: Trace,
  steps: readonly StepReport[],
  lives: ReadonlyMap<PodId, PodLife>,
  end: World,
): NodeDrainReport[] {
  const reader = new DrainReader(trace, steps, lives);
  trace.events.forEach((_, number) => reader.take(number));
  const last = trace.events.at(-1);
  const isProved = last?.kind === "run.ended" && last.outcome === "blocked";
  return reader.drains.map(({ targets, retried, isQueued: _isQueued, ...draft }) => {
    if (draft.outcome === "hanging" && !isProved) draft.outcome = "unfinished";
    // What a drain that gave up left behind may have gone by itself since.
    const until = draft.outcome === "failed" ? (draft.endedAt ?? Infinity) : Infinity;
    const remaining = [...targets].flatMap(([id, refusal]) => {
      const life = lives.get(id);
      return life && (life.goneAt === undefined || life.goneAt > until)
        ? [remainingPod(trace, end, life, { refusal, until, isRetried: retried.has(id) })]
        : [];
    });
    return { ...draft, evicted: targets.size - remaining.length, remaining };
  });
}

class DrainReader {
  readonly drains: Draft[] = [];
  readonly #trace: Trace;
  readonly #lives: ReadonlyMap<PodId, PodLife>;
  /** The paths of the steps that are drains: cordons are notes of other steps too. */
  readonly #steps: ReadonlySet<string>;
  readonly #byKey = new Map<string, Draft>();
  /** The drain that is at work on a node. */
  readonly #atWork = new Map<string, Draft>();
  readonly #drainOf = new Map<PodId, Draft>();
  readonly #idOf = new Map<string, PodId>();

  constructor(trace: Trace, steps: readonly StepReport[], lives: ReadonlyMap<PodId, PodLife>) {
    this.#trace = trace;
    this.#lives = lives;
    this.#steps = new Set(steps.filter(({ what }) => what.startsWith("drain")).map(({ path }) => path));
    for (const { id, namespace, name, isInitial } of lives.values())
      if (isInitial) this.#idOf.set(`${namespace}/${name}`, id);
  }

  take(number: number): void {
    const event = this.#trace.events[number]!;
    switch (event.kind) {
      case "pod.created":
        this.#idOf.set(`${event.namespace}/${event.name}`, event.pod);
        return;
      case "eviction.refused":
        this.#drainOf.get(event.pod)?.targets.set(event.pod, number);
        this.#drainOf.get(event.pod)?.retried.delete(event.pod);
        return;
      case "pod.terminating":
      case "pod.gone":
      case "pod.deleteRepeated":
        // With --disable-eviction kubectl says nothing before the pod is gone: the deletion itself tells.
        if (event.by === "delete")
          this.#aim(event.pod, this.#atWork.get(this.#lives.get(event.pod)?.node ?? ""));
        return;
      case "client.note":
        if (this.#steps.has(event.step)) this.#note(event.step, event.note, number);
        return;
      case "step.ended":
        this.#endStep(event.step, event.outcome === "done", number);
        return;
      default:
        return;
    }
  }

  #note(step: string, note: Note, number: number): void {
    const { time } = this.#trace.events[number]!;
    switch (note.kind) {
      case "cordoned":
        if (note.dryRun === "none") this.#start(step, note.node, time);
        return;
      case "held":
      case "evicting": {
        if (note.kind === "evicting" && note.dryRun !== "none") return;
        const id = this.#idOf.get(`${note.pod.namespace}/${note.pod.name}`);
        const node = id === undefined ? undefined : this.#lives.get(id)?.node;
        if (id !== undefined && node !== undefined) this.#aim(id, this.#start(step, node, time));
        return;
      }
      case "evictionRetry": {
        const id = this.#idOf.get(`${note.pod.namespace}/${note.pod.name}`);
        if (id !== undefined) this.#drainOf.get(id)?.retried.add(id);
        return;
      }
      case "drained":
      case "nodeFailed": {
        if (note.kind === "drained" && note.dryRun !== "none") return;
        const draft = this.#start(step, note.node, time);
        const outcome = note.kind === "drained" ? "drained" : note.problem.kind;
        Object.assign(draft, { endedAt: time, ended: number, outcome });
        this.#takeTurns(step, time);
        return;
      }
      default:
        return;
    }
  }

  /** A node's drain begins, or is tried again; nodes that are cordoned meanwhile wait for their turn. */
  #start(step: string, node: string, time: number): Draft {
    const key = `${step} ${node}`;
    const known = this.#byKey.get(key);
    if (known && known.endedAt === undefined) return known;
    const isBusy = this.drains.some((each) => each.step === step && each.endedAt === undefined);
    const outcome = isBusy ? "notReached" : "hanging";
    const fresh = {
      node,
      step,
      startedAt: time,
      endedAt: undefined,
      outcome,
      evicted: 0,
      remaining: [],
    } as const;
    const draft: Draft = known ?? { ...fresh, targets: new Map(), retried: new Set(), isQueued: isBusy };
    if (known) {
      draft.endedAt = undefined;
      delete draft.ended;
      draft.outcome = outcome;
    } else {
      this.drains.push(draft);
      this.#byKey.set(key, draft);
    }
    if (!isBusy) this.#atWork.set(node, draft);
    return draft;
  }

  /** One kubectl drains one node after another: when one is over, the next that is cordoned has its turn. */
  #takeTurns(step: string, time: number): void {
    const next = this.drains.find((each) => each.step === step && each.outcome === "notReached");
    if (!next) return;
    next.outcome = "hanging";
    next.startedAt = time;
    this.#atWork.set(next.node, next);
  }

  #aim(id: PodId, draft: Draft | undefined): void {
    if (!draft || draft.endedAt !== undefined) return;
    if (!draft.targets.has(id)) draft.targets.set(id, undefined);
    this.#drainOf.set(id, draft);
  }

  /**
   * A step that ends with a node under way was cut short: its time was over. A node that had no turn before that, or
   * one without an instant in it, was never reached: it is cordoned, and no pod of it was told to go.
   */
  #endStep(step: string, isDone: boolean, number: number): void {
    const { time } = this.#trace.events[number]!;
    for (const draft of this.drains) {
      // A group whose time is over ends without a word of the steps inside it.
      const isWithin = draft.step === step || draft.step.startsWith(`${step}/`);
      if (!isWithin || draft.endedAt !== undefined || draft.outcome === "notReached") continue;
      if (!isDone && draft.isQueued && draft.startedAt === time && draft.targets.size === 0)
        draft.outcome = "notReached";
      else Object.assign(draft, { endedAt: time, ended: number, outcome: isDone ? "drained" : "failed" });
    }
  }
}

interface LastRefusal {
  readonly refusal: number | undefined;
  /** Until when what happened to the pod counts. */
  readonly until: number;
  readonly isRetried: boolean;
}

/**
 * A pod that is still there. Its last refusal is a wait for a budget only where one budget answered it with a 429: two
 * on one pod are a 500, whatever their numbers are, and kubectl asks no more after that. Source: facts/drain.json,
 * eviction; pkg/registry/core/pod/storage/eviction.go.
 */
function remainingPod(
  trace: Trace,
  end: World,
  { id, namespace, name, workload, leftAt }: PodLife,
  { refusal, until, isRetried }: LastRefusal,
): RemainingPod {
  const event = refusal === undefined ? undefined : trace.events[refusal];
  const base = { namespace, name, workload, pod: id, ...(refusal === undefined ? {} : { refusal }) };
  // A pod that was let go in the end is not held by a budget any more.
  if (event?.kind !== "eviction.refused" || (leftAt !== undefined && leftAt <= until)) return base;
  if (event.code !== tooManyRequests) return isRetried ? base : { ...base, isGivenUp: true };
  const [key] = event.budgets;
  const numbers = event.numbers ?? (key === undefined ? undefined : end.budgets.get(key));
  return key !== undefined && numbers ? { ...base, budget: { key, numbers } } : base;
}

/** What the API server answers where a budget does not allow it now. */
const tooManyRequests = 429;
