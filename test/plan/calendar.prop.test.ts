/// <reference lib="esnext.temporal" />
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { momentOf, wallOf } from "../../src/lib/time-zone.ts";
import { nextRoom, openings, weekdays, type Window } from "../../src/plan/calendar.ts";
import { freezes, windows, zones } from "./calendar-arbitraries.ts";

/** Windows by the clocks of their time zone, held against Temporal, which knows daylight saving time by itself. */

const epochs = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2027, 0, 1) });

const wallOfTemporal = (epoch: number, timeZone: string) => {
  const shown = Temporal.Instant.fromEpochMilliseconds(epoch).toZonedDateTimeISO(timeZone).toPlainDateTime();
  return shown.toZonedDateTime("UTC").epochMilliseconds;
};

test.prop([epochs, zones])("clocks show what Temporal says", (epoch, timeZone) => {
  expect(wallOf(epoch, timeZone)).toBe(wallOfTemporal(epoch, timeZone));
});

test.prop([epochs.map((each) => each - (each % 60_000)), zones])(
  "the moment at which clocks show this is Temporal's, also where they skip it or show it twice",
  (wall, timeZone) => {
    const plain = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO("UTC").toPlainDateTime();
    const expected = plain.toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds;
    expect(momentOf(wall, timeZone)).toBe(expected);
  },
);

/** Whether a window is open at a moment, said in another way than it is computed: by each day's own opening. */
function isOpen(window: Window, epoch: number): boolean {
  const zoned = (date: Temporal.PlainDate, time: string) =>
    date.toZonedDateTime({ timeZone: window.timeZone, plainTime: Temporal.PlainTime.from(time) });
  const today = Temporal.Instant.fromEpochMilliseconds(epoch)
    .toZonedDateTimeISO(window.timeZone)
    .toPlainDate();
  const [day = "", time = ""] = window.start.includes("T") ? window.start.split("T") : ["", window.start];
  const dates =
    day === "" ? [-3, -2, -1, 0, 1].map((days) => today.add({ days })) : [Temporal.PlainDate.from(day)];
  return dates.some((date) => {
    if (window.days && !window.days.includes(weekdays[date.dayOfWeek - 1]!)) return false;
    const from = zoned(date, time).epochMilliseconds;
    const last = window.end !== undefined && window.end > time ? date : date.add({ days: 1 });
    const to =
      window.duration === undefined
        ? zoned(last, window.end ?? "").epochMilliseconds
        : from + window.duration;
    return from <= epoch && epoch < to;
  });
}

test.prop([windows, epochs])(
  "a moment is in an opening if the window of some day has it",
  (window, epoch) => {
    const [first] = openings({ window }, epoch);
    expect(first !== undefined && first.from <= epoch).toBe(isOpen(window, epoch));
  },
);

test.prop([windows, fc.array(freezes, { maxLength: 2 }), epochs, fc.integer({ min: 0, max: 86_400_000 })])(
  "the next room is open from its beginning to its end, long enough, in no freeze, and none comes before it",
  (window, frozen, epoch, needed) => {
    const calendar = { window, freezes: frozen };
    const room = nextRoom(calendar, epoch, needed);
    const all = openings(calendar, epoch);
    if (!room) {
      expect(
        all.every(({ from, to }) => to - Math.max(from, epoch) < Math.max(needed, window.cutoff, 1)),
      ).toBe(true);
      return;
    }
    expect(room.from).toBeGreaterThanOrEqual(epoch);
    expect(room.to - room.from).toBeGreaterThanOrEqual(Math.max(needed, window.cutoff));
    // One that has no end is open at any moment of the next two years.
    const end = Math.min(room.to, room.from + 730 * 86_400_000);
    for (const share of [0, 0.3, 0.7, 0.999]) {
      const at = Math.floor(room.from + share * (end - room.from));
      expect(isOpen(window, at)).toBe(true);
      for (const { from, to, timeZone = window.timeZone } of frozen) {
        const shown = new Date(wallOf(at, timeZone)).toISOString().slice(0, 10);
        expect(shown >= from && shown <= to).toBe(false);
      }
    }
    // Whoever asks again at that moment is told the same.
    expect(nextRoom(calendar, room.from, needed)).toEqual(room);
    const earlier = all.filter(({ to }) => to <= room.from);
    for (const { from, to } of earlier)
      expect(to - Math.max(from, epoch)).toBeLessThan(Math.max(needed, window.cutoff, 1));
  },
);

test("an end by the clock is an hour longer in autumn, and an hour shorter in spring", () => {
  const night: Window = {
    start: "22:00",
    end: "04:00",
    timeZone: "Europe/Paris",
    cutoff: 0,
    outside: "wait",
  };
  const length = (moment: string) => {
    const room = nextRoom({ window: night }, Date.parse(moment), 0)!;
    return [new Date(room.from).toISOString(), (room.to - room.from) / 3_600_000];
  };
  expect(length("2026-10-24T12:00Z")).toEqual(["2026-10-24T20:00:00.000Z", 7]);
  expect(length("2026-03-28T12:00Z")).toEqual(["2026-03-28T21:00:00.000Z", 5]);
  expect(length("2026-06-01T12:00Z")).toEqual(["2026-06-01T20:00:00.000Z", 6]);
});

test("days that touch are one opening", () => {
  const all: Window = { start: "00:00", duration: 86_400_000, timeZone: "UTC", cutoff: 0, outside: "wait" };
  const room = nextRoom({ window: all }, Date.parse("2026-06-01T23:00Z"), 30 * 3_600_000);
  expect(room).toEqual({ from: Date.parse("2026-06-01T23:00Z"), to: Infinity });
  // Each is open, from whenever it is looked at, until the one day on which none begins.
  const weekdaysOnly: Window = { ...all, days: weekdays.filter((day) => day !== "Sun") };
  const friday = Date.parse("2026-06-05T12:00Z");
  expect(nextRoom({ window: weekdaysOnly }, friday, 0)).toEqual({
    from: friday,
    to: Date.parse("2026-06-07T00:00Z"),
  });
});
