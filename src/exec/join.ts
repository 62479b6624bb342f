import type { Joining, Plan } from "../plan/plan.ts";
import { type NodeTemplate, plainTemplate } from "../plan/node-template.ts";
import type { Action, Fact } from "./protocol.ts";
import type { Environment } from "./step.ts";
import { done, failed, type Progress, type Turn } from "./turn.ts";

/** New nodes on their way: all machines start at once, and the step is done when each of them is usable. */
export interface JoinState {
  readonly kind: "join";
  /** How many are not usable yet. */
  readonly left: number;
}

export function startJoining(step: Joining, environment: Environment, turn: Turn): Progress<JoinState> {
  for (let index = 0; index < step.count; index++)
    turn.command(`node.${index}`, joinAction(step, index, environment));
  return { state: { kind: "join", left: step.count } };
}

export function observeJoining(state: JoinState, fact: Fact, turn: Turn): Progress<JoinState> {
  if (fact.kind === "error") {
    turn.note({ kind: "line", stream: "stderr", text: `error: ${fact.error.message}` });
    return { state, end: failed(fact.error.message) };
  }
  if (fact.kind !== "joined") return { state };
  turn.note({ kind: "line", stream: "stdout", text: `node/${fact.node} joined` });
  const next = { ...state, left: state.left - 1 };
  return next.left === 0 ? { state: next, end: done } : { state: next };
}

function joinAction(step: Joining, index: number, { plan, node }: Environment): Action {
  const { template, like } = templateOf(step, plan, node);
  const zone = step.zone ?? template.zone;
  return {
    kind: "joinNode",
    name: step.node !== undefined && step.count === 1 ? step.node : wantedName(step, index, plan, node),
    ifTaken: step.node !== undefined && step.count === 1 ? "fail" : "number",
    like,
    template,
    ...(node === "" ? {} : { replaces: node }),
    ...(zone === undefined ? {} : { zone }),
    ...(step.duration === undefined ? {} : { duration: step.duration }),
    failureRate: step.failureRate,
  };
}

/** The template that a step means, and the node that it is a variation of. */
function templateOf(
  { fromTemplate }: Joining,
  { nodeTemplates = {} }: Plan,
  node: string,
): { readonly template: NodeTemplate; readonly like: string } {
  if (fromTemplate === undefined) return { template: plainTemplate, like: node };
  if (!Object.hasOwn(nodeTemplates, fromTemplate)) return { template: plainTemplate, like: fromTemplate };
  const template = nodeTemplates[fromTemplate]!;
  return { template, like: template.like ?? node };
}

/** `general-v2-1` of a template, `node-3-new` of the node that is replaced or copied. */
function wantedName(step: Joining, index: number, { nodeTemplates = {} }: Plan, node: string): string {
  const { fromTemplate, count } = step;
  if (step.node !== undefined) return `${step.node}-${index + 1}`;
  if (fromTemplate !== undefined && Object.hasOwn(nodeTemplates, fromTemplate))
    return `${fromTemplate}-${index + 1}`;
  const pattern = `${node === "" ? fromTemplate : node}-new`;
  return count === 1 ? pattern : `${pattern}-${index + 1}`;
}
