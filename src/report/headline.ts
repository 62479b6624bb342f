import { drainers } from "../facts/drainers.ts";
import { humanDuration } from "../lib/duration.ts";
import type { Drainer } from "../plan/plan.ts";
import type { Finding, NodeDrainReport, Verdict } from "../verdict/verdict.ts";
import { counted, listed } from "./words.ts";

/** Who waits for the plan: kubectl for a drain, the plan itself otherwise. */
export interface Subject {
  readonly command: "drain" | "plan";
  /** Whether a drain has a time-out: without one kubectl never gives up. */
  readonly hasTimeout: boolean;
  /** Who drains, where that is not kubectl. */
  readonly drainer?: Drainer;
}

/** The sentences after the word: what happens, with its numbers, worst first. */
export function headlineOf(verdict: Verdict, subject: Subject): string {
  switch (verdict.word) {
    case "FINISHES":
      return `${finishes(verdict, subject)} ${otherwise(verdict)}`;
    case "HURTS":
      return `${finishesBut(verdict, subject)} ${hurts(verdict)}`;
    case "HANGS":
      return hangs(verdict, subject);
    case "REFUSES":
      return refuses(verdict);
    case "STOPS":
      return stops(verdict);
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

/** What a good end is without: outages, Pending pods, warnings. */
function otherwise(verdict: Verdict): string {
  const warnings = verdict.findings.filter(({ severity }) => severity === "warning").length;
  const down = verdict.services.filter(({ outageMillis }) => outageMillis > 0).length;
  const parts = [
    down === 0 ? "No outage" : `${counted(down, "service")} down for a while`,
    verdict.pending.length === 0 ? "nothing Pending" : `${counted(verdict.pending.length, "pod")} Pending`,
    ...(warnings > 0 ? [counted(warnings, "warning")] : []),
  ];
  return `${parts.join(", ")}.`;
}

function finishesBut({ clientMillis }: Verdict, { command }: Subject): string {
  const client = humanDuration(clientMillis ?? 0);
  return command === "drain" ? `finishes in ${client}, but` : `is done after ${client}, but`;
}

function hurts(verdict: Verdict): string {
  const down = verdict.services.filter(({ outageMillis }) => outageMillis > 0);
  const parts: string[] = [];
  if (down.length > 0) {
    const longest = Math.max(...down.map(({ outageMillis }) => outageMillis));
    const has = down.length === 1 ? "1 service has" : `${down.length} services have`;
    parts.push(`${has} no Ready pod for ${down.length === 1 ? "" : "up to "}${humanDuration(longest)}`);
  }
  if (verdict.pending.length > 0)
    parts.push(
      `${counted(verdict.pending.length, "pod")} stay${verdict.pending.length === 1 ? "s" : ""} Pending`,
    );
  if (parts.length === 0) parts.push(firstError(verdict)?.message ?? "an assertion is broken");
  return `${parts.join(", and ")}.`;
}

function firstError({ findings }: Verdict): Finding | undefined {
  return findings.find(({ severity }) => severity === "error");
}

function hangs(verdict: Verdict, { hasTimeout, drainer = "kubectl" }: Subject): string {
  const drain = verdict.drains.find(({ outcome }) => outcome === "hanging");
  if (!drain) return "for ever.";
  const sentences = [whereItHangs(drain), ...whatIsGone(drain), downSentence(verdict)];
  const notReached = verdict.drains.filter(({ outcome }) => outcome === "notReached").length;
  if (notReached > 0)
    sentences.push(`${counted(notReached, "node")} after it never get${notReached === 1 ? "s" : ""} a turn.`);
  const isRefused = drain.remaining.some(({ refusal }) => refusal !== undefined);
  const waits = isRefused ? "asks again every 5 s" : "waits for the pods to go";
  if (drainer !== "kubectl") sentences.push(`${drainers[drainer].title} never gives up.`);
  else if (!hasTimeout) sentences.push(`kubectl ${waits} and, without --timeout, never gives up.`);
  return sentences.join(" ");
}

function whereItHangs({ remaining, evicted, node }: NodeDrainReport): string {
  const all = remaining.length + evicted;
  const names = remaining.map(({ namespace, name }) => `${namespace}/${name}`);
  if (names.length === 0) return `for ever, on ${node}.`;
  return `for ever, on ${names.length} of ${counted(all, "pod")}${names.length === 1 ? "" : ` of ${node}`}: ${listed(names, 3)}.`;
}

function whatIsGone({ evicted, node }: NodeDrainReport): string[] {
  if (evicted === 0) return [`Nothing leaves, and ${node} stays cordoned.`];
  return [`The other ${evicted} ${evicted === 1 ? "is" : "are"} gone, and ${node} stays cordoned.`];
}

function downSentence(verdict: Verdict): string {
  const down = verdict.services.filter(({ outageMillis }) => outageMillis > 0).length;
  return down === 0 ? "No outage." : `${counted(down, "service")} down on the way.`;
}

function refuses(verdict: Verdict): string {
  const nodes = verdict.drains.filter(({ outcome }) => outcome === "refused").map(({ node }) => node);
  return `kubectl evicts nothing, and leaves ${listed(nodes, 3)} cordoned.`;
}

function stops(verdict: Verdict): string {
  const error = firstError(verdict);
  const at = error?.at === undefined ? "" : `after ${humanDuration(error.at)}: `;
  const done = verdict.drains.filter(({ outcome }) => outcome === "drained").length;
  const progress =
    verdict.drains.length > 1 ? ` ${done} of ${verdict.drains.length} nodes are drained by then.` : "";
  return `${at}${error ? `${error.subject}: ${error.message}` : "the plan does not finish"}.${progress}`;
}
