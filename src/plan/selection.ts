import type { Cluster } from "../model/cluster.ts";
import { matchesSelector } from "../model/selector.ts";
import type { NodeSelection, Plan, Rollout, Step } from "./plan.ts";

/** The nodes that a selection means in this cluster, in the order of the cluster. */
export function selectNodes(cluster: Cluster, selection: NodeSelection): readonly string[] {
  switch (selection.kind) {
    case "names":
      return selection.names.filter((name) => cluster.objects.Node.some((node) => node.name === name));
    case "selector":
      return cluster.objects.Node.filter(({ labels }) => matchesSelector(selection.selector, labels)).map(
        ({ name }) => name,
      );
    case "current":
      return [];
  }
}

export function rolloutNodes(cluster: Cluster, rollout: Rollout): readonly string[] {
  if (rollout.nodes) return selectNodes(cluster, { kind: "names", names: rollout.nodes });
  return selectNodes(cluster, { kind: "selector", selector: rollout.selector });
}

/** A step, and the nodes it is done to: those it names, or those of the rollout around it. */
export interface PlacedStep {
  readonly step: Step;
  readonly nodes: readonly string[];
}

/** Every step of a plan with its nodes, groups looked into, in the order of the plan. */
export function placedSteps(cluster: Cluster, plan: Plan): readonly PlacedStep[] {
  return plan.steps.flatMap((step) => place(cluster, step, []));
}

function place(cluster: Cluster, step: Step, around: readonly string[]): PlacedStep[] {
  switch (step.kind) {
    case "sequence":
    case "parallel":
      return step.steps.flatMap((inner) => place(cluster, inner, around));
    case "rollout": {
      const nodes = rolloutNodes(cluster, step);
      return [...step.perNode, ...step.afterBatch].flatMap((inner) => place(cluster, inner, nodes));
    }
    default: {
      const nodes =
        "nodes" in step && step.nodes.kind !== "current" ? selectNodes(cluster, step.nodes) : around;
      return [{ step, nodes }];
    }
  }
}

/** The nodes that a plan drains, each once, in the order of the plan. */
export function drainedNodes(cluster: Cluster, plan: Plan): readonly string[] {
  const drains = placedSteps(cluster, plan).filter(({ step }) => step.kind === "drain");
  return [...new Set(drains.flatMap(({ nodes }) => nodes))];
}
