import type { FailurePolicy, Plan, Step } from "../plan/plan.ts";
import { stepAt } from "../plan/step-at.ts";
import type { StepOutcome } from "../trace/event.ts";
import type { Trace } from "../trace/trace.ts";

/** How one step of the plan went; steps that had no turn have no report. */
export interface StepReport {
  /** `plan/0`, or `plan/0/node-7/2` for the third step of a node's turn in a rollout. */
  readonly path: string;
  /** What the executor says of it: `drain node-7`. */
  readonly what: string;
  /** The node whose turn it was in a rollout; empty outside. */
  readonly node: string;
  /** The step as the plan has it; undefined where something else than the plan was carried out. */
  readonly step: Step | undefined;
  /** The rollout around it, if there is one. */
  readonly rollout: StepReport | undefined;
  readonly startedAt: number;
  readonly started: number;
  readonly endedAt: number | undefined;
  readonly ended: number | undefined;
  /** Undefined while it is under way. */
  readonly outcome: StepOutcome | undefined;
  readonly reason: string;
  /** For a step that failed: what lets the plan go on after it, or that nothing does. */
  readonly afterFailure: "continue" | "quarantine" | "uncordonAndSkip" | "stop" | undefined;
  /** Whether a step inside it is what went wrong, or is still under way. */
  readonly isGroup: boolean;
}

type Draft = { -readonly [K in keyof StepReport]: StepReport[K] } & { readonly parent: Draft | undefined };

/** The steps that had a turn, in the order in which they began. */
export function readSteps(trace: Trace): readonly StepReport[] {
  const { plan } = trace.header;
  const byPath = new Map<string, Draft>();
  trace.events.forEach((event, number) => {
    if (event.kind === "step.started") {
      const { step: path, what, node } = event;
      const parent = parentOf(path, byPath);
      if (parent) parent.isGroup = true;
      const rollout = parent?.what.startsWith("rollout") ? parent : parent?.rollout;
      byPath.set(path, {
        path,
        what,
        node,
        parent,
        step: stepAt(plan, path),
        rollout,
        startedAt: event.time,
        started: number,
        endedAt: undefined,
        ended: undefined,
        outcome: undefined,
        reason: "",
        afterFailure: undefined,
        isGroup: false,
      });
    } else if (event.kind === "step.ended") {
      const report = byPath.get(event.step);
      if (!report) return;
      report.endedAt = event.time;
      report.ended = number;
      report.outcome = event.outcome;
      report.reason = event.reason;
    }
  });
  for (const report of byPath.values())
    if (report.outcome === "failed") report.afterFailure = afterFailureOf(report, plan);
  return [...byPath.values()].map(({ parent: _parent, ...report }) => report);
}

/** The nearest step around a path: the parts between are nodes and indexes, which are no steps. */
function parentOf(path: string, byPath: ReadonlyMap<string, Draft>): Draft | undefined {
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    const found = byPath.get(path.slice(0, at));
    if (found) return found;
  }
  return undefined;
}

/** What becomes of the plan: the step's own policy counts, else that of what is around it, as src/exec carries it out. */
function afterFailureOf(failed: Draft, plan: Plan): StepReport["afterFailure"] {
  // What is undone at the end is undone as far as it goes.
  if (failed.path.startsWith("revert/")) return "continue";
  let policy = final(failed.step?.onFailure ?? plan.onFailure);
  for (let at: Draft | undefined = failed; at; at = at.parent) {
    if (at !== failed && at.step?.onFailure) policy = final(at.step.onFailure);
    if (policy === "continue") return "continue";
    const isInTurn = at.parent?.step?.kind === "rollout" && at.node !== "";
    if (isInTurn && (policy === "quarantine" || policy === "uncordonAndSkip")) return policy;
  }
  return "stop";
}

function final(policy: FailurePolicy): FailurePolicy["kind"] {
  return policy.kind === "retry" ? final(policy.then) : policy.kind;
}

/**
 * The step that ended the plan before its end: one that failed, that nothing tolerates, and that did not merely fail
 * with a step inside it. Undefined where the plan went on to its end, or is still under way.
 */
export function fatalStep(steps: readonly StepReport[]): StepReport | undefined {
  const stops = steps.filter(({ outcome, afterFailure }) => outcome === "failed" && afterFailure === "stop");
  return stops.find(({ path }) => !stops.some((other) => other.path.startsWith(`${path}/`)));
}

/** The innermost steps that have not ended, the last begun first. */
export function openSteps(steps: readonly StepReport[]): readonly StepReport[] {
  const open = steps.filter(({ endedAt }) => endedAt === undefined);
  return open.filter(({ path }) => !open.some((other) => other.path.startsWith(`${path}/`))).toReversed();
}

/** The steps that failed and were left behind: nothing inside them says more. */
export function toleratedFailures(steps: readonly StepReport[]): readonly StepReport[] {
  return steps.filter(
    ({ path, outcome, afterFailure }) =>
      outcome === "failed" &&
      afterFailure !== "stop" &&
      !steps.some((other) => other.outcome === "failed" && other.path.startsWith(`${path}/`)),
  );
}
