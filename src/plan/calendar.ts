import { momentOf, wallOf } from "../lib/time-zone.ts";

/** When a plan may begin something: recurring windows, and freezes in which nothing is begun. */

/** As ISO 8601 counts them, Monday first; how dates of a window are named. */
export const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
export type Weekday = (typeof weekdays)[number];

/** Days and times are those of clocks in the time zone. */
export interface Window {
  /** `2026-03-14T22:00`: once. `22:00`: on each of its days. */
  readonly start: string;
  /** On which days it starts; undefined: on every day. */
  readonly days?: readonly Weekday[];
  /** Milliseconds that pass from its start to its end; either this or `end`. */
  readonly duration?: number;
  /** `04:00`: the next time that clocks show this. */
  readonly end?: string;
  readonly timeZone: string;
  /** Nothing is begun so shortly before its end, in milliseconds. */
  readonly cutoff: number;
  /** What a run does outside: it waits, or it stops and is resumed. */
  readonly outside: "wait" | "stop";
}

/** Days on which nothing is begun, the last one included; with times, from one to the other. */
export interface Freeze {
  readonly name?: string;
  /** `2026-12-20`, or `2026-12-20T18:00`. */
  readonly from: string;
  readonly to: string;
  /** Undefined: the window's, else UTC. */
  readonly timeZone?: string;
}

export interface Calendar {
  readonly window?: Window;
  readonly freezes?: readonly Freeze[];
}

/** A stretch of time, in epoch milliseconds; the end is not part of it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const dayMillis = 86_400_000;
/** A window that does not come within so long does not come. */
const longestWaitDays = 370;
/** Weeks repeat: what is open for so long without a break is open for good. */
const unbrokenDays = 14;

/** Whether a plan may begin something at any time. */
export function isAlwaysOpen({ window, freezes = [] }: Calendar): boolean {
  return window === undefined && freezes.length === 0;
}

/** The time zone in which a plan's moments are shown. */
export function zoneOf({ window, freezes = [] }: Calendar): string {
  return window?.timeZone ?? freezes[0]?.timeZone ?? "UTC";
}

/**
 * The first stretch, at or after a moment, in which something may be begun that needs so long, or the cutoff where that is
 * longer: from when on, and until when it has to be done. Undefined where none comes within a year.
 */
export function nextRoom(calendar: Calendar, now: number, neededMillis: number): Stretch | undefined {
  const needed = Math.max(neededMillis, calendar.window?.cutoff ?? 0, 1);
  for (const { from, to } of openings(calendar, now)) {
    const at = Math.max(from, now);
    if (to - at >= needed) return { from: at, to };
  }
  return undefined;
}

/** The stretches that are open and end after this moment, in their order; those that touch are one. */
export function openings(calendar: Calendar, now: number): readonly Stretch[] {
  const frozen = (calendar.freezes ?? []).map((freeze) => stretchOf(freeze, zoneOf(calendar)));
  const open = calendar.window ? comings(calendar.window, now) : [{ from: -Infinity, to: Infinity }];
  return open.flatMap((stretch) => without(stretch, merged(frozen))).filter(({ to }) => to > now);
}

/** When a window is open, from the stretch on that may be so still. */
function comings(window: Window, now: number): Stretch[] {
  const { start, days, timeZone } = window;
  if (start.includes("T")) return merged([occurrence(wallMillis(start), window)]);
  const today = Math.floor(wallOf(now, timeZone) / dayMillis) * dayMillis;
  // An end is at most a day after its start, and days of clocks may be longer than 24 hours.
  const back = Math.ceil((window.duration ?? dayMillis) / dayMillis) + 1;
  const all: Stretch[] = [];
  const lastDay = longestWaitDays + unbrokenDays;
  for (let day = -back; day <= lastDay; day++) {
    const date = today + day * dayMillis;
    if (days && !days.includes(weekdayOf(date))) continue;
    all.push(occurrence(date + timeMillis(start), window));
  }
  // Where those that were counted out end, the next one may begin.
  const edge = momentOf(today + (lastDay + 1) * dayMillis + timeMillis(start), timeZone);
  return merged(all)
    .filter(({ from }) => from <= now + longestWaitDays * dayMillis)
    .map(({ from, to }) => ({ from, to: to >= edge ? Infinity : to }));
}

function occurrence(wall: number, { duration, end, timeZone }: Window): Stretch {
  const from = momentOf(wall, timeZone);
  if (duration !== undefined) return { from, to: from + duration };
  const date = Math.floor(wall / dayMillis) * dayMillis;
  const last = date + timeMillis(end ?? "00:00");
  return { from, to: momentOf(last > wall ? last : last + dayMillis, timeZone) };
}

function stretchOf({ from, to, timeZone }: Freeze, fallback: string): Stretch {
  const zone = timeZone ?? fallback;
  const last = to.includes("T") ? wallMillis(to) : wallMillis(to) + dayMillis;
  return { from: momentOf(wallMillis(from), zone), to: momentOf(last, zone) };
}

/** Stretches in their order, those that touch or overlap as one. */
function merged(stretches: readonly Stretch[]): Stretch[] {
  const all: Stretch[] = [];
  for (const each of stretches.toSorted((a, b) => a.from - b.from)) {
    if (each.to <= each.from) continue;
    const last = all.at(-1);
    if (last && each.from <= last.to) all[all.length - 1] = { ...last, to: Math.max(last.to, each.to) };
    else all.push(each);
  }
  return all;
}

function without(stretch: Stretch, holes: readonly Stretch[]): Stretch[] {
  const left: Stretch[] = [];
  let { from } = stretch;
  for (const hole of holes) {
    if (hole.to <= from || hole.from >= stretch.to) continue;
    if (hole.from > from) left.push({ from, to: hole.from });
    from = hole.to;
  }
  return from < stretch.to ? [...left, { from, to: stretch.to }] : left;
}

/** 1970-01-01 was a Thursday. */
function weekdayOf(date: number): Weekday {
  return weekdays[(((date / dayMillis + 3) % 7) + 7) % 7]!;
}

/** Milliseconds of `22:00` since midnight on the wall. */
function timeMillis(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return (hours * 60 + minutes) * 60_000;
}

/** `2026-03-14` or `2026-03-14T22:00` on the wall; NaN where there is no such day. */
export function wallMillis(text: string): number {
  const [date = "", time = "00:00"] = text.split("T");
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const isDay = Number.isFinite(midnight) && new Date(midnight).toISOString().startsWith(date);
  return isDay ? midnight + timeMillis(time) : NaN;
}
