import type { FailurePolicy, Plan, Rollout, Step } from "../plan/plan.ts";
import { rolloutNodes } from "../plan/selection.ts";
import type { StepOutcome } from "../trace/event.ts";
import type { Trace } from "../trace/trace.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { listed } from "../lib/counted.ts";

/** Nodes that a plan was to do and went on without. */
export interface Skipped {
  readonly nodes: readonly string[];
  /** How many it was to do. */
  readonly of: number;
}

/** `2 of 9 nodes were skipped (worker-5 and worker-7)`; undefined where none was. */
export function skippedSentence(verdict: Pick<Verdict, "drains">, trace: Trace): string | undefined {
  const { nodes, of } = skippedNodes(verdict, trace);
  if (nodes.length === 0) return undefined;
  const were = nodes.length === 1 ? "was" : "were";
  return `${nodes.length} of ${of} nodes ${were} skipped (${listed(nodes, 3)})`;
}

/** The nodes of rollouts whose turn failed, and those of other drains that failed, where the plan went on. */
export function skippedNodes({ drains }: Pick<Verdict, "drains">, { header, events }: Trace): Skipped {
  const outcomes = new Map<string, StepOutcome>();
  for (const event of events) if (event.kind === "step.ended") outcomes.set(event.step, event.outcome);
  const { plan, cluster } = header;
  const rollouts = rolloutsIn(plan);
  const all = new Set<string>();
  const failed = new Set<string>();
  for (const { path, rollout } of rollouts)
    for (const node of rolloutNodes(cluster, rollout)) {
      all.add(node);
      if (isTurnFailed(`${path}/${node}`, rollout, plan, outcomes)) failed.add(node);
    }
  const others = drains.filter(({ step }) => !rollouts.some(({ path }) => step.startsWith(`${path}/`)));
  for (const { node, outcome } of others) {
    all.add(node);
    if (outcome === "failed" || outcome === "refused") failed.add(node);
  }
  return { nodes: [...failed], of: all.size };
}

interface PlacedRollout {
  /** Where its steps stand in a trace: `plan/0`. */
  readonly path: string;
  readonly rollout: Rollout;
}

/** The rollouts of a plan that are not inside another's turn. */
function rolloutsIn({ steps }: Plan): PlacedRollout[] {
  const look = (list: readonly Step[], above: string): PlacedRollout[] =>
    list.flatMap((step, index) => {
      const path = `${above}/${index}`;
      if (step.kind === "rollout") return [{ path, rollout: step }];
      return step.kind === "sequence" || step.kind === "parallel" ? look(step.steps, path) : [];
    });
  return look(steps, "plan");
}

/** Whether a step of a node's turn failed for good, and nothing said to go on with the node. */
function isTurnFailed(
  turn: string,
  { perNode }: Rollout,
  plan: Plan,
  outcomes: ReadonlyMap<string, StepOutcome>,
): boolean {
  return perNode.some((step, index) => {
    if (outcomes.get(`${turn}/${index}`) !== "failed") return false;
    return finalKind(step.onFailure ?? plan.onFailure) !== "continue";
  });
}

function finalKind(policy: FailurePolicy): FailurePolicy["kind"] {
  return policy.kind === "retry" ? finalKind(policy.then) : policy.kind;
}
