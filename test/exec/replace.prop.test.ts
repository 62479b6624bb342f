import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { checkPlan } from "../../src/plan/check.ts";
import { resolveSurge } from "../../src/plan/strategy.ts";
import type { TraceEvent } from "../../src/trace/event.ts";
import { clusterOf, deployment, node } from "../support/objects.ts";
import { planOfSpec } from "../support/plan-text.ts";
import { rehearse } from "../support/rehearse.ts";

/** Surge keeps its two promises whatever fails on the way. */

const share = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom("10%", "34%", "50%", "100%"));

const cases = fc
  .record({
    zones: fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 6 }),
    /** Nodes with a pod that takes longer to stop than a drain waits. */
    stuck: fc.array(fc.nat(5), { maxLength: 2 }),
    maxSurge: share,
    maxUnavailable: share,
    order: fc.constantFrom("zone", "listed", "leastPods"),
    policy: fc.constantFrom("abort", "quarantine", "uncordonAndSkip", "continue"),
    maxErrors: fc.nat(3),
    failureRate: fc.constantFrom(0, 0.3),
    canary: fc.nat(2),
    seed: fc.nat(99),
  })
  .filter(({ maxSurge, maxUnavailable }) => maxSurge !== 0 || maxUnavailable !== 0);

interface Counts {
  readonly machines: number;
  /** In service: there, open, and, where they are new, usable. */
  readonly usable: number;
}

/** After each moment, how many nodes there are and how many are in service. */
function counts(events: readonly TraceEvent[], names: readonly string[]): Counts[] {
  const machines = new Set(names);
  const usable = new Set(names);
  return events.flatMap((event) => {
    if (event.kind === "node.joining") machines.add(event.node);
    if (event.kind === "node.usable" || event.kind === "node.uncordoned") usable.add(event.node);
    if (event.kind === "node.cordoned") usable.delete(event.node);
    if (event.kind === "node.removed" || event.kind === "node.failed") {
      machines.delete(event.node);
      usable.delete(event.node);
    }
    return event.kind.startsWith("node.") ? [{ machines: machines.size, usable: usable.size }] : [];
  });
}

test.prop([cases], { numRuns: 60 })(
  "never more nodes than maxSurge, never fewer than maxUnavailable",
  (each) => {
    const names = each.zones.map((_, index) => `n${index}`);
    const slow = { spec: { terminationGracePeriodSeconds: 3_000, containers: [{ name: "w", image: "w" }] } };
    const cluster = clusterOf(
      names.map((name, index) => node(name, { zone: each.zones[index]! })),
      deployment("shop/web", names),
      each.stuck.flatMap((index, at) =>
        names[index] ? deployment(`shop/slow-${at}`, [names[index]], slow) : [],
      ),
    );
    const plan = planOfSpec(
      `  steps:
    - rollout:
        nodes: [${names.join(", ")}]
        order: ${each.order}
        canary: { count: ${each.canary}, soak: 1m }
        maxErrors: ${each.maxErrors}
        strategy: { surge: { maxSurge: ${each.maxSurge}, maxUnavailable: ${each.maxUnavailable} } }
        perNode:
          - joinNode: { failureRate: ${each.failureRate}, onFailure: ${each.policy === "continue" ? "quarantine" : each.policy} }
          - drain: { ignoreDaemonSets: true, timeout: 1m, onFailure: ${each.policy} }
          - deleteNode: {}
`,
    );
    expect(checkPlan(plan, cluster)).toEqual([]);
    const { trace } = rehearse(cluster, plan, { luck: "sampled", seed: each.seed });
    const limit = resolveSurge(
      { kind: "surge", maxSurge: each.maxSurge, maxUnavailable: each.maxUnavailable },
      names.length,
    );
    const seen = counts(trace.events, names);
    // A node in its surge turn is emptied when its replacement takes work: neither is missing.
    expect(Math.max(0, ...seen.map(({ machines }) => machines))).toBeLessThanOrEqual(
      names.length + limit.surge,
    );
    expect(Math.min(names.length, ...seen.map(({ usable }) => usable))).toBeGreaterThanOrEqual(
      names.length - limit.unavailable,
    );
    expect(trace.events.at(-1)).toMatchObject({ outcome: "finished" });
  },
);
