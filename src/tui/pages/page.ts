import { humanDuration } from "../../lib/duration.ts";
import { counted } from "../../lib/counted.ts";
import { chainOf, holdsOf, type Link, stepsAround } from "../../trace/why.ts";
import type { Style } from "../theme.ts";
import type { Model } from "../state/model.ts";
import type { Subject } from "../state/state.ts";

/** A page of text over the panes: what is known about one subject, and ways further. */
export interface Page {
  /** Few words, for the title and the trail of pages. */
  readonly title: string;
  readonly lines: readonly PageLine[];
  /** The moment it is about, if it has one. */
  readonly time?: number;
}

export interface PageLine {
  readonly text: string;
  readonly style?: Style;
  /** Stands before the text and is not broken into it: a time, a state. */
  readonly mark?: string;
  readonly markStyle?: Style;
  /** What Enter opens here. */
  readonly target?: Subject;
  /** Where `t` goes from here. */
  readonly time?: number;
}

export const blank: PageLine = { text: "" };

/** A heading inside a page, with air above it. */
export function heading(text: string): PageLine[] {
  return [blank, { text, style: "title" }];
}

/** The width of the times that stand before lines. */
const markWidth = 9;

/** An event as a line that leads to it. */
export function eventLine(model: Model, number: number, note = ""): PageLine {
  const time = model.session.trace.events[number]?.time ?? 0;
  return {
    mark: humanDuration(time).padStart(markWidth),
    markStyle: "muted",
    text: model.log.words(number) + note,
    target: { kind: "event", number },
    time,
  };
}

/** More causes than this are counted, not shown. */
const longestChain = 14;

/** A link of a chain of causes, with how many like it were left out behind it. */
interface ShownLink extends Link {
  readonly more: number;
}

/** A chain as one wants to read it: of nodes that a client cordons one after another, the last one, the others counted. */
function folded(chain: readonly Link[]): ShownLink[] {
  const links: ShownLink[] = [];
  for (const link of chain) {
    const { event } = link;
    if (event.kind === "client.note" && event.note.kind === "cordoned") continue;
    const last = links.at(-1);
    if (event.kind === "node.cordoned" && last?.event.kind === "node.cordoned")
      links[links.length - 1] = { ...last, more: last.more + 1 };
    else links.push({ ...link, more: 0 });
  }
  return links;
}

/** Why an event happened: what it hung on, and its causes down to the step of the plan. */
export function whyLines(model: Model, number: number): PageLine[] {
  const { trace } = model.session;
  const whole = chainOf(trace, number);
  const chain = [{ ...whole[0]!, more: 0 }, ...folded(whole.slice(1))];
  const shown =
    chain.length <= longestChain ? chain : [...chain.slice(0, longestChain - 2), ...chain.slice(-2)];
  const lines = shown.map(({ number: at, times, first, more }): PageLine => {
    const firstTime = trace.events[first]?.time ?? 0;
    const note = times > 1 ? ` (${times} times, first at ${humanDuration(firstTime)})` : "";
    return eventLine(model, at, more > 0 ? `, after ${counted(more, "node")} before it` : note);
  });
  if (shown.length < chain.length)
    lines.splice(longestChain - 2, 0, {
      mark: "".padStart(markWidth),
      text: `.. ${chain.length - shown.length} causes between`,
      style: "muted",
    });
  return [...lines, ...planLines(model, chain.at(-1)?.number), ...holdLines(model, number)];
}

/** Where a chain ends: in the plan, or before it. */
function planLines(model: Model, last: number | undefined): PageLine[] {
  const { trace } = model.session;
  const event = trace.events[last ?? -1];
  const mark = "".padStart(markWidth);
  if (event?.kind !== "step.started")
    return [
      { mark, text: "No step of the plan is behind this: it would have happened anyway.", style: "muted" },
    ];
  const around = stepsAround(trace, event.step).map(({ number }) => eventLine(model, number));
  return [...around, { mark, text: `That is what the plan says: ${model.title}.`, style: "muted" }];
}

function holdLines(model: Model, number: number): PageLine[] {
  const holds = holdsOf(model.session.trace, number);
  if (holds.length === 0) return [];
  return [
    ...heading("It hung on"),
    ...holds.flatMap(({ number: at }) => [eventLine(model, at), ...causeOfHold(model, at)]),
  ];
}

/** One cause behind a condition: what last moved it. */
function causeOfHold(model: Model, number: number): PageLine[] {
  const cause = model.session.trace.events[number]?.cause ?? -1;
  return cause <= 0 ? [] : [eventLine(model, cause)];
}
