import { unreachable } from "../lib/assert.ts";
import { wordsFor } from "../kubectl/wording.ts";
import type { Note, NotePod } from "../trace/event.ts";
import { endOfSteps, type StepEvent, type StepTime, withStepEvent } from "../trace/step-times.ts";

/** A run on a real cluster as it is shown while it is under way: what was predicted, and what has come of it. */
export interface RunView {
  /** How long it has been under way at the last news. All times are milliseconds of that clock. */
  readonly now: number;
  /** The steps as they were rehearsed, in the order in which they begin. */
  readonly predicted: ReadonlyMap<string, StepTime>;
  /** The steps that were begun. */
  readonly real: ReadonlyMap<string, StepTime>;
  /** The paths of those that are not over. */
  readonly open: ReadonlySet<string>;
  /** The pods that drains under way have asked to go, by `namespace/name`. */
  readonly pods: ReadonlyMap<string, LeavingPod>;
  /** How many pods each drain under way is rid of. */
  readonly gone: ReadonlyMap<string, number>;
  /** The last word of each step under way that has one: how far its rollout is. */
  readonly words: ReadonlyMap<string, string>;
  /** The nodes that this run has closed and not opened again; `open`: asked for, and not answered yet. */
  readonly closed: ReadonlyMap<string, "closed" | "asked">;
  /** The step before which the cluster is being read and the rest rehearsed. */
  readonly looking?: string;
  readonly look?: Look;
  /** When the plan ends by the last rehearsal of it and what was over since; undefined where that saw no end. */
  readonly end?: number;
  /** Since when the API server does not answer, and what is heard in place of it. */
  readonly silent?: { readonly since: number; readonly message: string };
  /** What asked for its end. */
  readonly stopping?: string;
  /** How often it went on after a stop, and how long nobody was at work; `now` does not count that. */
  readonly breaks: { readonly times: number; readonly millis: number };
}

/** A pod that was asked to go and is still there. */
export interface LeavingPod {
  readonly pod: string;
  readonly step: string;
  /** `asked`: nobody has answered yet. `held`: it is waited for, and not asked. */
  readonly state: "asked" | "refused" | "leaving" | "held";
  /** Since when it is in that state. */
  readonly since: number;
  readonly refusals: number;
  /** Why it was refused, or is held. */
  readonly reason: string;
}

/** What the last look at the whole cluster found. */
export interface Look {
  readonly at: number;
  /** The step before which it was, and when that ends by it. */
  readonly step: string;
  readonly stepEnd?: number;
  /** The word of the verdict on the rest of the plan. */
  readonly word: string;
  /** When the plan would end by that. */
  readonly end?: number;
  /** The Services with fewer Ready pods than when the run began, and both numbers. */
  readonly short: readonly { readonly service: string; readonly ready: number; readonly before: number }[];
}

/** One piece of news of a run. */
export type RunNews =
  | { readonly kind: "predicted"; readonly steps: readonly StepTime[] }
  | { readonly kind: "step"; readonly now: number; readonly event: StepEvent }
  | { readonly kind: "note"; readonly now: number; readonly step: string; readonly note: Note }
  /** The answer to an eviction; `refusal` is why not. */
  | { readonly kind: "evicted"; readonly now: number; readonly pod: NotePod; readonly refusal?: string }
  /** A node is closed or opened: asked for, then answered. */
  | {
      readonly kind: "cordon";
      readonly now: number;
      readonly node: string;
      readonly closes: boolean;
      readonly answer?: "done" | "refused";
    }
  | { readonly kind: "looking"; readonly now: number; readonly step: string }
  | { readonly kind: "looked"; readonly now: number; readonly look: Look }
  | { readonly kind: "silent"; readonly now: number; readonly message: string }
  | { readonly kind: "back"; readonly now: number }
  /** Nothing but that it was under way then. */
  | { readonly kind: "time"; readonly now: number }
  | { readonly kind: "stopping"; readonly now: number; readonly by: string }
  /** It went on, after nobody was at work for so long. */
  | { readonly kind: "resumed"; readonly now: number; readonly millis: number };

/** What is shown before anything has happened. */
export const nothingYet: RunView = {
  now: 0,
  predicted: new Map(),
  real: new Map(),
  open: new Set(),
  pods: new Map(),
  gone: new Map(),
  words: new Map(),
  closed: new Map(),
  breaks: { times: 0, millis: 0 },
};

/** The view after some news, in order: a pure function. Its cost is that of the view and of the news. */
export function afterNews(view: RunView, news: readonly RunNews[]): RunView {
  const draft = draftOf(view);
  for (const each of news) {
    if ("now" in each) draft.now = each.now;
    take(draft, each);
  }
  return draft;
}

type Draft = { -readonly [K in keyof Omit<RunView, MapKey | "open">]: RunView[K] } & {
  readonly open: Set<string>;
} & {
  readonly [K in MapKey]: RunView[K] extends ReadonlyMap<string, infer V> ? Map<string, V> : never;
};
type MapKey = "predicted" | "real" | "pods" | "gone" | "words" | "closed";

function draftOf(view: RunView): Draft {
  return {
    ...view,
    predicted: new Map(view.predicted),
    real: new Map(view.real),
    open: new Set(view.open),
    pods: new Map(view.pods),
    gone: new Map(view.gone),
    words: new Map(view.words),
    closed: new Map(view.closed),
  };
}

