import type { Rollout, Step } from "./plan.ts";

/** How a rollout gets from its old nodes to new ones; without one, nodes stay and are worked on where they are. */
export type Strategy =
  | {
      /** A new node joins, then the old one goes; where nodes may be unavailable, some go first. */
      readonly kind: "surge";
      readonly maxSurge: number | string;
      readonly maxUnavailable: number | string;
    }
  | {
      /** All new nodes join, then the old ones are emptied batch by batch, then they go. */
      readonly kind: "blueGreen";
      readonly batch: number | string;
      /** Milliseconds after each batch. */
      readonly batchSoak: number;
      /** Milliseconds between the last batch and the first deletion. */
      readonly poolSoak: number;
    };

/**
 * Numbers of nodes as Deployments and Cluster API count them: `maxSurge` rounds up, `maxUnavailable` down; where both come
 * to none, one node may be unavailable. Source: pkg/controller/deployment/util, ResolveFenceposts.
 */
export function resolveSurge(
  { maxSurge, maxUnavailable }: Extract<Strategy, { readonly kind: "surge" }>,
  nodes: number,
): { readonly surge: number; readonly unavailable: number } {
  const surge = share(maxSurge, nodes, Math.ceil);
  const unavailable = share(maxUnavailable, nodes, Math.floor);
  return { surge, unavailable: surge + unavailable === 0 ? 1 : unavailable };
}

/** A batch rounds up, as AKS says of its own. Source: facts/managed.json, aks blueGreen. */
export function resolveBatch(batch: number | string, nodes: number): number {
  return Math.max(1, share(batch, nodes, Math.ceil));
}

function share(value: number | string, nodes: number, round: (exact: number) => number): number {
  return typeof value === "number" ? value : round((parseInt(value, 10) * nodes) / 100);
}

/** The order in which nodes have their turn where the rollout does not say it. */
export function defaultOrder(strategy: Strategy | undefined): Rollout["order"] {
  return strategy ? "zone" : "listed";
}

const itself = { kind: "current" } as const;

/**
 * The steps of a node's turn; a blue-green rollout that closes its old nodes by no step of its own cordons them all, which
 * is one step more.
 */
export function turnSteps({ strategy, perNode }: Rollout, name: string): readonly Step[] {
  if (strategy?.kind !== "blueGreen") return perNode;
  const closes = perNode.some(
    (step) => isAboutAll(step) && (step.kind === "taint" || step.kind === "cordon"),
  );
  if (closes) return perNode;
  return [...perNode, { kind: "cordon", name: `${name}/cordon-old`, nodes: itself, scope: "allOld" }];
}

/** Whether a step of a turn is about all old nodes, and done once. */
export function isAboutAll(step: Step): boolean {
  return "scope" in step && step.scope === "allOld";
}
