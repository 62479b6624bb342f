import { humanDuration } from "../lib/duration.ts";
import { type Reaction, reactionsOf } from "../trace/reactions.ts";
import type { Trace } from "../trace/trace.ts";

/** What reacted of itself, one line each, at most `most`: `1m15s  APIService v1beta1.metrics.k8s.io is …`. */
export function reactionLines(trace: Trace, most: number): readonly string[] {
  const all = reactionsOf(trace);
  const shown = all.slice(0, most).map(lineOf);
  return all.length > shown.length ? [...shown, `and ${all.length - shown.length} more (--verbose)`] : shown;
}

function lineOf({ time, who, did, because }: Reaction): string {
  return `${humanDuration(time)}  ${who} ${did}${because === "" ? "" : `: ${because}`}`;
}
