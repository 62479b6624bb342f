import { nodeLifecycleFacts } from "../../facts/node-lifecycle.ts";
import { humanDuration } from "../../lib/duration.ts";
import { keyOf } from "../../model/meta.ts";
import { drainDefaults } from "../../plan/plan.ts";
import type { EventOf } from "../../trace/event.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { drainCommand } from "../kubectl-commands.ts";
import { listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import type { PodLife } from "../pod-lives.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import { neverReplaced, type SilentNode, threeWays, waysPastSilentNode } from "../silent-node.ts";

/**
 * A machine that is away for so long that the control plane gives its pods up: the node is Ready Unknown after the
 * monitor's grace period, tainted, and its pods are deleted when their tolerationSeconds are over. Nobody but its
 * kubelet can end them, so they stay Terminating until it is back, or until its Node object is deleted.
 * Source: facts/timing.json, nodeLifecycle (pkg/controller/nodelifecycle, tainteviction, podgc).
 */
export const nodeLost = defineOutcomeRule({
  id: "node-lost",
  severity: "warning",
  title: "A machine is away for so long that its pods are given up",
  check: (outcome) => absences(outcome).flatMap((absence) => judge(outcome, absence)),
});

/** One time that a machine was away while its Node object stayed. */
interface Absence {
  readonly node: string;
  readonly from: number;
  /** Undefined where it does not come back. */
  readonly to: number | undefined;
  /** When the API said Ready Unknown. */
  readonly silentAt: number;
  /** The event of its going down. */
  readonly event: number;
}

function absences({ trace }: Outcome): readonly Absence[] {
  const found: Absence[] = [];
  const down = new Map<string, { readonly event: EventOf<"node.down">; readonly number: number }>();
  const silent = new Map<string, number>();
  const removed = new Set<string>();
  const close = (node: string, to: number | undefined): void => {
    const start = down.get(node);
    const silentAt = silent.get(node);
    down.delete(node);
    silent.delete(node);
    if (!start || silentAt === undefined || removed.has(node)) return;
    found.push({ node, from: start.event.time, to, silentAt, event: start.number });
  };
  trace.events.forEach((event, number) => {
    if (event.kind === "node.down") down.set(event.node, { event, number });
    else if (event.kind === "node.up") close(event.node, event.time);
    else if (event.kind === "node.removed") removed.add(event.node);
    else if (event.kind === "node.ready" && event.status === "Unknown" && down.has(event.node))
      silent.set(event.node, event.time);
  });
  for (const node of down.keys()) close(node, undefined);
  return found;
}

function judge(outcome: Outcome, absence: Absence): FindingDraft[] {
  const { node, from, to, event } = absence;
  const until = to ?? Infinity;
  const lives = [...outcome.analysis.lives.values()].filter((life) => life.node === node);
  const givenUp = lives.filter(
    ({ leftBy, leftAt = -1 }) => leftBy === "taint" && leftAt >= from && leftAt <= until,
  );
  if (givenUp.length === 0) return [];
  const isBack = to !== undefined;
  const stuck = givenUp.filter(({ goneAt }) => goneAt === undefined);
  const own = stuck.filter((life) => kindOf(life) === "StatefulSet");
  return [
    {
      subject: node,
      at: from,
      events: [event],
      weight: isBack ? 420 : 810,
      // A pod that nobody makes again is one that the plan has lost.
      ...(!isBack && own.length > 0 ? { severity: "error" as const } : {}),
      message: messageOf(absence, givenUp, stuck),
      details: [course(outcome, absence, givenUp), ...(isBack ? [] : whatStays(outcome, node, stuck))],
      suggestions: isBack
        ? [drainFirst(node)]
        : waysPastSilentNode(silentNode(outcome, node, stuck)).map(afterwards),
      data: {
        node,
        awaySeconds: isBack ? (to - from) / 1_000 : null,
        givenUp: givenUp.map(keyOf),
        stuck: stuck.map(keyOf),
      },
    },
  ];
}

function messageOf({ from, to }: Absence, givenUp: readonly PodLife[], stuck: readonly PodLife[]): string {
  const count = givenUp.length;
  const firstAt = Math.min(...givenUp.map(({ leftAt = 0 }) => leftAt));
  const deleted = `${count} of its pods ${verb(count, "is", "are")} deleted ${humanDuration(firstAt - from)} after it went, without asking a budget`;
  if (to !== undefined)
    return `away for ${humanDuration(to - from)}: ${deleted}, and ${verb(count, "ends", "end")} when it is back`;
  const stay =
    stuck.length === 0
      ? ""
      : `, and ${stuck.length === count ? verb(count, "stays", "stay") : `${stuck.length} ${verb(stuck.length, "stays", "stay")}`} Terminating`;
  return `does not come back: ${deleted}${stay}`;
}

/** When the control plane noticed, and when it gave the pods up, from the moment at which the machine went. */
function course(outcome: Outcome, { node, from, silentAt }: Absence, givenUp: readonly PodLife[]): string {
  const taintedAt = outcome.trace.events.find(
    (event) =>
      event.kind === "node.tainted" &&
      event.node === node &&
      event.taint.effect === "NoExecute" &&
      event.time >= silentAt,
  )?.time;
  const lastAt = Math.max(...givenUp.map(({ leftAt = 0 }) => leftAt));
  const after = (time: number) => humanDuration(time - from);
  return `Ready Unknown after ${after(silentAt)}${taintedAt === undefined ? "" : `, tainted unreachable:NoExecute after ${after(taintedAt)}`}; the last pod is deleted after ${after(lastAt)} (tolerationSeconds).`;
}

function whatStays(outcome: Outcome, node: string, stuck: readonly PodLife[]): string[] {
  const mounted = stuck.filter(({ id }) =>
    outcome.index.pod(id)?.spec.volumes.some(({ type }) => type === "persistentVolumeClaim"),
  );
  const detach = humanDuration(nodeLifecycleFacts.forceDetachMillis);
  return [
    ...(stuck.length === 0
      ? []
      : [
          `Only its kubelet can end ${verb(stuck.length, "a pod", "pods")}: ${listed(stuck.map(keyOf))} ${verb(stuck.length, "stays", "stay")} Terminating without it.`,
        ]),
    ...neverReplaced(silentPods(stuck)),
    ...(mounted.length === 0
      ? []
      : [
          `Volumes of ${listed(mounted.map(keyOf))} stay attached there for ${detach} after ${verb(mounted.length, "the pod is", "the pods are")} gone, unless the node is declared off.`,
        ]),
    threeWays(node),
  ];
}

function silentNode({ cluster }: Outcome, node: string, stuck: readonly PodLife[]): SilentNode {
  return { node, version: cluster.version, pods: silentPods(stuck), isAlone: false };
}

function silentPods(lives: readonly PodLife[]) {
  return lives.map((life) => ({
    namespace: life.namespace,
    name: life.name,
    isOfSet: kindOf(life) === "StatefulSet",
  }));
}

function kindOf({ workload }: PodLife): string | undefined {
  return workload.split("/")[1];
}

/** It is a way out once the machine has been lost: no plan can begin with it. */
function afterwards(suggestion: Suggestion): Suggestion {
  return { ...suggestion, edit: { kind: "none" } };
}

function drainFirst(node: string): Suggestion {
  return {
    commands: [drainCommand([node], { ...drainDefaults, ignoreDaemonSets: true, deleteEmptyDirData: true })],
    edit: { kind: "none" },
    cost: "Before it goes: its pods leave by eviction, and budgets are asked. Takes as long as the drain.",
    harm: 0,
  };
}
