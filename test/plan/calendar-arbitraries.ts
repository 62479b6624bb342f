import { fc } from "@fast-check/vitest";
import { type Freeze, weekdays, type Window } from "../../src/plan/calendar.ts";
import { nameText } from "./value-arbitraries.ts";

/** Windows and freezes of every shape that a file can say, also across changes of daylight saving time. */

export const zones = fc.constantFrom(
  "UTC",
  "Europe/Paris",
  "America/New_York",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Pacific/Apia",
);

const two = (value: number) => String(value).padStart(2, "0");
export const timeOfDay = fc
  .tuple(fc.nat(23), fc.nat(59))
  .map(([hour, minute]) => `${two(hour)}:${two(minute)}`);
const date = fc
  .integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2027, 0, 1) })
  .map((millis) => new Date(millis).toISOString().slice(0, 10));

const end = fc.oneof(
  fc.record({ duration: fc.integer({ min: 1, max: 40 * 60 }).map((minutes) => minutes * 60_000) }),
  fc.record({ end: timeOfDay }),
);
const common = { timeZone: zones, outside: fc.constantFrom("wait" as const, "stop" as const) };

function withCutoff(window: Omit<Window, "cutoff">, share: number): Window {
  return { ...window, cutoff: Math.floor((window.duration ?? 3_600_000) * share) };
}

export const windows: fc.Arbitrary<Window> = fc
  .tuple(
    fc.oneof(
      fc.record({ ...common, start: timeOfDay }),
      fc.record({
        ...common,
        start: timeOfDay,
        days: fc.subarray([...weekdays], { minLength: 1 }),
      }),
      fc.record({ ...common, start: fc.tuple(date, timeOfDay).map(([day, time]) => `${day}T${time}`) }),
    ),
    end,
    fc.constantFrom(0, 0, 0.25, 0.9),
  )
  .map(([window, length, share]) => withCutoff({ ...window, ...length }, share));

export const freezes: fc.Arbitrary<Freeze> = fc
  .record(
    { name: nameText, from: date, length: fc.integer({ min: 0, max: 20 }), timeZone: zones },
    { requiredKeys: ["from", "length"] },
  )
  .map(({ length, from, ...rest }) => {
    const to = new Date(Date.parse(from) + length * 86_400_000).toISOString().slice(0, 10);
    return { ...rest, from, to };
  });
