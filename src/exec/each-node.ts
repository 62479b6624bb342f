import { errorLine, isUnanswered, reasonFor } from "./api-error.ts";
import type { ProgramStep } from "./program.ts";
import type { Action, ApiError, Fact } from "./protocol.ts";
import { done, failed, type Progress, type Turn } from "./turn.ts";

/** Steps that send one request a node, one node after another: cordon, label, reboot, upgradeKubelet and the like. */
export interface EachNodeState {
  readonly kind: "eachNode";
  readonly nodes: readonly string[];
  readonly index: number;
}

export function startEachNode(
  step: ProgramStep,
  nodes: readonly string[],
  turn: Turn,
): Progress<EachNodeState> {
  return sendNext({ kind: "eachNode", nodes, index: 0 }, step, turn);
}

/** Takes the answer for the node whose turn it is. */
export function observeEachNode(
  state: EachNodeState,
  step: ProgramStep,
  tag: string,
  fact: Fact,
  turn: Turn,
): Progress<EachNodeState> {
  const node = state.nodes[state.index];
  if (node === undefined || tag !== `node.${state.index}`) return { state };
  if (fact.kind === "error") {
    turn.note({ kind: "line", stream: "stderr", text: nodeErrorLine(fact.error) });
    return { state, end: failed(`${node}: ${reasonFor(fact.error)}`) };
  }
  sayDone(step, node, fact.kind === "done" && fact.changed, turn);
  return sendNext({ ...state, index: state.index + 1 }, step, turn);
}

function sendNext(state: EachNodeState, step: ProgramStep, turn: Turn): Progress<EachNodeState> {
  const node = state.nodes[state.index];
  if (node === undefined) return { state, end: done };
  const action = actionFor(step, node);
  if (!action) return { state, end: failed(`${step.kind} is not a step about nodes`) };
  turn.command(`node.${state.index}`, action);
  return { state };
}

function actionFor(step: ProgramStep, node: string): Action | undefined {
  switch (step.kind) {
    case "cordon":
      return { kind: "cordon", node, unschedulable: true, dryRun: false };
    case "uncordon":
      return { kind: "cordon", node, unschedulable: false, dryRun: false };
    case "taint":
      return { kind: "taint", node, taint: step.taint, remove: step.remove };
    case "label":
      return { kind: "label", node, labels: step.labels };
    case "reboot":
      return { kind: step.kind, node, duration: step.duration };
    case "deleteNode": {
      const { kind, duration, machine } = step;
      return { kind, node, duration, ...(machine === undefined ? {} : { machine }) };
    }
    case "upgradeControlPlane":
    case "upgradeKubelet":
      return upgradeAction(step, node);
    case "removeEtcdMember":
      return { kind: step.kind, node };
    case "renewCertificates":
      return { kind: step.kind, node, ...(step.duration === undefined ? {} : { duration: step.duration }) };
    case "hook":
      return {
        kind: "hook",
        node,
        duration: step.duration,
        failureRate: step.failureRate,
        effect: step.effect,
      };
    default:
      return undefined;
  }
}

function nodeErrorLine(error: ApiError): string {
  return isUnanswered(error) ? errorLine(error) : `error: ${error.message}`;
}

function upgradeAction(
  step: Extract<ProgramStep, { readonly kind: "upgradeControlPlane" | "upgradeKubelet" }>,
  node: string,
): Action {
  const { kind, to, duration } = step;
  const action = { kind, node, to, ...(duration === undefined ? {} : { duration }) };
  if (step.kind === "upgradeKubelet" && step.kubeadmUpgradeNode === false)
    return { ...action, kind: step.kind, kubeadmUpgradeNode: false };
  return step.kind === "upgradeControlPlane" && step.certificateRenewal === false
    ? { ...action, kind: step.kind, certificateRenewal: false }
    : action;
}

function sayDone(step: ProgramStep, node: string, changed: boolean, turn: Turn): void {
  switch (step.kind) {
    case "cordon":
      return turn.note({ kind: "cordoned", node, already: !changed, dryRun: "none" });
    case "uncordon":
      return turn.note({ kind: "uncordoned", node, already: !changed });
    case "taint":
      return turn.note({
        kind: "line",
        stream: "stdout",
        text: `node/${node} ${step.remove ? "untainted" : "tainted"}`,
      });
    case "label":
      return turn.note({
        kind: "line",
        stream: "stdout",
        text: `node/${node} ${changed ? "labeled" : "not labeled"}`,
      });
    case "deleteNode":
      return turn.note({ kind: "line", stream: "stdout", text: `node "${node}" deleted` });
    default:
      return;
  }
}
