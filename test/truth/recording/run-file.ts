import type { Outcome } from "../scheduler/run-file.ts";
import { type Difference, differences } from "./compare.ts";
import { factsOf } from "./facts.ts";
import { loadRecording, type Recording } from "./record.ts";
import { replay } from "./replay.ts";

/**
 * What the recorded control plane left to chance (ties between nodes, which of two requests came first) has its seed
 * here, and nobody knows which: so one of these has to give every fact of a recording, all of them at once.
 */
const seeds = Array.from({ length: 32 }, (_, index) => index + 1);

/** Replays a recording of a control plane, and compares what came of it. */
export function* runRecording(file: string): Iterable<Outcome> {
  const recording = loadRecording(file);
  const { name: id } = recording;
  const features = recording.features.length === 0 ? ["(no feature)"] : recording.features;
  yield { id, features, difference: differenceOf(recording) };
}

function differenceOf(recording: Recording): string | undefined {
  let fewest: readonly Difference[] | undefined;
  for (const seed of seeds) {
    try {
      const { rehearsal, recorder } = replay(recording, seed);
      const found = differences(recording, factsOf(recording, rehearsal, recorder));
      if (found.length === 0) return undefined;
      if (!fewest || found.length < fewest.length) fewest = found;
    } catch (error) {
      return `failed: ${error instanceof Error ? error.stack : String(error)}`;
    }
  }
  const [first] = fewest ?? [];
  const more = fewest!.length > 1 ? ` (and ${fewest!.length - 1} more)` : "";
  return `${first!.key}: expected ${inWords(first!.expected)}, got ${inWords(first!.got)}${more}`;
}

function inWords(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
