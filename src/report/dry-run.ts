import { wordsFor } from "../kubectl/wording.ts";
import type { Trace } from "../trace/trace.ts";
import { type Block, type Line, shorten } from "./layout.ts";
import { counted } from "./words.ts";

const mostLines = 6;
const longest = 132;

/**
 * What kubectl's own dry run prints, and what it cannot see: it lists and filters, `client` asks nothing more, and
 * `server` asks each eviction once without carrying it out.
 */
export function dryRunBlock(trace: Trace, kind: "client" | "server", verbose: boolean): Block {
  const printed = trace.events.flatMap((event) =>
    event.kind === "client.note" ? wordsFor(event.note).map(({ text }) => text) : [],
  );
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
      ...shown.map((text): Line => ({ text: verbose ? text : shorten(text, longest), indent: 2, hang: 2 })),
      ...(rest > 0 ? [{ text: `and ${counted(rest, "more line")} (--verbose)`, indent: 2 }] : []),
      { text: `${sees} What stands here is the drain itself, rehearsed.` },
    ],
  };
}
