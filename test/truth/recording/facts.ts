import { wordsFor } from "../../../src/kubectl/wording.ts";
import { isFinished, isReady, podCondition, type Pod } from "../../../src/model/pod.ts";
import type { TraceEvent } from "../../../src/trace/event.ts";
import type { Rehearsal } from "../../../src/sim/simulate.ts";
import { hpaFacts } from "./hpa.ts";
import { bag, loose } from "./loose.ts";
import { counts, type Recorder, type Seen } from "./recorder.ts";
import type { Recording } from "./record.ts";
import { statusFields } from "./status-fields.ts";

/**
 * What a replay did, as the flat comparable facts that a recording has of the real cluster: the same keys, the
 * same units (keys that end in `.s` are seconds).
 */
export type Facts = Record<string, unknown>;

export function factsOf(recording: Recording, rehearsal: Rehearsal, recorder: Recorder): Facts {
  const facts: Facts = {};
  const seen = [...recorder.pods.values()];
  const end = recording.end * 1_000;
  commands(recording, rehearsal.trace.events, recorder, facts);
  services(rehearsal, end, facts);
  workloads(rehearsal, seen, end, facts);
  budgets(rehearsal, facts);
  evictions(rehearsal.trace.events, recorder, facts);
  deletes(rehearsal, recorder, facts);
  atEnd(rehearsal, recorder, facts);
  surge(seen, facts);
  revisions(seen, facts);
  statusFields(rehearsal, facts);
  hpaFacts(recording, rehearsal, facts);
  return facts;
}

const seconds = (millis: number) => Math.round(millis / 10) / 100;

/** A step function of time: its value at the start and after each change. */
type Timeline = (readonly [number, number])[];

function level(prefix: string, timeline: Timeline, end: number, facts: Facts): void {
  const last = timeline.at(-1)![1];
  const zero = timeline.reduce(
    (sum, [from, value], index) => (value === 0 ? sum + (timeline[index + 1]?.[0] ?? end) - from : sum),
    0,
  );
  facts[`${prefix}.min`] = Math.min(...timeline.map(([, value]) => value));
  facts[`${prefix}.end`] = last;
  if (last > 0) facts[`${prefix}.zeroSeconds.s`] = seconds(zero);
  const first = timeline.find(([, value]) => value === 0);
  facts[`${prefix}.firstZero.s`] = first ? seconds(first[0]) : null;
}

// Commands: exit code, duration, lines

function commands(
  recording: Recording,
  events: readonly TraceEvent[],
  recorder: Recorder,
  facts: Facts,
): void {
  const runs = recording.actions.map(() => ({
    path: "",
    start: 0,
    end: null as number | null,
    exit: null as number | null,
  }));
  const lines = recording.actions.map(() => ({ stdout: [] as string[], stderr: [] as string[] }));
  const tokens = tokenizer(recorder);
  for (const event of events) {
    if (event.kind === "step.started") {
      const index = /^sequence command (\d+)$/.exec(event.what)?.[1];
      if (index !== undefined) Object.assign(runs[Number(index)]!, { path: event.step, start: event.time });
    } else if (event.kind === "step.ended") {
      const run = runs.find(({ path }) => path === event.step);
      if (run) Object.assign(run, { end: event.time, exit: event.outcome === "done" ? 0 : 1 });
    } else if (event.kind === "client.note") {
      const index = runs.findIndex(({ path }) => path !== "" && event.step.startsWith(`${path}/`));
      if (index < 0) continue;
      for (const line of wordsFor(event.note)) lines[index]![line.stream].push(tokens(line.text));
    }
  }
  recording.actions.forEach((action, index) => {
    const { start, end, exit } = runs[index]!;
    const isLabs = action.node !== undefined || action.shell !== undefined;
    facts[`command.${index}.exit`] = isLabs ? 0 : exit;
    facts[`command.${index}.duration.s`] = isLabs ? 0.1 : end === null ? null : seconds(end - start);
    for (const stream of ["stdout", "stderr"] as const) {
      const found = bag(lines[index]![stream].map(loose));
      facts[`command.${index}.${stream}`] = Object.keys(found).sort();
      facts[`command.${index}.${stream}.counts`] = found;
    }
  });
}

function tokenizer(recorder: Recorder): (text: string) => string {
  const names = new Map([...recorder.pods.values()].map(({ name, token }) => [name, token]));
  return (text) => text.replace(/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/g, (word) => names.get(word) ?? word);
}

// Endpoints and ready pods over time

