import { type EventNames, eventWords } from "../../report/event-words.ts";
import { counted } from "../../lib/counted.ts";
import type { NodeWaits } from "./node-summary.ts";

/** What a node waits for, as a sentence; empty for nothing. */
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

/** The same in the few words that fit beside a node: the reason first, as what follows may be cut off. */
export function waitNote(names: EventNames, waits: NodeWaits): string {
  switch (waits.kind) {
    case "nothing":
      return "";
    case "refusal": {
      const { numbers, pod } = waits.refusal;
      const reason = numbers?.allowed === 0 ? "budget allows 0" : "refused";
      return `${reason}: ${nameOnly(names.pod(pod))}${also(waits.others)}`;
    }
    case "stopping":
      return `stopping: ${nameOnly(names.pod(waits.pod))}${also(waits.others)}`;
  }
}

function also(others: number): string {
  return others === 0 ? "" : ` +${others}`;
}

function nameOnly(pod: string): string {
  return pod.slice(pod.indexOf("/") + 1);
}
