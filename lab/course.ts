import { serviceTimelines, stretches, totalMillis } from "../src/trace/timelines.ts";
import type { Trace } from "../src/trace/trace.ts";
import { type PodView, World } from "../src/trace/world.ts";

/** What is held against each other of a rehearsal and of what really happened: each fact under a name for people. */
export type Course = ReadonlyMap<string, Fact>;

export type Fact =
  | { readonly kind: "text"; readonly value: string }
  /** A length of time in milliseconds: never the same twice. */
  | { readonly kind: "millis"; readonly value: number };

/** The facts of a trace, a rehearsal's or a witness's. */
export function courseOf(trace: Trace): Course {
  const facts = new Map<string, Fact>();
  const text = (name: string, value: string) => void facts.set(name, { kind: "text", value });
  const millis = (name: string, value: number) => void facts.set(name, { kind: "millis", value });
  steps(trace, text, millis);
  evictions(trace, text);
  services(trace, text, millis);
  theEnd(trace, text);
  return facts;
}

type Text = (name: string, value: string) => void;
type Millis = (name: string, value: number) => void;

function steps({ events }: Trace, text: Text, millis: Millis): void {
  const started = new Map<string, number>();
  const order: string[] = [];
  for (const event of events) {
    if (event.kind === "step.started") started.set(event.step, event.time);
    if (event.kind === "client.note" && (event.note.kind === "drained" || event.note.kind === "nodeFailed"))
      order.push(event.note.node);
    if (event.kind !== "step.ended" || event.outcome === "skipped") continue;
    text(`step ${event.step}`, event.outcome);
    millis(`step ${event.step} takes`, event.time - (started.get(event.step) ?? event.time));
  }
  text("nodes in the order in which their drains ended", order.join(", "));
}

/** How often kubectl asks again hangs on fractions of a second: what counts is whether, and with which words. */
function evictions({ events, header }: Trace, text: Text): void {
  const workloads = workloadsByName(events, World.initial(header));
  const answers = new Map<string, Set<string>>();
  const evicted = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== "client.note") continue;
    const { note } = event;
    if (note.kind !== "evicted" && note.kind !== "evictionRetry") continue;
    const workload = workloads.get(`${note.pod.namespace}/${note.pod.name}`) ?? note.pod.name;
    if (note.kind === "evicted") evicted.set(workload, (evicted.get(workload) ?? 0) + 1);
    else answers.set(workload, (answers.get(workload) ?? new Set()).add(note.message));
  }
  for (const [workload, count] of evicted) text(`evictions of ${workload}`, String(count));
  for (const [workload, messages] of answers)
    text(`refusals of ${workload}`, [...messages].sort().join(" | "));
}

function workloadsByName(events: Trace["events"], world: World): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const add = ({ namespace, name, workload }: Pick<PodView, "namespace" | "name" | "workload">) =>
    void names.set(`${namespace}/${name}`, workload === "" ? `${namespace}/Pod/${name}` : workload);
  for (const pod of world.pods.values()) add(pod);
  for (const event of events) if (event.kind === "pod.created") add(event);
  return names;
}

function services(trace: Trace, text: Text, millis: Millis): void {
  const end = trace.events.at(-1)?.time ?? 0;
  for (const [service, spans] of serviceTimelines(trace)) {
    if (spans[0]?.value === 0) continue;
    text(`ready endpoints of ${service} at the end`, String(spans.at(-1)?.value));
    text(`fewest ready endpoints of ${service}`, String(Math.min(...spans.map(({ value }) => value))));
    const outages = stretches(spans, end, (value) => value === 0);
    // How long somebody looked on is not the same in both.
    if (outages.some(({ ended }) => ended === undefined)) text(`outage of ${service}`, "to the end");
    else millis(`outage of ${service}`, totalMillis(outages));
  }
}

function theEnd({ events, header }: Trace, text: Text): void {
  const world = World.initial(header);
  for (const event of events) world.apply(event);
  const pods = [...world.pods.values()];
  for (const workload of new Set(pods.map(nameOf))) {
    const own = pods.filter((pod) => nameOf(pod) === workload);
    text(`pods of ${workload}`, bag(own.map(stateOf)));
    text(`nodes of ${workload}`, bag(own.map(({ node }) => (node === "" ? "none" : node))));
    const messages = own.flatMap((pod) =>
      pod.node === "" && pod.unschedulable !== "" ? [pod.unschedulable] : [],
    );
    if (messages.length > 0) text(`why ${workload} is Pending`, [...new Set(messages)].sort().join(" | "));
  }
  const nodes = [...world.nodes.values()];
  text("cordoned nodes", namesOf(nodes.filter(({ isCordoned }) => isCordoned)));
  text("nodes that are not Ready", namesOf(nodes.filter(({ ready }) => ready !== "True")));
}

function nameOf({ workload, namespace, name }: PodView): string {
  return workload === "" ? `${namespace}/Pod/${name}` : workload;
}

function stateOf({ terminating, isReady, phase }: PodView): string {
  if (terminating !== undefined) return "terminating";
  if (isReady) return "Ready";
  return phase === "Running" ? "not Ready" : phase;
}

function namesOf(nodes: readonly { readonly name: string }[]): string {
  return nodes.length === 0
    ? "none"
    : nodes
        .map(({ name }) => name)
        .sort()
        .join(", ");
}

/** `2 Ready, 1 Pending` */
function bag(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, count]) => `${count} ${word}`)
    .join(", ");
}
