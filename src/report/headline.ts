import { humanDuration } from "../lib/duration.ts";
import type { Drainer } from "../plan/plan.ts";
import type { Trace } from "../trace/trace.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { downSentence } from "./down.ts";
import { hangs } from "./hangs.ts";
import { kindsNotGiven, notSettled, outagesUnknown } from "./not-given.ts";
import { skippedSentence } from "./skipped.ts";
import { stops } from "./stops.ts";
import { counted, listed } from "../lib/counted.ts";

/** Who waits for the plan: kubectl for a drain, the plan itself otherwise. */
export interface Subject {
  readonly command: "drain" | "plan";
  /** Whether a drain has a time-out: without one kubectl never gives up. */
  readonly hasTimeout: boolean;
  /** Who drains, where that is not kubectl. */
  readonly drainer?: Drainer;
}

/**
 * The sentences after the word: what happens, with its numbers, worst first. The trace tells what the input lacks,
 * which nodes were skipped, and where virtual time ends; without it, all counts as given.
 */
export function headlineOf(verdict: Verdict, subject: Subject, trace?: Trace): string {
  switch (verdict.word) {
    case "FINISHES":
      return `${finishes(verdict, subject)} ${otherwise(verdict, trace)}`;
    case "HURTS":
      return `${finishesBut(verdict, subject)} ${hurts(verdict, trace)}`;
    case "HANGS":
      return hangs(verdict, subject, outagesOf(verdict, trace), trace);
    case "REFUSES":
      return refuses(verdict);
    case "STOPS":
      return stops(verdict, trace);
  }
}

function finishes(
  { clientMillis, settledMillis }: Verdict,
  { command, drainer = "kubectl" }: Subject,
): string {
  const client = humanDuration(clientMillis ?? 0);
  const what =
    command === "plan" ? "the plan is done" : drainer === "kubectl" ? "kubectl returns" : "it is done";
  const first = `${what} after ${client}`;
  if (settledMillis === undefined) return `${first}; not all pods are Ready again.`;
  if (settledMillis <= (clientMillis ?? 0)) return `${first}; by then all pods are Ready again.`;
  return `${first}; all pods are Ready again after ${humanDuration(settledMillis)}.`;
}

/** What a good end is without: outages, Pending pods, warnings; and what it is not known to be without. */
function otherwise(verdict: Verdict, trace: Trace | undefined): string {
  const warnings = verdict.findings.filter(({ severity }) => severity === "warning").length;
  const skipped = trace && skippedSentence(verdict, trace);
  const parts = [
    ...(skipped === undefined ? [] : [skipped]),
    outagesOf(verdict, trace).slice(0, -1),
    verdict.pending.length === 0 ? "nothing Pending" : `${counted(verdict.pending.length, "pod")} Pending`,
    ...(warnings > 0 ? [counted(warnings, "warning")] : []),
  ];
  return [`${parts.join(", ")}.`, ...(trace ? notSettled(kindsNotGiven(trace.header.cluster)) : [])].join(
    " ",
  );
}

/** One sentence on what goes down; without Services nobody knows. */
function outagesOf(verdict: Verdict, trace: Trace | undefined): string {
  if (trace && kindsNotGiven(trace.header.cluster).includes("Service")) return `O${outagesUnknown.slice(1)}.`;
  return `${downSentence(verdict, trace) ?? "No outage"}.`;
}

function finishesBut({ clientMillis }: Verdict, { command }: Subject): string {
  const client = humanDuration(clientMillis ?? 0);
  return command === "drain" ? `finishes in ${client}, but` : `is done after ${client}, but`;
}

function hurts(verdict: Verdict, trace: Trace | undefined): string {
  const { pending, findings } = verdict;
  const parts = [
    trace && skippedSentence(verdict, trace),
    downSentence(verdict, trace),
    pending.length === 0
      ? undefined
      : `${counted(pending.length, "pod")} stay${pending.length === 1 ? "s" : ""} Pending`,
  ].filter((part) => part !== undefined);
  const error = findings.find(({ severity }) => severity === "error");
  if (parts.length === 0) parts.push(error?.message ?? "an assertion is broken");
  const kinds = trace ? kindsNotGiven(trace.header.cluster) : [];
  const unknown = kinds.includes("Service") ? `; ${outagesUnknown}` : "";
  const last = parts.pop()!;
  return `${parts.length === 0 ? last : `${parts.join(", ")}, and ${last}`}${unknown}.`;
}

function refuses(verdict: Verdict): string {
  const nodes = verdict.drains.filter(({ outcome }) => outcome === "refused").map(({ node }) => node);
  return `kubectl evicts nothing, and leaves ${listed(nodes, 3)} cordoned.`;
}
