import { addonWorkloads } from "../facts/kubeadm-addons.ts";
import { unreachable } from "../lib/assert.ts";
import { errorLine, reasonFor } from "./api-error.ts";
import type { Duration } from "../plan/assumptions.ts";
import type { ProgramStep } from "./program.ts";
import type { Action, Fact, RolloutFact } from "./protocol.ts";
import { rolloutEnd } from "./rollout-status.ts";
import type { Environment } from "./step.ts";
import { done, failed, type Progress, type Turn } from "./turn.ts";

/** Steps that come down to one request, and perhaps a wait for its effect. */
export interface SingleState {
  readonly kind: "single";
  readonly phase: "asked" | "waiting";
  readonly undo: readonly Action[];
}

type SingleStep = Exclude<
  ProgramStep,
  {
    readonly kind:
      | "objects"
      | "say"
      | "sequence"
      | "parallel"
      | "rollout"
      | "cordon"
      | "uncordon"
      | "taint"
      | "label"
      | "reboot"
      | "deleteNode"
      | "renewCertificates"
      | "removeEtcdMember"
      | "joinNode"
      | "upgradeControlPlane"
      | "upgradeKubelet"
      | "hook"
      | "drain";
  }
>;

export function startSingle(step: SingleStep, environment: Environment, turn: Turn): Progress<SingleState> {
  turn.command("request", actionFor(step, environment.node));
  return { state: { kind: "single", phase: "asked", undo: [] } };
}

function actionFor(step: SingleStep, node: string): Action {
  switch (step.kind) {
    case "scale":
      return {
        kind: "scale",
        workload: step.workload,
        ...(step.to === undefined ? {} : { to: step.to }),
        ...(step.by === undefined ? {} : { by: step.by }),
      };
    case "patch":
      return { kind: "patch", object: step.object, set: step.set };
    case "restartWorkload":
      return { kind: "restart", workload: step.workload };
    case "wait":
      return { kind: "sleep", duration: step.duration, label: `wait ${step.name}` };
    case "approve":
      return {
        kind: "approve",
        name: step.name,
        node,
        duration: step.assume,
        ...(step.until === undefined ? {} : { until: step.until }),
      };
    case "upgradeAddon": {
      const { kind, addon, to } = step;
      return { kind, addon, to, ...durationOf(step) };
    }
    case "backupEtcd":
      return { kind: "backupEtcd", name: step.name, ...durationOf(step) };
    case "restoreEtcd":
      return {
        kind: "restoreEtcd",
        ...(step.from === undefined ? {} : { from: step.from }),
        ...durationOf(step),
      };
    case "upgradeManagedControlPlane": {
      const { kind, to, api } = step;
      return { kind, to, api, ...durationOf(step) };
    }
    case "gate":
      return { kind: "await", until: step.until, node, forMillis: step.for };
    case "request":
      return step.action;
    case "rolloutStatus":
      return { kind: "watchRollout", workload: step.workload };
    default:
      return unreachable(step);
  }
}

function durationOf({ duration }: { readonly duration?: Duration }): { readonly duration?: Duration } {
  return duration === undefined ? {} : { duration };
}

export function observeSingle(
  state: SingleState,
  step: ProgramStep,
  tag: string,
  fact: Fact,
  turn: Turn,
): Progress<SingleState> {
  if (fact.kind === "error") {
    turn.note({ kind: "line", stream: "stderr", text: errorLine(fact.error) });
    return { state, end: failed(reasonFor(fact.error)) };
  }
  if (fact.kind === "rollout") return watched(state, fact.state, turn);
  if (fact.kind === "table") {
    turn.note({ kind: "table", rows: fact.rows });
    return { state, end: done };
  }
  if (tag === "ready") return { state, end: done };
  const undo = fact.kind === "done" && fact.undo && wantsUndo(step) ? [fact.undo] : [];
  if (step.kind === "request" && step.said !== "")
    turn.note({ kind: "line", stream: "stdout", text: step.said });
  const next: SingleState = { ...state, phase: "waiting", undo };
  if (step.kind === "scale" && step.waitReady !== undefined) return awaitReady(next, step.workload, turn);
  const rolledOut = rolledOutBy(step, fact);
  if (rolledOut !== undefined) {
    turn.command("rollout", { kind: "watchRollout", workload: rolledOut });
    return { state: next };
  }
  return { state: next, end: done };
}

/** The workload whose pods are replaced because of this answer, and have to be waited for. */
function rolledOutBy(step: ProgramStep, fact: Fact): string | undefined {
  if (step.kind === "restartWorkload") return step.workload;
  if (step.kind !== "upgradeAddon" || fact.kind !== "done" || !fact.changed) return undefined;
  return addonWorkloads[step.addon];
}

function wantsUndo(step: ProgramStep): boolean {
  return (step.kind === "scale" || step.kind === "patch") && step.revert;
}

function awaitReady(state: SingleState, workload: string, turn: Turn): Progress<SingleState> {
  turn.command("ready", {
    kind: "await",
    until: [{ kind: "workloadReady", workload }],
    node: "",
    forMillis: 0,
  });
  return { state };
}

/** `kubectl rollout status` tells each state that it sees. */
function watched(state: SingleState, rollout: RolloutFact, turn: Turn): Progress<SingleState> {
  turn.note({ kind: "rollout", state: rollout });
  const end = rolloutEnd(rollout);
  if (end === "progressing") return { state };
  return { state, end: end === "done" ? done : failed(`the rollout of ${rollout.name} does not get on`) };
}
