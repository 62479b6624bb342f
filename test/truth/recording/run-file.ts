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

/** With these, recordings without such chances have to come out alike, each alone. */
const firstSeeds = 5;

/** Replays a recording of a control plane, and compares what came of it. */
export function* runRecording(file: string): Iterable<Outcome> {
  const recording = loadRecording(file);
  const { name: id } = recording;
  const features = recording.features.length === 0 ? ["(no feature)"] : recording.features;
  try {
    yield { id, features, ...outcomeOf(recording) };
  } catch (error) {
    yield { id, features, difference: `failed: ${error instanceof Error ? error.stack : String(error)}` };
  }
}

function outcomeOf(recording: Recording): Pick<Outcome, "difference" | "hangsOnChance"> {
  let fewest: readonly Difference[] | undefined;
  let misses = 0;
  for (const seed of seeds) {
    if (fewest?.length === 0 && seed > firstSeeds) break;
    const { rehearsal, recorder } = replay(recording, seed);
    const found = differences(recording, factsOf(recording, rehearsal, recorder));
    if (found.length > 0) misses++;
    if (!fewest || found.length < fewest.length) fewest = found;
  }
  const [first, ...others] = fewest!;
  if (!first) return { difference: undefined, hangsOnChance: misses > 0 };
  const more = others.length > 0 ? ` (and ${others.length} more)` : "";
  return {
    difference: `${first.key}: expected ${inWords(first.expected)}, got ${inWords(first.got)}${more}`,
  };
}

function inWords(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
