import { declaredMillis, declaredTotal } from "../plan/declared-time.ts";
import type { Plan, Step } from "../plan/plan.ts";
import { stepAt } from "../plan/step-at.ts";
import { turnSteps } from "../plan/strategy.ts";
import { isChangeElsewhere, nodeBeginning } from "./node-beginning.ts";
import type { Command } from "./protocol.ts";

/** What has been begun already, and is finished whatever the time. */
export interface Begun {
  /** Nodes that are worked on, or have been. */
  readonly nodes: readonly string[];
  /** When nodes were closed that are not worked on yet; the executor's time. */
  readonly closed: Readonly<Record<string, number>>;
}

/** A command that begins something, which only a window admits. */
export interface Beginning {
  /** The node that is begun; empty where it is about none, or about several. */
  readonly node: string;
  /** What it makes of the node. */
  readonly as: "worked" | "closed" | "nothing";
  /** How long what it begins takes by what the plan says, in milliseconds. */
  readonly neededMillis: number;
}

/** A node that is emptied right after it was closed was begun when it was closed. Milliseconds. */
const freshMillis = 60_000;

/** What a command begins that has not been begun; undefined where it begins nothing, or goes on with what has been. */
export function beginningOf(
  plan: Plan,
  { id, action }: Command,
  begun: Begun,
  now: number,
): Beginning | undefined {
  const path = stepPath(id);
  const step = stepAt(plan, path);
  if (!step || step.kind === "uncordon") return undefined;
  const turn = turnAt(plan, path);
  const neededMillis = turn ? turn.leftMillis : declaredMillis(step, plan);
  if (action.kind === "listNodes") {
    const isNew = namesOf(step).some((node) => !begun.nodes.includes(node));
    return isNew ? { node: "", as: "nothing", neededMillis } : undefined;
  }
  const beginning = nodeBeginning(action);
  if (!beginning) return isChangeElsewhere(action) ? { node: "", as: "nothing", neededMillis } : undefined;
  const { node, before } = beginning;
  const isOwnTurn = turn?.node === node && action.kind !== "joinNode";
  const isFresh = before === "work" && now - (begun.closed[node] ?? -Infinity) < freshMillis;
  if (begun.nodes.includes(node) || isFresh) return undefined;
  if (action.kind === "joinNode") return { node, as: "nothing", neededMillis };
  return { node, as: before === "work" || isOwnTurn ? "worked" : "closed", neededMillis };
}

/** The nodes that a step names and begins; none where they are selected: who they are is found out first. */
function namesOf(step: Step): readonly string[] {
  if (step.kind === "rollout" || step.kind === "label" || !("nodes" in step)) return [];
  if (step.kind === "taint" && step.remove) return [];
  return step.nodes.kind === "names" ? step.nodes.names : [];
}

/** The turn in a rollout that a step belongs to, and how long what is left of it takes by what the plan says. */
function turnAt(
  plan: Plan,
  path: string,
): { readonly node: string; readonly leftMillis: number } | undefined {
  const parts = path.split("/");
  for (let i = 2; i < parts.length - 1; i++) {
    const step = stepAt(plan, parts.slice(0, i).join("/"));
    if (step?.kind !== "rollout" || parts[i] === "after") continue;
    const left = turnSteps(step, step.name).slice(Number(parts[i + 1]));
    return { node: parts[i]!, leftMillis: declaredTotal(left, plan) };
  }
  return undefined;
}

/** The path of the step that a command was sent for. */
export function stepPath(command: string): string {
  return command.slice(0, command.indexOf(":"));
}
