import { humanDuration } from "../../lib/duration.ts";
import { plain } from "../../report/escape.ts";
import { counted } from "../../lib/counted.ts";
import type { TraceEvent } from "../../trace/event.ts";
import type { Model } from "../state/model.ts";
import { eventLine, heading, type Page, type PageLine, whyLines } from "./page.ts";

/** More consequences than this are counted, not shown. */
const mostEffects = 8;

/** One event: why it happened, what it hung on, and what came of it. */
export function eventPage(model: Model, number: number): Page {
  const { trace } = model.session;
  const event = trace.events[number];
  if (!event) return { title: "event", lines: [{ text: "There is no such event." }] };
  const [own, ...causes] = whyLines(model, number);
  return {
    title: `event ${number}`,
    time: event.time,
    lines: [
      { ...(own ?? { text: "" }), style: "strong" },
      ...detailLines(event),
      ...heading("Because"),
      ...(causes.length > 0 ? causes : [{ text: "Nothing: it is the beginning." }]),
      ...effectLines(model, number),
    ],
  };
}

/** What the words of an event leave out. */
function detailLines(event: TraceEvent): PageLine[] {
  const mark = "".padStart(9);
  const line = (text: string): PageLine[] =>
    text === "" ? [] : [{ mark, text: plain(text), style: "muted" }];
  switch (event.kind) {
    case "eviction.refused":
      return [
        ...line(`The API server answers ${event.code} ${event.reason}: ${event.message}`),
        ...line(event.detail),
        ...line(event.budgets.length > 0 ? `Budget ${event.budgets.join(", ")}` : ""),
      ];
    case "pod.unschedulable":
      return line("kube-scheduler tries again when something changes that could help.");
    case "pod.nominated":
      return line(`It waits for ${counted(event.victims.length, "pod")} to leave.`);
    case "budget.changed":
      return line(`It counts on ${event.expected} pods.`);
    default:
      return [];
  }
}

function effectLines(model: Model, number: number): PageLine[] {
  const { events } = model.session.trace;
  const effects: number[] = [];
  let more = 0;
  for (let at = number + 1; at < events.length; at++) {
    if (events[at]!.cause !== number) continue;
    if (effects.length < mostEffects) effects.push(at);
    else more++;
  }
  if (effects.length === 0) return [];
  const last = events[effects.at(-1)!]?.time ?? 0;
  return [
    ...heading("And so"),
    ...effects.map((at) => eventLine(model, at)),
    ...(more > 0 ? [{ text: `and ${more} more after ${humanDuration(last)}`, style: "muted" as const }] : []),
  ];
}
