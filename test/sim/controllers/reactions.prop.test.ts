import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { encodeTrace } from "../../../src/trace/codec.ts";
import { fixed, type LoadPoint, noAssumptions } from "../../../src/plan/assumptions.ts";
import { autoscaler, clusterOf, deployment, nodes } from "../../support/objects.ts";
import { drainOf, rehearse } from "../../support/rehearse.ts";

/** Loads, bounds and pools of every size: what autoscalers do stays within what they may. */

const world = fc.record({
  seed: fc.nat(1_000),
  replicas: fc.integer({ min: 1, max: 6 }),
  min: fc.integer({ min: 1, max: 3 }),
  span: fc.nat(6),
  target: fc.integer({ min: 30, max: 90 }),
  loads: fc.array(fc.nat(4_000), { minLength: 1, maxLength: 4 }),
  cpu: fc.constantFrom("500m", "1", "2"),
  max: fc.integer({ min: 0, max: 6 }),
  scaleDown: fc.boolean(),
  drained: fc.integer({ min: 1, max: 3 }),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function run({ seed, replicas, min, span, target, loads, cpu, max, scaleDown, drained }: World) {
  const names = ["node-1", "node-2", "node-3"];
  const on = Array.from({ length: replicas }, (_, index) => names[index % names.length]!);
  const cluster = clusterOf(
    nodes(...names),
    deployment("shop/web", on, { cpu }),
    autoscaler("shop/web", { min, max: min + span, target }),
  );
  const [first, ...rest] = loads.map((amount, index): LoadPoint => ({ at: index * 90_000, amount }));
  const pool = { name: "general", like: "node-1", min: 1, max, join: fixed(60_000) };
  const assumptions = {
    ...noAssumptions,
    load: { "shop/Deployment/web": { cpu: [first!, ...rest] as const } },
    nodePools: [scaleDown ? { ...pool, scaleDown: 300_000 } : pool],
  };
  const plan = { ...drainOf(names.slice(0, drained), { timeout: 600_000 }), assumptions };
  return rehearse(cluster, plan, { seed, horizon: 2 * 3_600_000 });
}

test.prop([world], { numRuns: 40 })(
  "an autoscaler never leaves its bounds, a pool never its maximum",
  (each) => {
    const { trace } = run(each);
    let size = 3;
    for (const event of trace.events) {
      if (event.kind === "autoscaler.rescaled") {
        expect(event.replicas).toBeGreaterThanOrEqual(each.min);
        expect(event.replicas).toBeLessThanOrEqual(each.min + each.span);
      }
      if (event.kind === "node.joining") expect(++size).toBeLessThanOrEqual(Math.max(3, each.max));
      if (event.kind === "node.removed") expect(--size).toBeGreaterThanOrEqual(1);
    }
  },
);

test.prop([world], { numRuns: 15 })("the same inputs give the same trace", (each) => {
  expect([...encodeTrace(run(each).trace)]).toEqual([...encodeTrace(run(each).trace)]);
});
