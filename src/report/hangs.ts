import { drainers } from "../facts/drainers.ts";
import type { Trace } from "../trace/trace.ts";
import { World } from "../trace/world.ts";
import type { NodeDrainReport, Verdict } from "../verdict/verdict.ts";
import type { Subject } from "./headline.ts";
import { counted, listed } from "../lib/counted.ts";

/** What a drain that never ends waits for, what it has done until then, and what it leaves behind. */
export function hangs(verdict: Verdict, subject: Subject, outages: string, trace?: Trace): string {
  const { drains, pending } = verdict;
  const [drain, ...others] = drains.filter(({ outcome }) => outcome === "hanging");
  if (!drain) return "for ever.";
  const isOne = drains.length === 1;
  return [
    whereItHangs(drain, isOne),
    ...(others.length === 0 ? [] : [`${listed(nodesOf(others), 3)} ${verb(others, "hangs", "hang")} too.`]),
    ...(isOne ? whatIsGone(drain) : around(verdict, drain, subject, trace)),
    ...(pending.length === 0
      ? []
      : [`${counted(pending.length, "pod")} ${verb(pending, "is", "are")} Pending.`]),
    outages,
    ...patience(drain, subject),
  ].join(" ");
}

function whereItHangs({ remaining, evicted, node }: NodeDrainReport, isOne: boolean): string {
  const all = remaining.length + evicted;
  // What the drainer has given up is left behind, and not waited for.
  const awaited = remaining.filter(({ isGivenUp }) => isGivenUp !== true);
  const names = awaited.map(({ namespace, name }) => `${namespace}/${name}`);
  if (names.length === 0) return `for ever, on ${node}.`;
  const where = isOne && names.length === 1 ? "" : ` of ${node}`;
  const left = remaining.length - awaited.length;
  const also = left === 0 ? "" : `, and ${left} more ${left === 1 ? "is" : "are"} given up`;
  return `for ever, on ${names.length} of ${counted(all, "pod")}${where}: ${listed(names, 3)}${also}.`;
}

function whatIsGone({ evicted, node }: NodeDrainReport): string[] {
  if (evicted === 0) return [`Nothing leaves, and ${node} stays cordoned.`];
  return [`The other ${evicted} ${evicted === 1 ? "is" : "are"} gone, and ${node} stays cordoned.`];
}

/** Beside the node that hangs: which are drained, which gave up, which never get a turn, which stay cordoned. */
function around(
  verdict: Verdict,
  { evicted }: NodeDrainReport,
  subject: Subject,
  trace: Trace | undefined,
): string[] {
  const of = (...outcomes: readonly NodeDrainReport["outcome"][]) =>
    nodesOf(verdict.drains.filter(({ outcome }) => outcomes.includes(outcome)));
  const [done, failed, waiting] = [of("drained"), of("failed", "refused"), of("notReached")];
  const gone = evicted === 0 ? [] : [`The other ${evicted} ${evicted === 1 ? "is" : "are"} gone.`];
  const parts = [
    ...(done.length === 0 ? [] : [`${listed(done, 3)} ${verb(done, "is", "are")} drained`]),
    ...(failed.length === 0 ? [] : [`${listed(failed, 3)} ${verb(failed, "is", "are")} not drained either`]),
    ...(waiting.length === 0 ? [] : [`${listed(waiting, 3)} never ${verb(waiting, "gets", "get")} a turn`]),
  ];
  const cordoned = stillCordoned(verdict, subject, trace);
  const all = cordoned.length > 1 && cordoned.length === verdict.drains.length;
  const left = !all
    ? listed(cordoned, 4)
    : cordoned.length === 2
      ? "Both nodes"
      : `All ${cordoned.length} nodes`;
  return [
    ...gone,
    ...(parts.length === 0 ? [] : [`${parts.join(", ")}.`]),
    ...(cordoned.length === 0 ? [] : [`${left} ${verb(cordoned, "stays", "stay")} cordoned.`]),
  ];
}

/** The nodes that are cordoned at the end and were not at the start; without a trace, those of one command. */
function stillCordoned({ drains }: Verdict, { command }: Subject, trace: Trace | undefined): string[] {
  if (!trace) return nodesOf(drains.filter(({ outcome }) => command === "drain" || outcome === "hanging"));
  const world = World.initial(trace.header);
  const before = new Set(
    [...world.nodes.values()].filter(({ isCordoned }) => isCordoned).map(({ name }) => name),
  );
  for (const event of trace.events) world.apply(event);
  const cordoned = [...world.nodes.values()].filter(({ isCordoned }) => isCordoned).map(({ name }) => name);
  return cordoned.filter((name) => !before.has(name) || drains.some(({ node }) => node === name));
}

function patience({ remaining }: NodeDrainReport, { hasTimeout, drainer = "kubectl" }: Subject): string[] {
  if (drainer !== "kubectl") return [`${drainers[drainer].title} never gives up.`];
  if (hasTimeout) return [];
  const isRefused = remaining.some(({ refusal }) => refusal !== undefined);
  const waits = isRefused ? "asks again every 5 s" : "waits for the pods to go";
  return [`kubectl ${waits} and, without --timeout, never gives up.`];
}

function nodesOf(drains: readonly NodeDrainReport[]): string[] {
  return [...new Set(drains.map(({ node }) => node))];
}

function verb(items: readonly unknown[], one: string, several: string): string {
  return items.length === 1 ? one : several;
}