function services({ trace }: Rehearsal, end: number, facts: Facts): void {
  const timelines = new Map<string, Timeline>();
  for (const [key, { ready }] of Object.entries(trace.header.initial.services))
    timelines.set(key, [[0, ready]]);
  for (const event of trace.events) {
    if (event.kind !== "service.changed") continue;
    const timeline = timelines.get(event.service);
    if (!timeline) timelines.set(event.service, [[event.time, event.ready]]);
    else if (timeline.at(-1)![1] !== event.ready) timeline.push([event.time, event.ready]);
  }
  for (const [key, timeline] of timelines) level(`services.${key}`, timeline, end, facts);
}

function workloads({ trace }: Rehearsal, seen: readonly Seen[], end: number, facts: Facts): void {
  const initial = new Map(trace.header.cluster.objects.Pod.map((pod) => [pod.uid, pod]));
  for (const workload of new Set(seen.map((pod) => pod.workload))) {
    const pods = seen.filter((pod) => pod.workload === workload);
    const ready = new Set<string>();
    const changes: { time: number; uid: string; pod: Pod; gone: boolean }[] = [];
    for (const { uid, log } of pods) {
      const first = initial.get(uid);
      if (first && counts(first)) ready.add(uid);
      for (const { time, event, pod } of log)
        changes.push({ time, uid, pod, gone: event.kind === "pod.gone" });
    }
    const isThere = pods.some(({ isInitial }) => isInitial);
    const timeline: Timeline = isThere ? [[0, ready.size]] : [];
    for (const { time, uid, pod, gone } of changes.sort((a, b) => a.time - b.time)) {
      if (!gone && counts(pod)) ready.add(uid);
      else ready.delete(uid);
      if (timeline.length === 0 || timeline.at(-1)![1] !== ready.size) timeline.push([time, ready.size]);
    }
    level(`workloads.${workload}`, timeline, end, facts);
  }
}

// Budgets, evictions, deletions

function budgets({ trace, sim }: Rehearsal, facts: Facts): void {
  const healthy = new Map<string, number[]>();
  for (const [key, numbers] of Object.entries(trace.header.initial.budgets))
    healthy.set(key, [numbers.healthy]);
  for (const event of trace.events)
    if (event.kind === "budget.changed")
      healthy.set(event.budget, [...(healthy.get(event.budget) ?? []), event.healthy]);
  // A budget that was just created has a status of zeros until the controller has seen it.
  for (const event of trace.events) {
    const name =
      event.kind === "object.created" ? /^(.*)\/PodDisruptionBudget\/(.*)$/.exec(event.object) : null;
    if (name) healthy.set(`${name[1]}/${name[2]}`, [0, ...(healthy.get(`${name[1]}/${name[2]}`) ?? [])]);
  }
  for (const [key, values] of healthy) {
    if (!sim.state.tables.PodDisruptionBudget.has(key)) continue;
    const status = sim.state.budgetStatus(key);
    const { currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods } = status;
    facts[`pdbs.${key}.end`] = [currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods];
    facts[`pdbs.${key}.minHealthy`] = Math.min(...values);
  }
}

function evictions(events: readonly TraceEvent[], recorder: Recorder, facts: Facts): void {
  const byCode = new Map<number, string[]>();
  const messages: string[] = [];
  const tokens = tokenizer(recorder);
  const add = (code: number, uid: string) => {
    const list = byCode.get(code) ?? [];
    list.push(recorder.pods.get(uid)!.workload);
    byCode.set(code, list);
  };
  for (const event of events) {
    if (event.kind === "eviction.allowed") add(201, event.pod);
    if (event.kind !== "eviction.refused") continue;
    add(event.code, event.pod);
    messages.push(loose(tokens(`${event.code} ${event.message} ${event.detail}`)));
  }
  for (const [code, list] of byCode) facts[`evictions.${code}`] = bag(list);
  facts["evictions.messages"] = [...new Set(messages)].sort();
}

/** Which user agent deletes a pod, by who did it in the simulation. */
const deleters: Readonly<Record<string, string>> = {
  delete: "kubectl",
  taint: "kube-controller-manager:node-controller",
  "scale-down": "kube-controller-manager:replicaset-controller",
  statefulset: "kube-controller-manager:statefulset-controller",
  daemonset: "kube-controller-manager:daemon-set-controller",
  job: "kube-controller-manager:job-controller",
  "garbage-collector": "kube-controller-manager:generic-garbage-collector",
  "pod-gc": "kube-controller-manager:pod-garbage-collector",
  namespace: "kube-controller-manager:namespace-controller",
  preemption: "kube-scheduler",
};

