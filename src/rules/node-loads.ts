import type { PodSpec, Resources } from "../model/pod.ts";
import { podRequests } from "../model/pod-resources.ts";
import { formatBytes, formatCpu } from "../model/quantity.ts";
import type { PodView } from "../trace/world.ts";
import type { Outcome } from "./rule.ts";

/** What the pods of a node request together, where every pod's requests are known. */
export interface NodeLoad {
  readonly node: string;
  readonly before: Resources;
  readonly after: Resources;
  readonly allocatable: Resources;
}

const known = new WeakMap<Outcome, readonly NodeLoad[]>();

/** Requests per node at the start and at the end, for the nodes that are there at both, in the order of the cluster. */
export function nodeLoads(outcome: Outcome): readonly NodeLoad[] {
  let loads = known.get(outcome);
  if (!loads) known.set(outcome, (loads = computeLoads(outcome)));
  return loads;
}

function computeLoads(outcome: Outcome): NodeLoad[] {
  const { world } = outcome.analysis;
  return outcome.cluster.objects.Node.filter(({ name }) => world.nodes.has(name)).map((node) => {
    const before = outcome.index.podsOn(node.name).filter(({ status }) => isUnfinished(status.phase));
    const after = world.podsOn(node.name).filter(({ phase }) => isUnfinished(phase));
    return {
      node: node.name,
      before: total(before.map(({ spec }) => spec)),
      after: total(after.map((pod) => specOf(outcome, pod))),
      allocatable: node.allocatable,
    };
  });
}

function isUnfinished(phase: string): boolean {
  return phase !== "Succeeded" && phase !== "Failed";
}

function total(specs: readonly (PodSpec | undefined)[]): Resources {
  const sum: Record<string, number> = { pods: specs.length };
  for (const spec of specs)
    for (const [resource, amount] of Object.entries(spec ? podRequests(spec) : {}))
      sum[resource] = (sum[resource] ?? 0) + amount;
  return sum;
}

/** A pod's spec: its own, or that of a pod of its workload, or the workload's template; undefined where none is known. */
export function specOf({ index }: Outcome, pod: Pick<PodView, "id" | "workload">): PodSpec | undefined {
  const own = index.pod(pod.id)?.spec;
  if (own || pod.workload === "") return own;
  return index.podsOfWorkload(pod.workload)[0]?.spec ?? index.scalable(pod.workload)?.template.spec;
}

/**
 * `It asks for 2 CPU and 4.0 Gi; the most that is left on a node that takes pods: 1.2 CPU on node-3, 3.1 Gi on
 * node-1.` Undefined where the scheduler's message is not about room.
 */
export function roomSentence(
  outcome: Outcome,
  pod: Pick<PodView, "id" | "workload" | "unschedulable">,
): string | undefined {
  const spec = specOf(outcome, pod);
  const lacking = (["cpu", "memory"] as const).filter((each) =>
    pod.unschedulable.includes(`Insufficient ${each}`),
  );
  if (!spec || lacking.length === 0) return undefined;
  const { world } = outcome.analysis;
  const open = nodeLoads(outcome).filter(({ node }) => {
    const view = world.nodes.get(node);
    return view?.ready === "True" && !view.isCordoned && view.isUp;
  });
  const asked = podRequests(spec);
  const wants = lacking.map((each) => format(each, asked[each] ?? 0)).join(" and ");
  if (open.length === 0) return `It asks for ${wants}; no node takes pods.`;
  const left = lacking.map((each) => {
    const free = (load: NodeLoad) => (load.allocatable[each] ?? 0) - (load.after[each] ?? 0);
    const most = open.reduce((best, load) => (free(load) > free(best) ? load : best));
    return `${format(each, Math.max(0, free(most)))} on ${most.node}`;
  });
  return `It asks for ${wants}; the most that is left on a node that takes pods: ${left.join(", ")}.`;
}

/** `2 CPU`, `250m CPU`, `4.0 Gi memory`. */
function format(resource: "cpu" | "memory", amount: number): string {
  return resource === "cpu" ? `${formatCpu(amount)} CPU` : `${formatBytes(amount)} memory`;
}
