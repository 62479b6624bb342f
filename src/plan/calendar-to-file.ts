import type { Freeze, Window } from "./calendar.ts";
import { durationText } from "./duration-text.ts";
import { type Json, optionalText, said, unless } from "./file-fields.ts";

export function windowField({ start, days, duration, end, timeZone, cutoff, outside }: Window): Json {
  return said({
    start,
    days,
    duration: optionalText(duration),
    end,
    timeZone: unless(timeZone, "UTC"),
    cutoff: cutoff === 0 ? undefined : durationText(cutoff),
    outside: unless(outside, "wait"),
  });
}

export function freezeField({ name, from, to, timeZone }: Freeze): Json {
  return said({ name, from, to, timeZone });
}