function take(draft: Draft, news: RunNews): void {
  switch (news.kind) {
    case "predicted":
      return predict(draft, news.steps);
    case "step":
      return takeStep(draft, news.event);
    case "note":
      return takeNote(draft, news.step, news.note);
    case "evicted":
      return answered(draft, news.pod, news.refusal);
    case "cordon":
      return cordoned(draft, news);
    case "looking":
      draft.looking = news.step;
      return;
    case "looked":
      draft.look = news.look;
      delete draft.looking;
      setEnd(draft, news.look.end);
      return;
    case "silent":
      draft.silent = { since: news.now, message: news.message };
      return;
    case "back":
      delete draft.silent;
      return;
    case "time":
      return;
    case "stopping":
      draft.stopping = news.by;
      return;
    case "resumed":
      draft.breaks = { times: draft.breaks.times + 1, millis: draft.breaks.millis + news.millis };
      delete draft.stopping;
      delete draft.silent;
      delete draft.looking;
      return;
    default:
      return unreachable(news);
  }
}

function takeStep(draft: Draft, event: StepEvent): void {
  const { open, real, now, end } = draft;
  if (event.kind === "step.started") open.add(event.step);
  else {
    // What it took longer, or less, all that comes after it is later, or earlier; unless others go on meanwhile.
    const [only, ...others] = innermost(draft);
    const wanted = only === event.step && others.length === 0 ? wantedEnd(draft, only) : undefined;
    if (wanted !== undefined && end !== undefined) draft.end = end + now - wanted;
    open.delete(event.step);
    forget(draft, event.step);
  }
  withStepEvent(real, event, now);
}

/** The steps under way that no other one is in. */
export function innermost({ open }: Pick<RunView, "open">): string[] {
  const paths = [...open];
  return paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`)));
}

/** When a step under way ends by the last rehearsal of it, whatever the time; undefined where that saw no end. */
export function wantedEnd(
  { real, predicted, look }: Pick<RunView, "real" | "predicted" | "look">,
  path: string,
): number | undefined {
  if (look?.step === path && look.stepEnd !== undefined) return look.stepEnd;
  const wanted = predicted.get(path);
  const begun = real.get(path);
  return wanted?.to === undefined || !begun ? undefined : begun.from + wanted.to - wanted.from;
}

/**
 * A prediction counts for what it was made before: a step that is over is held against the one that it began with, and
 * so is one that is under way, unless it had none.
 */
function predict(draft: Draft, steps: readonly StepTime[]): void {
  const { predicted, real } = draft;
  setEnd(draft, endOfSteps(steps));
  for (const step of steps) {
    const begun = real.get(step.step);
    if (!begun) predicted.set(step.step, step);
    else if (begun.to === undefined && predicted.get(step.step)?.to === undefined)
      predicted.set(step.step, { ...step, from: begun.from });
  }
}

function setEnd(draft: Draft, end: number | undefined): void {
  if (end === undefined) delete draft.end;
  else draft.end = end;
}

/** What was on its way in a step that is over is of no interest any more. */
function forget({ pods, gone, words }: Draft, step: string): void {
  for (const [key, pod] of pods) if (pod.step === step) pods.delete(key);
  gone.delete(step);
  words.delete(step);
}

function takeNote({ pods, gone, words, now }: Draft, step: string, note: Note): void {
  switch (note.kind) {
    case "evicting": {
      const pod = nameOf(note.pod);
      if (!pods.has(pod)) pods.set(pod, { pod, step, state: "asked", since: now, refusals: 0, reason: "" });
      return;
    }
    case "held": {
      const pod = nameOf(note.pod);
      pods.set(pod, { pod, step, state: "held", since: now, refusals: 0, reason: note.mark });
      return;
    }
    case "evicted":
    case "skipped":
      if (pods.delete(nameOf(note.pod))) gone.set(step, (gone.get(step) ?? 0) + 1);
      return;
    case "rollout":
      words.set(step, wordsFor(note)[0]?.text ?? "");
      return;
    default:
      return;
  }
}

function answered({ pods, now }: Draft, { namespace, name }: NotePod, refusal: string | undefined): void {
  const key = nameOf({ namespace, name });
  const known = pods.get(key);
  if (!known) return;
  if (refusal === undefined) pods.set(key, { ...known, state: "leaving", since: now, reason: "" });
  else {
    const since = known.state === "refused" ? known.since : now;
    pods.set(key, { ...known, state: "refused", since, refusals: known.refusals + 1, reason: refusal });
  }
}

function nameOf({ namespace, name }: NotePod): string {
  return `${namespace}/${name}`;
}

/** Until it is known to be open, a node may be closed: that is what has to be said of it. */
function cordoned({ closed }: Draft, { node, closes, answer }: Extract<RunNews, { kind: "cordon" }>): void {
  if (answer === undefined) {
    if (closes && !closed.has(node)) closed.set(node, "asked");
    return;
  }
  if (answer === "refused") {
    if (closed.get(node) === "asked") closed.delete(node);
    return;
  }
  if (closes) closed.set(node, "closed");
  else closed.delete(node);
}
