import { formatTaint, type Taint } from "../model/taint.ts";
import type { Step } from "../plan/plan.ts";
import { placedSteps } from "../plan/selection.ts";
import { allNodes } from "../trace/all-nodes.ts";
import type { Outcome } from "./rule.ts";

/** How a plan means to leave a node, as far as its steps say. */
export interface IntendedNode {
  readonly node: string;
  /** Undefined where the plan never cordons nor uncordons it: then it is to be as it was. */
  readonly cordoned: boolean | undefined;
  /** Whether a step of the plan is about it at all. */
  readonly isTouched: boolean;
  /** Taints that the plan means to take off, as `key:Effect`. */
  readonly untainted: readonly string[];
}

/** Every node of the cluster and every one that joined, with what the last step about it wants; in that order. */
export function intendedNodes({ trace, cluster, plan }: Outcome): readonly IntendedNode[] {
  const nodes = allNodes(trace);
  const cordoned = new Map<string, boolean>();
  const touched = new Set<string>();
  const taints = new Map<string, Map<string, Taint>>();
  const untainted = new Map<string, Set<string>>();
  const withJoined = { ...cluster, objects: { ...cluster.objects, Node: nodes } };
  for (const { step, nodes: named } of placedSteps(withJoined, plan))
    for (const node of named) {
      if (isAboutNodes(step)) touched.add(node);
      if (step.kind === "cordon" || step.kind === "drain") cordoned.set(node, true);
      if (step.kind === "uncordon") cordoned.set(node, false);
      if (step.kind !== "taint") continue;
      const own = taints.get(node) ?? new Map<string, Taint>();
      taints.set(node, own);
      const gone = untainted.get(node) ?? new Set<string>();
      untainted.set(node, gone);
      if (step.remove) {
        // kubectl takes off every taint of the key, whatever its effect.
        for (const each of nodes.find(({ name }) => name === node)?.taints ?? [])
          if (each.key === step.taint.key) gone.add(nameOf(each));
        for (const each of own.values()) if (each.key === step.taint.key) gone.add(nameOf(each));
      } else {
        own.set(formatTaint(step.taint), step.taint);
        gone.delete(nameOf(step.taint));
      }
    }
  return nodes.map(({ name }) => ({
    node: name,
    cordoned: cordoned.get(name),
    isTouched: touched.has(name),
    untainted: [...(untainted.get(name) ?? [])],
  }));
}

function isAboutNodes({ kind }: Step): boolean {
  return [
    "cordon",
    "uncordon",
    "drain",
    "reboot",
    "deleteNode",
    "taint",
    "label",
    "hook",
    "upgradeControlPlane",
    "upgradeKubelet",
    "renewCertificates",
    "removeEtcdMember",
  ].includes(kind);
}

function nameOf({ key, effect }: Taint): string {
  return `${key}:${effect}`;
}
