import { wordsFor } from "../kubectl/wording.ts";
import type { Trace } from "../trace/trace.ts";
import type { Block, Line } from "./layout.ts";
import { counted } from "../lib/counted.ts";

const mostLines = 6;
const longest = 132;

/**
 * What kubectl's own dry run prints, and what it cannot see: it lists and filters, `client` asks nothing more, and
 * `server` asks each eviction once without carrying it out.
 */
export function dryRunBlock(trace: Trace, kind: "client" | "server", verbose: boolean): Block {
  const printed = printedLines(trace);
  const shown = verbose ? printed : printed.slice(0, mostLines);
  const rest = printed.length - shown.length;
  const sees =
    kind === "client"
      ? "It asks for no eviction: budgets, webhooks and all that follows are not in it."
      : "It asks for each eviction once, while no pod has left yet: what budgets allow one after another, and all that follows, is not in it.";
  return {
    label: "Dry run",
    gap: true,
    lines: [
      { text: `kubectl drain --dry-run=${kind} prints` },
      ...shown.map((text): Line => ({
        text: verbose || text.length <= longest ? text : `${text.slice(0, longest - 1)}…`,
        indent: 2,
        hang: 2,
      })),
      ...(rest > 0 ? [{ text: `and ${counted(rest, "more line")} (--verbose)`, indent: 2 }] : []),
      { text: `${sees} What stands here is the drain itself, rehearsed.` },
    ],
  };
}

/** Every line that kubectl prints, in its own words. */
export function printedBlock(trace: Trace): Block {
  return {
    label: "kubectl",
    gap: true,
    lines: [
      { text: "prints, and waits in between" },
      ...printedLines(trace).map((text): Line => ({ text, indent: 2, hang: 2 })),
    ],
  };
}

function printedLines(trace: Trace): readonly string[] {
  return trace.events.flatMap((event) =>
    event.kind === "client.note" ? wordsFor(event.note).map(({ text }) => text) : [],
  );
}
