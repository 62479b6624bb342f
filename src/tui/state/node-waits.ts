import { type EventNames, eventWords } from "../../report/event-words.ts";
import { counted } from "../../report/words.ts";
import type { NodeWaits } from "./node-summary.ts";

/** What a node waits for, in words that fit beside it; empty for nothing. */
export function waitWords(names: EventNames, waits: NodeWaits): string {
  switch (waits.kind) {
    case "nothing":
      return "";
    case "refusal":
      return eventWords(waits.refusal, names) + more(waits.others);
    case "stopping":
      return `${names.pod(waits.pod)} has still to stop${more(waits.others)}`;
  }
}

function more(others: number): string {
  return others === 0 ? "" : `; and ${counted(others, "more pod")}`;
}
