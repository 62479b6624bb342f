import { byText } from "../lib/order.ts";
import type { Rollout } from "../plan/plan.ts";
import type { NodeFact } from "./protocol.ts";

/** The nodes in the order of the rollout; equal ones by name. */
export function ordered(nodes: readonly NodeFact[], order: Rollout["order"]): readonly NodeFact[] {
  if (order === "listed") return nodes;
  const byName = (a: NodeFact, b: NodeFact) => byText(a.name, b.name);
  return [...nodes].sort((a, b) => {
    switch (order) {
      case "name":
        return byName(a, b);
      case "zone":
        return byText(a.zone, b.zone) || byName(a, b);
      case "leastPods":
        return a.pods - b.pods || byName(a, b);
      case "mostConstrainedFirst":
        return b.constrainedPods - a.constrainedPods || b.pods - a.pods || byName(a, b);
    }
  });
}
