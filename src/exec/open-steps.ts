import type { Execution } from "./executor.ts";
import type { GroupState } from "./group.ts";
import { describeStep } from "./program.ts";
import { everyNode } from "./rollout.ts";
import type { StepRun } from "./step.ts";

/** A step that was begun and is not over. */
export interface OpenStep {
  readonly step: string;
  readonly what: string;
  /** The node whose turn it is in a rollout; empty outside. */
  readonly node: string;
  /** It has failed, and is tried again after a while. */
  readonly isBackingOff: boolean;
}

/** Whether the step at this path is under way, and not between two attempts. */
export function isRunning(execution: Execution, path: string): boolean {
  return openSteps(execution).some(({ step, isBackingOff }) => step === path && !isBackingOff);
}

/** The steps that are under way, each before those inside it. */
export function openSteps({ phase, group }: Execution): OpenStep[] {
  if (phase === "ended") return [];
  return inGroup(group, phase === "steps" ? "plan" : phase, "");
}

function inGroup({ active }: GroupState, path: string, node: string): OpenStep[] {
  return active.flatMap(({ index, run }) => inStep(run, `${path}/${index}`, node));
}

function inStep({ step, body, phase }: StepRun, path: string, node: string): OpenStep[] {
  const own: OpenStep = { step: path, what: describeStep(step), node, isBackingOff: phase === "backoff" };
  switch (body.kind) {
    case "group":
      return [own, ...inGroup(body, path, node)];
    case "rollout":
      return [
        own,
        ...body.active.flatMap((entry) =>
          entry.isSoaking ? [] : inGroup(entry.group, `${path}/${entry.node}`, entry.node),
        ),
        ...(body.all ? inGroup(body.all, `${path}/${everyNode}`, "") : []),
        ...(body.after ? inGroup(body.after, `${path}/after`, "") : []),
      ];
    default:
      return [own];
  }
}
