import { humanDuration } from "../lib/duration.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { downCell } from "./down.ts";
import { table, type Block } from "./layout.ts";
import { kindsNotGiven } from "./not-given.ts";

/** Several ways to do the same, side by side: how each ends, how long it takes, what goes down. */
export function compareBlock(
  cluster: Cluster,
  ways: readonly { readonly name: string; readonly verdict: Verdict }[],
): Block {
  const isServiceGiven = !kindsNotGiven(cluster).includes("Service");
  const rows = ways.map(({ name, verdict }) => {
    return [
      name,
      verdict.word,
      verdict.clientMillis === undefined ? "never" : humanDuration(verdict.clientMillis),
      isServiceGiven ? downCell(verdict) : "outages unknown",
      verdict.pending.length === 0 ? "" : `${verdict.pending.length} Pending`,
    ];
  });
  const lines = table(rows, [false, false, true, false, false]).map((text) => ({ text }));
  return { label: "Compare", lines, gap: true };
}
