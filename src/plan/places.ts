import type { Problem } from "../model/problem.ts";
import type { Plan, Step } from "./plan.ts";
import { problemAt, type Source } from "./source.ts";

/** A step and where it stands in the plan's file. */
export interface StepPlace {
  readonly step: Step;
  /** The path of its body: `spec.steps[2].drain`. */
  readonly path: readonly PropertyKey[];
  /** Whether it belongs to a rollout's `perNode`, where one node has its turn. */
  readonly hasTurn: boolean;
}

/** Every step of the plan, groups before what is in them, in the order of the file. */
export function stepPlaces(plan: Plan): readonly StepPlace[] {
  return [
    ...placesIn(plan.steps, ["spec", "steps"], false),
    ...placesIn(plan.rollback, ["spec", "rollback"], false),
  ];
}

function placesIn(steps: readonly Step[], list: readonly PropertyKey[], hasTurn: boolean): StepPlace[] {
  return steps.flatMap((step, index) => {
    const path = [...list, index, step.kind];
    return [{ step, path, hasTurn }, ...placesInside(step, path, hasTurn)];
  });
}

function placesInside(step: Step, path: readonly PropertyKey[], hasTurn: boolean): StepPlace[] {
  switch (step.kind) {
    case "parallel":
    case "sequence":
      return placesIn(step.steps, [...path, "steps"], hasTurn);
    case "rollout":
      return [
        ...placesIn(step.perNode, [...path, "perNode"], true),
        ...placesIn(step.afterBatch, [...path, "afterBatch"], hasTurn),
      ];
    default:
      return [];
  }
}

/** Steps that mean "the node whose turn it is" where none has its turn. */
export function turnProblems(plan: Plan, source: Source): readonly Problem[] {
  return stepPlaces(plan).flatMap(({ step, path, hasTurn }) => {
    if (hasTurn) return [];
    if (step.kind === "gate") {
      const at = step.until.findIndex(({ kind }) => kind === "nodeReady");
      if (at < 0) return [];
      const message = "nodeReady asks about the node whose turn it is, and here none has its turn";
      return [problemAt([...path, "until", at], message, source, onlyPerNode)];
    }
    if (!("nodes" in step) || step.kind === "rollout" || step.nodes.kind !== "current") return [];
    // A hook that does nothing to a node need not be about one: it runs once.
    if (step.kind === "hook" && step.effect === "none") return [];
    const message = `which nodes? ${step.kind} needs nodes: [NAME, …] or a selector here`;
    return [problemAt(path, message, source, onlyPerNode)];
  });
}

const onlyPerNode = "Only in a rollout's perNode is there a node whose turn it is.";
