import type { Duration } from "./assumptions.ts";

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

/** Milliseconds as a plan writes them: `1h30m`, `90ms`; exact, so that they read back the same. */
export function durationText(millis: number): string {
  if (millis === 0) return "0s";
  let rest = Math.abs(millis);
  let text = millis < 0 ? "-" : "";
  for (const [unit, length] of units) {
    const count = unit === "ms" ? rest : Math.floor(rest / length);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * length;
  }
  return text;
}

/** A duration as a plan writes it: `90s`, `{p50, p99}` or `never`. */
export function durationField(duration: Duration): string | { readonly p50: string; readonly p99: string } {
  switch (duration.kind) {
    case "fixed":
      return durationText(duration.millis);
    case "never":
      return "never";
    case "distribution": {
      // Tables come from `fromPercentiles`; of another one, the file can only keep these two points.
      const at = (q: number) => duration.table.find(([each]) => each >= q)?.[1] ?? 0;
      return { p50: durationText(at(0.5)), p99: durationText(at(0.99)) };
    }
  }
}
