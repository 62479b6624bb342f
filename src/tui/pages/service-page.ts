import { humanDuration } from "../../lib/duration.ts";
import { plain } from "../../report/escape.ts";
import type { Stretch } from "../../trace/timelines.ts";
import { lastBelow } from "../state/event-index.ts";
import type { Model, ServiceRow } from "../state/model.ts";
import { eventLine, heading, type Page, type PageLine, whyLines } from "./page.ts";

/** More changes than this are counted, not shown. */
const mostChanges = 40;

/** One Service: how it stands, when it was down, and why. */
export function servicePage(model: Model, count: number, service: string): Page {
  const row = model.services.find(({ availability }) => availability.service === service);
  const numbers = model.index.ofService(service);
  const last = lastBelow(numbers, count);
  const ready = model.worldAt(count).services.get(service)?.ready ?? 0;
  return {
    title: plain(service),
    lines: [
      {
        text: plain(`${service} has ${ready} of ${row?.availability.before ?? 0} Ready pods.`),
        style: "strong",
      },
      ...(row ? summaryLines(model, row) : []),
      ...heading("Why it is so"),
      ...(last === undefined ? [{ text: "Nothing has changed yet." }] : whyLines(model, last)),
      ...(numbers.length > 0 ? heading("Its changes over the whole run") : []),
      ...numbers.slice(0, mostChanges).map((number) => eventLine(model, number)),
      ...(numbers.length > mostChanges
        ? [{ text: `and ${numbers.length - mostChanges} more`, style: "muted" as const }]
        : []),
    ],
  };
}

function summaryLines(model: Model, { availability }: ServiceRow): PageLine[] {
  const { wasDown, outages, outageMillis, degradedMillis, min, before } = availability;
  if (wasDown)
    return [
      { text: "It had no Ready pod before the plan began: that is not the plan's doing.", style: "muted" },
    ];
  const fewer =
    degradedMillis === 0
      ? []
      : [{ text: `Fewer than ${before} for ${humanDuration(degradedMillis)}, ${min} at the least.` }];
  if (outages.length === 0) return [...fewer, { text: "Never without a Ready pod.", style: "good" as const }];
  return [
    ...fewer,
    {
      text: outages.some(({ ended }) => ended === undefined)
        ? "No Ready pod, and no end of it in the run:"
        : `No Ready pod for ${humanDuration(outageMillis)} in all:`,
      style: "error" as const,
    },
    ...outages.map((outage) => outageLine(model, outage)),
  ];
}

function outageLine(model: Model, { from, to, began, ended }: Stretch): PageLine {
  const { events } = model.session.trace;
  const end = ended === undefined ? "to the end of the run" : `until ${humanDuration(to)}`;
  return {
    mark: humanDuration(from).padStart(9),
    markStyle: "muted",
    text: `down for ${humanDuration(to - from)}, ${end}`,
    time: from,
    ...(events[began] ? { target: { kind: "event", number: began } as const } : {}),
  };
}
