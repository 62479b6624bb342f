import { byText } from "../lib/order.ts";
import { zoneOf } from "../model/affinity.ts";
import type { NodePool } from "../model/node-pools.ts";
import { fixed } from "../plan/assumptions.ts";
import type { Step } from "../plan/plan.ts";
import { canarySoak, drainStep } from "./kubeadm-steps.ts";

/** What a canary needs to know of the pass over its pool. */
export interface CanaryGoal {
  readonly pool: NodePool;
  /** `general-1.35`: in the names of its steps. */
  readonly name: string;
  /** The template of the pool's new nodes. */
  readonly template: string;
  readonly count: number;
}

/**
 * The canary of a pool whose owner knows none: a small pool beside it has the new version, as many old nodes are emptied so
 * that their pods run there, and nothing goes on until all have run there for a while; it goes again after the pass. A person
 * does so: kubectl drains.
 */
export function canarySteps(goal: CanaryGoal): { readonly before: Step[]; readonly after: Step[] } {
  const { pool, name, template, count } = goal;
  const stem = `${template}-canary`;
  const added = {
    kind: "names",
    names: count === 1 ? [stem] : Array.from({ length: count }, (_, index) => `${stem}-${index + 1}`),
  } as const;
  const emptied = pool.nodes
    .toSorted((a, b) => byText(zoneOf(a.labels), zoneOf(b.labels)) || byText(a.name, b.name))
    .slice(0, count)
    .map((node) => node.name);
  return {
    before: [
      { kind: "joinNode", name: `canary-${name}`, fromTemplate: template, node: stem, count, failureRate: 0 },
      {
        ...drainStep(`for-canary-${name}`, "kubectl"),
        drainer: "kubectl",
        nodes: { kind: "names", names: emptied },
      },
      {
        kind: "gate",
        name: `canary-${name}-holds`,
        until: [{ kind: "noPendingPods" }],
        for: canarySoak,
        timeout: 3 * canarySoak,
      },
    ],
    after: [
      { ...drainStep(`canary-${name}`, "kubectl"), drainer: "kubectl", nodes: added },
      { kind: "deleteNode", name: `end-canary-${name}`, nodes: added, duration: fixed(0) },
    ],
  };
}
