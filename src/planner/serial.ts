import type { Cluster } from "../model/cluster.ts";
import type { Plan, Step } from "../plan/plan.ts";
import { selectNodes } from "../plan/selection.ts";
import type { PlanEdit } from "../verdict/verdict.ts";

/** How long the wait between two nodes may take before the plan gives up. */
const waitMillis = 900_000;

type SerialEdit = Extract<PlanEdit, { readonly kind: "serial" }>;

/**
 * The plan with one node drained at a time, and a wait after each but the last until the workloads are Ready;
 * undefined where it drains fewer than two nodes. Nodes that went together are still cordoned together, unless each is
 * to be uncordoned before the next has its turn.
 */
export function serial(cluster: Cluster, plan: Plan, edit: SerialEdit): Plan | undefined {
  const turns = new Turns(cluster, edit);
  const steps = turns.apart(plan.steps);
  return turns.gates === 0 ? undefined : { ...plan, steps };
}

class Turns {
  readonly #cluster: Cluster;
  readonly #edit: SerialEdit;
  gates = 0;

  constructor(cluster: Cluster, edit: SerialEdit) {
    this.#cluster = cluster;
    this.#edit = edit;
  }

  /** Steps with a wait after each that drains, but for the last of them. */
  apart(steps: readonly Step[]): Step[] {
    const last = steps.findLastIndex(drains);
    return steps.flatMap((step, index) => {
      const own = this.#oneByOne(step);
      return drains(step) && index < last ? [own, ...this.#between(step)] : [own];
    });
  }

  #oneByOne(step: Step): Step {
    switch (step.kind) {
      case "drain": {
        const names = selectNodes(this.#cluster, step.nodes);
        if (names.length < 2) return step;
        const each = names.map((node, index): Step => ({
          ...step,
          name: `${step.name}-${index + 1}`,
          nodes: { kind: "names", names: [node] },
        }));
        return { kind: "sequence", name: step.name, steps: [...this.#before(names), ...this.apart(each)] };
      }
      case "parallel": {
        if (!drains(step)) return step;
        const steps = [...this.#before(this.#drained(step)), ...this.apart(step.steps)];
        return { ...step, kind: "sequence", steps };
      }
      case "sequence":
        return { ...step, steps: this.apart(step.steps) };
      case "rollout": {
        if (!step.perNode.some(drains)) return step;
        const { perZone: _, ...rest } = step;
        return { ...rest, maxParallel: 1, perNode: [...step.perNode, this.#gate()] };
      }
      default:
        return step;
    }
  }

  /** Nodes that go together are cordoned together, so that what leaves the first does not land on the next. */
  #before(names: readonly string[]): Step[] {
    if (this.#edit.uncordon || names.length === 0) return [];
    return [{ kind: "cordon", name: "", nodes: { kind: "names", names } }];
  }

  #between(step: Step): Step[] {
    const names = this.#edit.uncordon ? this.#drained(step) : [];
    if (names.length === 0) return [this.#gate()];
    return [{ kind: "uncordon", name: "", nodes: { kind: "names", names } }, this.#gate()];
  }

  #gate(): Step {
    return {
      kind: "gate",
      name: `ready-before-next-${++this.gates}`,
      until: this.#edit.waitFor.map((workload) => ({ kind: "workloadReady", workload })),
      for: 0,
      timeout: waitMillis,
    };
  }

  /** The nodes that a step drains by name or label. */
  #drained(step: Step): string[] {
    if (step.kind === "drain") return [...selectNodes(this.#cluster, step.nodes)];
    if (step.kind !== "parallel" && step.kind !== "sequence") return [];
    return step.steps.flatMap((inner) => this.#drained(inner));
  }
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
