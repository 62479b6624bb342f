import { labTimings } from "../../../lab/timings.ts";
import type { ProgramStep } from "../../../src/exec/program.ts";
import { splitWords } from "../../../src/kubectl/words.ts";
import { parseKubectl } from "../../../src/kubectl/parse.ts";
import { parseDuration } from "../../../src/lib/duration.ts";
import { allKinds, type Cluster, type Kind, type ObjectsByKind } from "../../../src/model/cluster.ts";
import { fixed, noAssumptions } from "../../../src/plan/assumptions.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { ClusterReader } from "../../../src/read/read-cluster.ts";
import { bringUp, takeDown } from "../../../src/sim/nodes/machine.ts";
import { type Rehearsal, simulate } from "../../../src/sim/simulate.ts";
import type { Room } from "../../../src/sim/sim.ts";
import { labMetrics } from "./hpa.ts";
import { Recorder } from "./recorder.ts";
import type { Json, RecordedAction, Recording } from "./record.ts";

/**
 * Replays a recording through the executor and the simulation that users get. What only the lab knows (its fake
 * kubelets' delays, whole-second timestamps, control-plane flags) is turned into settings here.
 */
export function replay(recording: Recording, seed: number): { rehearsal: Rehearsal; recorder: Recorder } {
  const cluster = clusterOf(recording);
  const plan: Plan = {
    name: recording.name,
    drainer: "kubectl",
    defaults: { drain: {} },
    assumptions: noAssumptions,
    assertions: [],
    steps: [],
    rollback: [],
    onFailure: { kind: "continue" },
  };
  const recorder = new Recorder();
  const rehearsal = simulate(cluster, plan, {
    seed,
    luck: "median",
    // Commands of the replay may end a little later than those that were recorded.
    horizon: recording.end * 1_000 + 1_000,
    version: "test",
    factsAsOf: "test",
    program: programOf(recording),
    settings: settingsOf(recording),
    timings: recordingTimings,
    rooms: [recorder.room(), nodeActions(recording)],
  });
  return { rehearsal, recorder };
}

function clusterOf(recording: Recording): Cluster {
  const result = read(recording.initial.items, {
    name: recording.name,
    assumeNone: [],
    // A whole second, give or take the moment in which the recorder noticed it.
    asOf: Math.round(recording.t0) * 1_000,
    fallbackAsOf: 0,
    namespace: "default",
    version: recording.model.kubernetes,
  });
  return result;
}

function read(items: readonly Json[], options: Parameters<ClusterReader["finish"]>[0]): Cluster {
  const reader = new ClusterReader("default");
  for (const kind of allKinds) reader.asked(kind);
  items.forEach((value, index) =>
    reader.document({ value, origin: { file: "recording", document: index + 1, line: 1 }, lineOf: () => 1 }),
  );
  const result = reader.finish(options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems[0]));
  return result.cluster;
}

function settingsOf(recording: Recording): Parameters<typeof simulate>[2]["settings"] & object {
  const grace = /--node-monitor-grace-period=(\S+)/.exec(recording.model.flags["kcm"] ?? "")?.[1];
  const millis = grace === undefined ? undefined : parseDuration(grace);
  const metrics = labMetrics(recording);
  return {
    ...(millis === undefined ? {} : { nodeMonitorGraceMillis: millis }),
    ...(metrics ? { metrics } : {}),
  };
}

/** From the start of kubectl's process to its first request. */
const startupMillis = 50;

/** The actions as one program: each starts at its time, or when the one before it has ended. */
function programOf(recording: Recording): readonly ProgramStep[] {
  const { actions } = recording;
  const followers = new Map<number, number[]>();
  const roots: number[] = [];
  actions.forEach((action, index) => {
    const before = action.at !== undefined ? -1 : (action.after ?? index - 1);
    if (before < 0) roots.push(index);
    else followers.set(before, [...(followers.get(before) ?? []), index]);
  });
  const tree = (index: number): ProgramStep => {
    const action = actions[index]!;
    const delay = (action.at ?? action.delay ?? 0) * 1_000;
    const next = (followers.get(index) ?? []).map(tree);
    return group("sequence", "", [
      wait(delay),
      { ...group("sequence", `command ${index}`, [wait(startupMillis), ...stepsOf(action)]) },
      ...(next.length > 0 ? [group("parallel", "", next)] : []),
    ]);
  };
  return [group("parallel", "", roots.map(tree))];
}

function group(kind: "sequence" | "parallel", name: string, steps: readonly ProgramStep[]): ProgramStep {
  return { kind, name, steps: steps as never, onFailure: { kind: "continue" } };
}

function wait(millis: number): ProgramStep {
  return { kind: "wait", name: "", duration: fixed(millis) };
}

const stop = { onFailure: { kind: "abort" } } as const;

function stepsOf(action: RecordedAction): readonly ProgramStep[] {
  if (action.run !== undefined) return kubectlSteps(action.run, action.stdin);
  const manifests = action.manifests;
  if (!manifests) return [];
  const cluster = read(manifests, {
    name: "",
    assumeNone: [],
    asOf: 0,
    fallbackAsOf: 0,
    namespace: "default",
  });
  const objects = Object.values<readonly ObjectsByKind[Kind][]>(cluster.objects).flat();
  const names = manifests.map((each) => (each["metadata"] as { name: string }).name);
  objects.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
  return objects.map((object): ProgramStep => ({
    kind: "request",
    name: "",
    action: { kind: "create", object, replace: action.apply !== undefined },
    said: `${object.kind.toLowerCase()}${groupOf(object.apiVersion)}/${object.name} ${action.apply ? "configured" : "created"}`,
    ...stop,
  }));
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
}

function kubectlSteps(line: string, stdin: string | undefined): readonly ProgramStep[] {
  const words = splitWords(line) ?? [];
  void stdin;
  const parsed = parseKubectl(words, "default");
  if (!parsed.ok) return [{ kind: "say", name: "", lines: parsed.lines, fails: true, ...stop }];
  return parsed.steps.map((step) => ({ ...step, ...stop }));
}

/** The annotations of the kubelets under which the recordings were made. */
const recordingTimings = () =>
  labTimings((what) => (what === "stop" ? "lab/shutdown-seconds" : `lab/${what}-seconds`));

/** How long the lab's script for a node takes. */
const scriptMillis = 100;

/** Kubelets that fall silent and come back. */
function nodeActions(recording: Recording): Room {
  return {
    name: "lab",
    start: (sim) => {
      for (const { node, at = 0 } of recording.actions) {
        if (node !== undefined) sim.after(at * 1_000 + scriptMillis, "lab.node", node, 0);
      }
    },
    tasks: {
      "lab.node": (sim, task) => {
        const [what, node = ""] = task.subject.split(" ");
        if (what === "lost") takeDown(sim, node, "kubelet", task.cause);
        else bringUp(sim, node, task.cause);
      },
    },
  };
}
