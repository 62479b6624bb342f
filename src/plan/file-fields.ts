import type { Duration } from "./assumptions.ts";
import { durationField, durationText } from "./duration-text.ts";

/** Fields of a file as plain data, without those that say nothing. */

export type Json = Readonly<Record<string, unknown>>;

/** Without the fields that are undefined. */
export function said(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The same, or undefined where nothing is left. */
export function filled(fields: Json): Json | undefined {
  const left = said(fields);
  return Object.keys(left).length > 0 ? left : undefined;
}

export function some(items: readonly unknown[]): readonly unknown[] | undefined {
  return items.length > 0 ? items : undefined;
}

export function unless<T>(value: T, fallback: T): T | undefined {
  return JSON.stringify(value) === JSON.stringify(fallback) ? undefined : value;
}

export function optionalText(millis: number | undefined): string | undefined {
  return millis === undefined ? undefined : durationText(millis);
}

/** Durations by name. */
export function durationFields(durations: Readonly<Record<string, Duration | undefined>>): Json {
  return said(
    Object.fromEntries(
      Object.entries(durations).map(([name, duration]) => [name, duration && durationField(duration)]),
    ),
  );
}