function deletes({ trace }: Rehearsal, recorder: Recorder, facts: Facts): void {
  const list: string[] = [];
  // The namespace controller deletes a collection, once each time it looks.
  for (const event of trace.events) {
    if (event.kind !== "object.patched" || event.what !== "sweep") continue;
    list.push(`${event.object.split("/")[1]}/ 200 ${deleters["namespace"]}`);
  }
  const chosen: string[] = [];
  for (const { workload, revision, log } of recorder.pods.values()) {
    for (const [index, { event, pod }] of log.entries()) {
      const by =
        event.kind === "pod.terminating" || event.kind === "pod.deleteRepeated" || event.kind === "pod.gone"
          ? event.by
          : undefined;
      if (by === undefined || by === "namespace") continue;
      const wasTerminating = log.slice(0, index).some((entry) => entry.event.kind === "pod.terminating");
      if (event.kind === "pod.gone" && wasTerminating && by !== "pod-gc") continue;
      const agent =
        by === "rollout" ? rolloutAgent(workload) : by === "scale-down" ? scaleAgent(workload) : deleters[by];
      if (agent === undefined) continue;
      list.push(`${workload} 200 ${agent}`);
      const controller = agent.split(":")[1];
      if (controller === undefined) continue;
      const before = log[index - 1]?.pod ?? pod;
      const state = pod.nodeName === "" ? "pending" : isReady(before) ? "ready" : "unready";
      chosen.push(
        `${workload} ${revision} ${pod.nodeName === "" ? "-" : pod.nodeName} ${state} ${controller}`,
      );
    }
  }
  facts["deletes"] = bag(list);
  facts["chosen"] = bag(chosen);
}

function rolloutAgent(workload: string): string {
  const kind = workload.includes("/daemonset/") ? "daemon-set-controller" : "statefulset-controller";
  return `kube-controller-manager:${kind}`;
}

function scaleAgent(workload: string): string {
  return workload.includes("/statefulset/") ? deleters["statefulset"]! : deleters["scale-down"]!;
}

// The end

function atEnd({ sim }: Rehearsal, recorder: Recorder, facts: Facts): void {
  const byWorkload = new Map<string, string[]>();
  const pending: string[] = [];
  const tokens = tokenizer(recorder);
  for (const pod of sim.state.pods()) {
    const { workload, token } = recorder.pods.get(pod.uid)!;
    const node = pod.nodeName === "" ? "-" : pod.nodeName;
    byWorkload.set(workload, [...(byWorkload.get(workload) ?? []), `${node} ${stateOf(pod)}`]);
    if (pod.nodeName === "") {
      const message = podCondition(pod, "PodScheduled")?.message ?? "";
      pending.push(loose(`${pod.namespace}/${token}: ${tokens(message)}`));
    }
  }
  for (const [workload, states] of byWorkload) {
    facts[`atEnd.${workload}`] = bag(states);
    facts[`atEnd.${workload}.states`] = bag(states.map((state) => state.split(" ")[1]!));
  }
  facts["atEnd.pending"] = bag(pending);
  const nodes = [...sim.state.tables.Node.values()].map((node) => [
    node.name,
    {
      unschedulable: node.unschedulable,
      ready: node.conditions.find(({ type }) => type === "Ready")?.status,
      taints: node.taints.map(({ key, effect }) => `${key}:${effect}`).sort(),
    },
  ]);
  facts["atEnd.nodes"] = Object.fromEntries(nodes) as unknown;
}

function stateOf(pod: Pod): string {
  if (pod.deletion) return "terminating";
  if (counts(pod)) return "ready";
  return isFinished(pod) || pod.status.phase !== "Running" ? pod.status.phase.toLowerCase() : "unready";
}

/** The most pods of each workload at a time that were not terminating. */
function surge(seen: readonly Seen[], facts: Facts): void {
  for (const workload of new Set(seen.map((pod) => pod.workload))) {
    // Two ReplicaSets act side by side: at one moment a deletion comes before a creation. One DaemonSet creates first.
    const inOrder = workload.includes("/daemonset/");
    const changes: { readonly time: number; readonly number: number; readonly change: number }[] = [];
    for (const { isInitial, log } of seen.filter((pod) => pod.workload === workload)) {
      changes.push(isInitial ? { time: 0, number: -1, change: 1 } : { ...log[0]!, change: 1 });
      const stop = log.find(({ event }) =>
        ["pod.terminating", "pod.gone", "pod.finished"].includes(event.kind),
      );
      if (stop) changes.push({ time: stop.time, number: stop.number, change: -1 });
    }
    changes.sort((x, y) => x.time - y.time || (inOrder ? x.number - y.number : x.change - y.change));
    let now = 0;
    let most = 0;
    for (const { change } of changes) most = Math.max(most, (now += change));
    facts[`surge.${workload}`] = most;
  }
}

function revisions(seen: readonly Seen[], facts: Facts): void {
  for (const workload of new Set(seen.map((pod) => pod.workload))) {
    const there = seen.filter((pod) => pod.workload === workload && pod.revision !== "");
    const left = there.filter(({ log }) => log.at(-1)?.event.kind !== "pod.gone");
    if (left.length > 0) facts[`revisions.${workload}`] = bag(left.map(({ revision }) => revision));
  }
}
