import type { Recording } from "./record.ts";
import type { Facts } from "./facts.ts";

/** One comparable fact that differs. */
export interface Difference {
  readonly key: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/**
 * The facts of a replay that differ from the recording, by the rules that come with the recordings: keys in
 * `variable` are left out, seconds have a tolerance, numbers of retries may differ by one a pod and 20 s.
 */
export function differences(recording: Recording, facts: Facts): Difference[] {
  const skipped = new Set(recording.variable);
  const keys = [...new Set([...Object.keys(recording.comparable), ...Object.keys(facts)])].sort();
  return keys
    .filter((key) => !skipped.has(key) && !skipped.has(parentOf(key)))
    .map((key) => ({ key, expected: recording.comparable[key], got: facts[key] }))
    .filter(({ key, expected, got }) => !agrees(recording, key, expected, got));
}

/** `command.0.stdout.counts` is left out where `command.0.stdout` is. */
function parentOf(key: string): string {
  return key.replace(/\.counts$/, "");
}

function agrees(recording: Recording, key: string, expected: unknown, got: unknown): boolean {
  if (key.endsWith(".s") && typeof expected === "number" && typeof got === "number")
    return Math.abs(expected - got) <= recording.tolerance;
  if (isRolloutStatus(recording, key)) return lastLinesAgree(expected, got);
  if (key.endsWith(".counts") || key === "evictions.429") return countsAgree(recording, expected, got);
  // A controller that the recorder did not watch for is not compared.
  if (
    expected === undefined &&
    (key.startsWith("controllers.") || key.startsWith("surge.") || key.startsWith("revisions."))
  )
    return true;
  if (expected === undefined && key === "chosen") return true;
  return JSON.stringify(sorted(expected)) === JSON.stringify(sorted(got));
}

/** Retries depend on races of less than a second: one more or less a pod and 20 s. */
function countsAgree(recording: Recording, expected: unknown, got: unknown): boolean {
  const a = (expected ?? {}) as Record<string, number>;
  const b = (got ?? {}) as Record<string, number>;
  const pods = Math.max(1, recording.initial.items.filter((item) => item["kind"] === "Pod").length);
  const slack = pods * Math.max(1, Math.ceil(recording.end / 20));
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((line) => {
    const isRetried =
      line.startsWith("evicting pod") ||
      line.includes("will retry") ||
      /\/(deployment|statefulset|pod|replicaset|job)\//.test(line);
    return Math.abs((a[line] ?? 0) - (b[line] ?? 0)) <= (isRetried ? slack : 0);
  });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}

/** What `kubectl rollout status` prints on the way depends on which states it happens to see. */
function isRolloutStatus(recording: Recording, key: string): boolean {
  const index = /^command\.(\d+)\.stdout(\.counts)?$/.exec(key)?.[1];
  return (
    index !== undefined && (recording.actions[Number(index)]?.run?.startsWith("rollout status") ?? false)
  );
}

/** The lines that end a rollout are there in both, or in neither. */
function lastLinesAgree(expected: unknown, got: unknown): boolean {
  const last = (value: unknown) => {
    const lines = Array.isArray(value) ? (value as string[]) : Object.keys(value ?? {});
    return lines
      .filter((line) => /successfully rolled out|roll out complete|update complete/.test(line))
      .sort();
  };
  return JSON.stringify(last(expected)) === JSON.stringify(last(got));
}
