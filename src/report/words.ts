import { goDuration, humanDuration } from "../lib/duration.ts";

/** Small pieces of English that several parts of a report share. */

/** A duration in a sum: seconds without their unit below a minute. */
export function summand(millis: number): string {
  return humanDuration(millis).replace(/ s$/, "");
}

/** A duration as a flag takes it: `3m`, `90s`. */
export function flagDuration(millis: number): string {
  return goDuration(millis)
    .replace(/(\D)0s$/, "$1")
    .replace(/(\D)0m$/, "$1");
}

/** A moment as people read it: `2026-11-21 14:02 UTC`. */
export function moment(epochMillis: number): string {
  return `${new Date(epochMillis).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
