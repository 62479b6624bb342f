import type { Cluster } from "../model/cluster.ts";
import type { Plan, RefText, Step } from "../plan/plan.ts";
import { selectNodes } from "../plan/selection.ts";

/** How long the wait between two nodes may take before the plan gives up. */
const waitMillis = 900_000;

/**
 * The plan with one node drained at a time, and a wait after each but the last until these workloads are Ready;
 * undefined where it drains fewer than two nodes. Nodes that went together are still cordoned together.
 */
export function serial(cluster: Cluster, plan: Plan, waitFor: readonly RefText[]): Plan | undefined {
  let gates = 0;
  const gate = (): Step => ({
    kind: "gate",
    name: `ready-before-next-${++gates}`,
    until: waitFor.map((workload) => ({ kind: "workloadReady", workload })),
    for: 0,
    timeout: waitMillis,
  });
  const steps = apart(cluster, plan.steps, gate);
  return gates === 0 ? undefined : { ...plan, steps };
}

/** Steps with a wait after each that drains, but for the last of them. */
function apart(cluster: Cluster, steps: readonly Step[], gate: () => Step): Step[] {
  const last = steps.findLastIndex(drains);
  return steps.flatMap((step, index) => {
    const own = oneByOne(cluster, step, gate);
    return drains(step) && index < last ? [own, gate()] : [own];
  });
}

function oneByOne(cluster: Cluster, step: Step, gate: () => Step): Step {
  switch (step.kind) {
    case "drain": {
      const names = selectNodes(cluster, step.nodes);
      if (names.length < 2) return step;
      const each = names.map((node, index): Step => ({
        ...step,
        name: `${step.name}-${index + 1}`,
        nodes: { kind: "names", names: [node] },
      }));
      return { kind: "sequence", name: step.name, steps: [cordon(names), ...apart(cluster, each, gate)] };
    }
    case "parallel": {
      if (!drains(step)) return step;
      const names = step.steps.flatMap((inner) =>
        inner.kind === "drain" ? selectNodes(cluster, inner.nodes) : [],
      );
      const steps = apart(cluster, step.steps, gate);
      return { ...step, kind: "sequence", steps: names.length > 0 ? [cordon(names), ...steps] : steps };
    }
    case "sequence":
      return { ...step, steps: apart(cluster, step.steps, gate) };
    case "rollout": {
      if (!step.perNode.some(drains)) return step;
      const { perZone: _, ...rest } = step;
      return { ...rest, maxParallel: 1, perNode: [...step.perNode, gate()] };
    }
    default:
      return step;
  }
}

function cordon(names: readonly string[]): Step {
  return { kind: "cordon", name: "", nodes: { kind: "names", names } };
}

function drains(step: Step): boolean {
  switch (step.kind) {
    case "drain":
      return true;
    case "parallel":
    case "sequence":
      return step.steps.some(drains);
    case "rollout":
      return step.perNode.some(drains);
    default:
      return false;
  }
}
