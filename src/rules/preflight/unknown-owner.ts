import { groupKind, isBuiltInOwner } from "../../facts/owners.ts";
import { groupBy } from "../../lib/order.ts";
import { controllerOf, keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import { departingPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Pods that a custom resource owns: kubectl may evict them, and what their operator does then is not modelled. A plan
 * that knows better says so under `assumptions.replacedOwners`.
 */
export const unknownOwner = definePreflightRule({
  id: "unknown-owner",
  severity: "warning",
  title: "A custom resource owns pods: what its operator does is not modelled",
  check: (preflight) => {
    const replaced = new Set(preflight.plan.assumptions.replacedOwners);
    const owned = departingPods(preflight).filter((pod) => {
      const owner = controllerOf(pod);
      return (
        owner !== undefined && !isBuiltInOwner(owner.apiVersion, owner.kind) && !replaced.has(kindOf(pod))
      );
    });
    return [...groupBy(owned, kindOf)].map(([kind, pods]) => finding(preflight, kind, pods));
  },
});

function kindOf(pod: Pod): string {
  const owner = controllerOf(pod)!;
  return groupKind(owner.apiVersion, owner.kind);
}

function finding({ scope }: Preflight, kind: string, pods: readonly Pod[]): FindingDraft {
  const names = pods.map(keyOf);
  const what = counted(pods.length, "pod");
  return {
    subject: kind,
    // Without a plan nothing is rehearsed that could be wrong.
    ...(scope === "cluster" ? { severity: "info" as const } : {}),
    weight: 120 + pods.length,
    message: `owns ${what} that a drain evicts: whether its operator makes ${verb(pods.length, "a new one", "new ones")} is not modelled, so a rehearsal makes none`,
    details: [
      `${listed(names)}.`,
      `Where its operator does replace them: assumptions.replacedOwners: ["${kind}"] in the plan.`,
      "An operator may also move data first, or change budgets while it sees a drain.",
    ],
    data: { kind, pods: names },
  };
}
