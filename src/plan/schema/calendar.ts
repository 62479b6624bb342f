import { z } from "zod";
import { isTimeZone } from "../../lib/time-zone.ts";
import { type Freeze, wallMillis, weekdays, type Window } from "../calendar.ts";
import { expected, list, oneOf, sentence, strict } from "./fields.ts";
import { millis, nameText, someMillis } from "./values.ts";

/** When a plan may begin something. */

const aZone = expected("a time zone such as Europe/Paris or UTC");

const timeZone = z
  .string(aZone)
  .refine(isTimeZone, { ...aZone, abort: true })
  // An offset has no daylight saving time, which is what one means by a place.
  .refine((text) => !/^[+-]/.test(text), aZone);

const aDay = {
  error: ({ input }: { readonly input?: unknown }) => sentence("a day that there is", input),
};

/** YAML 1.1 reads 22:00 as a number in base 60. */
const quoted = (input: unknown) => (typeof input === "number" ? "put it in quotes" : "");
const aTime = expected("a time of day such as 22:00", quoted);
const time = z.string(aTime).regex(/^([01]\d|2[0-3]):[0-5]\d$/, aTime);

const aStart = expected("a time of day such as 22:00, or a date with it such as 2026-03-14T22:00", quoted);
const start = z
  .string(aStart)
  .regex(/^(\d{4}-\d\d-\d\dT)?([01]\d|2[0-3]):[0-5]\d$/, { ...aStart, abort: true })
  .refine((text) => !text.includes("T") || Number.isFinite(wallMillis(text)), aDay);

const aDate = expected("a date such as 2026-12-20, or 2026-12-20T18:00");
const date = z
  .string(aDate)
  .regex(/^\d{4}-\d\d-\d\d(T([01]\d|2[0-3]):[0-5]\d)?$/, { ...aDate, abort: true })
  .refine((text) => Number.isFinite(wallMillis(text)), aDay);

export const window = strict("window", {
  start: start.describe("When it opens: a time of day, or one date with its time; clocks of the time zone"),
  days: list(oneOf(weekdays), "days (Mon to Sun)")
    .exactOptional()
    .describe("With a time of day: the days on which it opens; without them every day"),
  duration: someMillis.exactOptional().describe("How long it is open"),
  end: time.exactOptional().describe("In place of duration: the time of day at which it closes"),
  timeZone: timeZone.prefault("UTC").describe("Whose clocks, such as Europe/Paris"),
  cutoff: millis.prefault("0s").describe("Nothing is begun so shortly before it closes"),
  outside: oneOf(["wait", "stop"])
    .prefault("wait")
    .describe("What execute does outside: wait for the next opening, or stop, to be resumed"),
})
  .superRefine(({ start, days, duration, end, cutoff }, context) => {
    const refuse = (message: string, ...path: string[]) =>
      context.addIssue({ code: "custom", path, message });
    if ((duration === undefined) === (end === undefined))
      refuse(`expected either duration or end, got ${end === undefined ? "neither" : "both"}`);
    if (days && start.includes("T")) refuse("goes with a time of day only: start has a date", "days");
    if (duration !== undefined && cutoff >= duration)
      refuse("leaves nothing of the window: it has to be shorter than duration", "cutoff");
    if (days && new Set(days).size < days.length) refuse("names a day twice", "days");
  })
  .transform((value): Window => value)
  .describe("When something may be begun; what has been begun is finished");

export const freeze = strict("a freeze", {
  name: nameText.exactOptional().describe("What to call it"),
  from: date.describe("Its first day, or the moment at which it begins"),
  to: date.describe("Its last day, which is part of it, or the moment at which it ends"),
  timeZone: timeZone.exactOptional().describe("Whose clocks; without it the window's, else UTC"),
})
  .superRefine(({ from, to }, context) => {
    const isEmpty = to.includes("T")
      ? wallMillis(to) <= wallMillis(from)
      : wallMillis(to) < wallMillis(from.slice(0, 10));
    if (isEmpty) context.addIssue({ code: "custom", path: ["to"], message: "is before from" });
  })
  .transform((value): Freeze => value);
