import { byText } from "../../lib/order.ts";
import { type EventNames, namesIn, stepName } from "../../report/event-words.ts";
import { Replay, ReplayCursor } from "../../trace/replay.ts";
import { counted } from "../../lib/counted.ts";
import { endOf, serviceTimelines, type Span } from "../../trace/timelines.ts";
import type { Trace } from "../../trace/trace.ts";
import type { World } from "../../trace/world.ts";
import type { Finding, Repairs, ServiceAvailability, Verdict } from "../../verdict/verdict.ts";
import { zonesOf, type RackNode, type Zone } from "./cluster-nodes.ts";
import { EventIndex } from "./event-index.ts";
import { LogBook } from "./log-book.ts";
import { NodeReader } from "./node-summary.ts";
import { createTimeAxis, type TimeAxis } from "./time-axis.ts";

/** One rehearsal to be shown, and what is known beyond its trace. */
export interface TuiSession {
  readonly trace: Trace;
  readonly verdict: Verdict;
  /** What is rehearsed, in a few words: `drain node-7`. Without it, the plan's name or its first step. */
  readonly title?: string;
  /** The sentences after the verdict's word, where a report has made some. */
  readonly headline?: string;
  /** The suggestions that were rehearsed, and what came of them. */
  readonly repairs?: Repairs;
}

/** A finding with its place on the timeline. */
export interface PlacedFinding {
  readonly finding: Finding;
  readonly time: number;
  /** It is so before anything is done: it has no place on the timeline. */
  readonly isBefore: boolean;
}

/** A boundary on the timeline: a step of the plan begins, or a node's turn in it. */
export interface Milestone {
  readonly time: number;
  readonly event: number;
  readonly label: string;
}

export interface ServiceRow {
  readonly availability: ServiceAvailability;
  readonly timeline: readonly Span[];
}

/** What does not change while a rehearsal is looked at, and the one cursor that reads its moments. */
export interface Model {
  readonly session: TuiSession;
  readonly title: string;
  readonly axis: TimeAxis;
  readonly names: EventNames;
  readonly log: LogBook;
  readonly index: EventIndex;
  readonly reader: NodeReader;
  readonly zones: readonly Zone[];
  /** The nodes of all zones, in one line. */
  readonly nodes: readonly RackNode[];
  /** What a node is called where room is short. */
  readonly labelOf: (node: string) => string;
  /** Worst first. */
  readonly services: readonly ServiceRow[];
  /** Worst first. */
  readonly findings: readonly PlacedFinding[];
  readonly milestones: readonly Milestone[];
  readonly cursor: ReplayCursor;
  /** How many events have happened at a time. */
  readonly countAt: (time: number) => number;
  /** The world after so many events. */
  readonly worldAt: (count: number) => World;
}

export function createModel(session: TuiSession): Model {
  const { trace, verdict } = session;
  const names = namesIn(trace);
  const log = new LogBook(trace, names);
  const end = endOf(trace);
  const replay = new Replay(trace);
  const cursor = new ReplayCursor(replay);
  const reader = new NodeReader(trace);
  const zones = zonesOf(trace);
  const nodes = zones.flatMap((zone) => zone.nodes);
  const labels = new Map(nodes.map(({ name, label }) => [name, label]));
  const labelOf = (node: string): string => labels.get(node) ?? node;
  const milestones = milestonesOf(trace, reader, labelOf);
  return {
    session,
    title: session.title ?? titleOf(trace),
    axis: createTimeAxis(log.moments(), end),
    names,
    log,
    index: new EventIndex(trace),
    reader,
    zones,
    nodes,
    labelOf,
    services: servicesOf(trace, verdict),
    findings: verdict.findings.map((finding) => placed(trace, finding)),
    milestones,
    cursor,
    countAt: (time) => replay.countAt(time),
    worldAt: (count) => cursor.seek(count),
  };
}

/** A plan that is named after many nodes is called by their number. */
const longestTitle = 40;

function titleOf(trace: Trace): string {
  const { plan } = trace.header;
  const [step] = plan.steps;
  if (plan.name.length > longestTitle && step?.kind === "drain" && step.nodes.kind === "names")
    return `drain ${counted(step.nodes.names.length, "node")}`;
  if (plan.name !== "") return plan.name;
  const first = trace.events.find((event) => event.kind === "step.started");
  return first?.kind === "step.started" ? stepName(first) : "no plan";
}

/** A finding with the time at which it shows; what is so before the start stands there. */
function placed(trace: Trace, finding: Finding): PlacedFinding {
  const time = finding.at ?? trace.events[finding.events[0] ?? -1]?.time;
  return { finding, time: time ?? 0, isBefore: time === undefined };
}

function servicesOf(trace: Trace, { services }: Verdict): ServiceRow[] {
  const timelines = serviceTimelines(trace);
  return [...services]
    .sort(
      (a, b) =>
        Number(a.wasDown) - Number(b.wasDown) ||
        b.outageMillis - a.outageMillis ||
        b.degradedMillis - a.degradedMillis ||
        byText(a.service, b.service),
    )
    .map((availability) => ({ availability, timeline: timelines.get(availability.service) ?? [] }));
}

/** The steps of the plan; of what is done node by node, the turn of each node. */
function milestonesOf(trace: Trace, reader: NodeReader, labelOf: (node: string) => string): Milestone[] {
  const found: Milestone[] = [];
  const turns = new Set<string>();
  const named = new Set<string>();
  trace.events.forEach((event, number) => {
    if (event.kind !== "step.started") return;
    if (event.node === "") {
      found.push({ time: event.time, event: number, label: event.what });
      return;
    }
    named.add(event.node);
    const turn = event.step.slice(0, event.step.lastIndexOf("/"));
    if (turns.has(turn)) return;
    turns.add(turn);
    found.push({ time: event.time, event: number, label: labelOf(event.node) });
  });
  for (const [node, changes] of reader.phases) {
    if (named.has(node)) continue;
    for (const { phase, time, event } of changes)
      if (phase === "draining") found.push({ time, event, label: labelOf(node) });
  }
  return found.sort((a, b) => a.event - b.event);
}
