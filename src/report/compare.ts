import type { Verdict } from "../verdict/verdict.ts";
import { table, type Block } from "./layout.ts";
import { humanDuration } from "../lib/duration.ts";

/** Several ways to do the same, side by side: how each ends, how long it takes, what goes down. */
export function compareBlock(ways: readonly { readonly name: string; readonly verdict: Verdict }[]): Block {
  const rows = ways.map(({ name, verdict }) => {
    const down = verdict.services.filter(({ outageMillis }) => outageMillis > 0);
    const longest = Math.max(0, ...down.map(({ outageMillis }) => outageMillis));
    return [
      name,
      verdict.word,
      verdict.clientMillis === undefined ? "never" : humanDuration(verdict.clientMillis),
      down.length === 0 ? "no outage" : `${down.length} down, up to ${humanDuration(longest)}`,
      verdict.pending.length === 0 ? "" : `${verdict.pending.length} Pending`,
    ];
  });
  const lines = table(rows, [false, false, true, false, false]).map((text) => ({ text }));
  return { label: "Compare", lines, gap: true };
}
