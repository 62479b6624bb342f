import { filterPod } from "../exec/drain-filters.ts";
import { drainOptionsIn, drainRules } from "../exec/drain-rules.ts";
import { podFactOf } from "../exec/pod-fact.ts";
import { controllerOf } from "../model/meta.ts";
import type { Node } from "../model/node.ts";
import { isFinished, type Pod } from "../model/pod.ts";
import { matchesSelector } from "../model/selector.ts";
import { drainerOf } from "../plan/drainers.ts";
import { drainDefaults, type Drainer, type DrainOptions } from "../plan/plan.ts";
import { placedSteps } from "../plan/selection.ts";
import { possibleNodes } from "./possible-nodes.ts";
import type { Preflight } from "./rule.ts";

/** A pod that a drain tells to go, from which node, and under which flags. */
export interface Departure {
  readonly pod: Pod;
  readonly node: string;
  readonly options: DrainOptions;
}

/** Every rule asks for these lists: each is made once. */
function once<T extends object>(make: (preflight: Preflight) => T): (preflight: Preflight) => T {
  const known = new WeakMap<Preflight, T>();
  return (preflight) => {
    let value = known.get(preflight);
    if (!value) known.set(preflight, (value = make(preflight)));
    return value;
  };
}

/**
 * The pods that have work to lose when the plan's drains do what they are meant to: not those of DaemonSets, not
 * mirrors of static pods, not finished ones, not those that `--pod-selector` leaves out. A flag that is missing does
 * not keep a pod here: then kubectl refuses, and the flag is added. Where the cluster as a whole is looked at: what
 * a drain of any node would evict.
 */
export const departures = once((preflight): readonly Departure[] =>
  drainsOf(preflight).flatMap(({ node, options, drainer }) =>
    preflight.index
      .podsOn(node)
      .filter((pod) => !isFinished(pod) && isEvicted(pod, options, drainer))
      .map((pod): Departure => ({ pod, node, options })),
  ),
);

/** The pods that a drain tells to go and that nobody told before, each once. */
export const departingPods = once((preflight): readonly Pod[] =>
  departures(preflight)
    .filter(({ pod }) => !pod.deletion)
    .map(({ pod }) => pod),
);

/** Of those, the pods of which a controller makes a new one: only they can be Pending after the eviction. */
export const replacedPods = once((preflight): readonly Pod[] =>
  departingPods(preflight).filter((pod) => controllerOf(pod) !== undefined),
);

/**
 * Of those, the pods whose eviction asks the disruption budgets: not past the eviction API, and not Pending.
 * Source: pkg/registry/core/pod/storage/eviction.go (canIgnorePDB).
 */
export const askingPods = once((preflight): readonly Pod[] =>
  departures(preflight)
    .filter(({ pod, options }) => !options.disableEviction && !pod.deletion && pod.status.phase !== "Pending")
    .map(({ pod }) => pod),
);

interface NodeDrain {
  readonly node: string;
  readonly options: DrainOptions;
  readonly drainer: Drainer;
}

/** Each node that is drained, with the flags of the first step that drains it. */
export function drainsOf({ cluster, plan, scope, drained }: Preflight): readonly NodeDrain[] {
  if (scope === "cluster")
    return drained.map((node) => ({ node, options: drainDefaults, drainer: plan.drainer }));
  const first = new Map<string, NodeDrain>();
  for (const { step, nodes } of placedSteps(cluster, plan))
    if (step.kind === "drain")
      for (const node of nodes)
        if (!first.has(node))
          first.set(node, { node, options: drainOptionsIn(plan, step), drainer: drainerOf(step, plan) });
  return [...first.values()];
}

function isEvicted(pod: Pod, options: DrainOptions, drainer: Drainer): boolean {
  if (!matchesSelector(options.podSelector, pod.labels)) return false;
  const allowing = { ...options, ignoreDaemonSets: true, deleteEmptyDirData: true, force: true };
  // An input without DaemonSets says nothing about whether they exist: their pods are taken to stay.
  const fact = podFactOf(pod, { daemonSetExists: true });
  const status = filterPod(fact, drainRules(drainer, allowing), 0);
  return status.kind === "okay" || (status.kind === "warning" && status.deletes);
}

/**
 * The nodes that are away while one of them is drained: all that the plan drains, unless it also uncordons nodes on
 * its way; then they take turns.
 */
export function awayWith(preflight: Preflight, node: string): ReadonlySet<string> {
  return awayTogether(preflight) ?? new Set([node]);
}

/** The nodes that are away at the same time; undefined where they take turns. */
export function awayTogether(preflight: Preflight): ReadonlySet<string> | undefined {
  return turnsOf(preflight).away;
}

const turnsOf = once(({ cluster, plan, scope, drained }): { readonly away?: ReadonlySet<string> } => {
  const takesTurns =
    scope === "cluster" || placedSteps(cluster, plan).some(({ step }) => step.kind === "uncordon");
  return takesTurns ? {} : { away: new Set(drained) };
});

/** Whether the plan deletes all of these nodes: then no uncordon follows. */
export function areDeleted(preflight: Preflight, nodes: readonly string[]): boolean {
  return nodes.every((node) => deletedNodes(preflight).has(node));
}

/** Until when the pods are Pending that can run on no node but these. */
export function pendingUntil(preflight: Preflight, nodes: readonly string[]): string {
  return areDeleted(preflight, nodes) ? "until a suitable node joins" : "until the uncordon";
}

const deletedNodes = once(
  ({ cluster, plan }): ReadonlySet<string> =>
    new Set(
      placedSteps(cluster, plan).flatMap(({ step, nodes }) => (step.kind === "deleteNode" ? nodes : [])),
    ),
);

/** The nodes that could take a pod by its spec and its volumes while its own node is away. */
export function landingNodes(preflight: Preflight, pod: Pod): readonly Node[] {
  const away = awayWith(preflight, pod.nodeName);
  return possibleNodes(preflight.cluster, pod).filter(({ name }) => !away.has(name));
}
