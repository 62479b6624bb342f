import { drainers, type DrainerFact } from "../facts/drainers.ts";
import { isGiven, type Kind } from "../model/cluster.ts";
import { balancerUnknowns } from "./balanced-services.ts";
import type { Preflight } from "./rule.ts";

/** Kinds without which a verdict about a drain is not whole, and what they would tell. */
const needed: readonly { readonly kind: Kind; readonly why: string }[] = [
  { kind: "Pod", why: "without them there is nothing to move, and so nothing is rehearsed" },
  { kind: "Service", why: "what goes down is told by Service" },
  { kind: "PodDisruptionBudget", why: "budgets decide which evictions are refused" },
  { kind: "PersistentVolume", why: "volumes decide where a pod may go" },
  { kind: "WebhookConfiguration", why: "webhooks may refuse evictions and new pods" },
];

/** What is not given or not modelled and may matter here: one sentence each. */
export function unknowns(preflight: Preflight): readonly string[] {
  const { cluster, plan, scheduler } = preflight;
  const { unknown }: DrainerFact = drainers[plan.drainer];
  const missing = needed
    .filter(({ kind }) => !isGiven(cluster, kind))
    .map(
      ({ kind, why }) =>
        `no ${plural(kind)} in the input (${why}): none, or not asked for? --assume-none ${kind}`,
    );
  const parts = scheduler.unmodelled.map((part) => `${part} is not modelled: placements may differ`);
  return [...missing, ...parts, ...unknown, ...balancerUnknowns(preflight)];
}

function plural(kind: Kind): string {
  return kind.endsWith("s") ? kind : `${kind}s`;
}
