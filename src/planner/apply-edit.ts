import type { Cluster } from "../model/cluster.ts";
import type { DrainOptions, Plan, Step } from "../plan/plan.ts";
import { drainedNodes, placedSteps, selectNodes } from "../plan/selection.ts";
import type { PlanEdit } from "../verdict/verdict.ts";
import { serial } from "./serial.ts";

/** The plan with an edit in it; undefined where the edit has no place in this plan. */
export function applyEdit(cluster: Cluster, plan: Plan, edit: PlanEdit): Plan | undefined {
  switch (edit.kind) {
    case "before":
      return { ...plan, steps: [...named(plan, edit.steps), ...plan.steps] };
    case "drain":
      return { ...plan, steps: plan.steps.map((step) => withDrainOptions(step, edit.options)) };
    case "beforeDrain":
      return beforeDrain(cluster, plan, edit.node, edit.steps);
    case "serial":
      return serial(cluster, plan, edit);
    case "none":
      return undefined;
  }
}

function withDrainOptions(step: Step, options: Partial<DrainOptions>): Step {
  switch (step.kind) {
    case "drain":
      return { ...step, options: { ...step.options, ...options } };
    case "parallel":
    case "sequence":
      return { ...step, steps: step.steps.map((inner) => withDrainOptions(inner, options)) };
    case "rollout":
      return { ...step, perNode: step.perNode.map((inner) => withDrainOptions(inner, options)) };
    default:
      return step;
  }
}

/**
 * Puts steps before the drain of a node: all nodes that are away with it are cordoned first (those of the whole plan,
 * unless it gives nodes back on its way), so that what the steps start lands on none of them and is not evicted again.
 * Inside a rollout one node's turn cannot be told from another's, so there is no place for it.
 */
function beforeDrain(cluster: Cluster, plan: Plan, node: string, steps: readonly Step[]): Plan | undefined {
  const index = plan.steps.findIndex((step) => drainsDirectly(cluster, step, node));
  const drain = plan.steps[index];
  if (!drain) return undefined;
  const givesBack = placedSteps(cluster, plan).some(({ step }) => step.kind === "uncordon");
  const nodes = givesBack ? nodesDrained(cluster, drain) : drainedNodes(cluster, plan);
  const cordon: Step = { kind: "cordon", name: "", nodes: { kind: "names", names: nodes } };
  const closed = new Set(
    plan.steps.slice(0, index).flatMap((step) => (step.kind === "cordon" ? nodesDrained(cluster, step) : [])),
  );
  const isCordoned = nodes.every((each) => closed.has(each));
  const added = named(plan, isCordoned ? steps : [cordon, ...steps]);
  return { ...plan, steps: [...plan.steps.slice(0, index), ...added, ...plan.steps.slice(index)] };
}

function drainsDirectly(cluster: Cluster, step: Step, node: string): boolean {
  if (step.kind === "drain") return nodesDrained(cluster, step).includes(node);
  return (
    (step.kind === "parallel" || step.kind === "sequence") &&
    step.steps.some((inner) => drainsDirectly(cluster, inner, node))
  );
}

function nodesDrained(cluster: Cluster, step: Step): readonly string[] {
  if (step.kind === "parallel" || step.kind === "sequence")
    return step.steps.flatMap((inner) => nodesDrained(cluster, inner));
  return step.kind === "drain" || step.kind === "cordon" ? selectNodes(cluster, step.nodes) : [];
}

/** Names for steps that have none: each name of a plan is used once. */
function named(plan: Plan, steps: readonly Step[]): Step[] {
  const used = new Set(plan.steps.map(({ name }) => name));
  return steps.map((step) => {
    const base = step.name === "" ? `first-${step.kind}` : step.name;
    let name = base;
    for (let n = 2; used.has(name); n++) name = `${base}-${n}`;
    used.add(name);
    return { ...step, name };
  });
}
