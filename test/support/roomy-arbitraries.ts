import { fc } from "@fast-check/vitest";
import { drainDefaults, type Step } from "../../src/plan/plan.ts";
import { planOf, running } from "./rehearse.ts";
import type { Maintenance } from "./maintenance-arbitraries.ts";

/**
 * Maintenances without spread, inter-pod affinity and preemption, with room for everything on any node: what is
 * easier there must not be worse.
 */

interface Shape {
  readonly kind: "Deployment" | "StatefulSet";
  readonly replicas: number;
  readonly grace: number;
  readonly limit: Limit;
}

/** A budget's limit; undefined: no budget. */
type Limit =
  | { readonly field: "minAvailable" | "maxUnavailable"; readonly amount: number; readonly unit: "" | "%" }
  | undefined;

export interface Roomy {
  readonly nodes: number;
  readonly shapes: readonly Shape[];
  readonly drained: readonly number[];
  readonly atOnce: boolean;
}

const limit: fc.Arbitrary<Limit> = fc.oneof(
  fc.constant(undefined),
  fc.record({
    field: fc.constantFrom("minAvailable" as const, "maxUnavailable" as const),
    amount: fc.integer({ min: 0, max: 5 }),
    unit: fc.constant("" as const),
  }),
  fc.record({
    field: fc.constantFrom("minAvailable" as const, "maxUnavailable" as const),
    amount: fc.integer({ min: 0, max: 100 }),
    unit: fc.constant("%" as const),
  }),
);

const shape: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constantFrom("Deployment" as const, "StatefulSet" as const),
  replicas: fc.integer({ min: 0, max: 6 }),
  grace: fc.constantFrom(0, 5, 30),
  limit,
});

export const roomy: fc.Arbitrary<Roomy> = fc.record({
  nodes: fc.integer({ min: 2, max: 5 }),
  shapes: fc.array(shape, { minLength: 1, maxLength: 4 }),
  drained: fc.subarray([0, 1, 2, 3], { minLength: 1 }),
  atOnce: fc.boolean(),
});

function manifestOf({ kind, replicas, grace, limit: bound }: Shape, index: number): string {
  const name = `app-${index}`;
  const budget = bound
    ? `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name} }
spec: { ${bound.field}: ${bound.amount}${bound.unit}, selector: { matchLabels: { app: ${name} } } }
`
    : "";
  return `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  serviceName: ${name}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: ${grace}
      containers: [{ name: main, image: "example.com/app" }]
${budget}`;
}

/** The cluster at rest, and the drains; one node at least is never drained. */
export function maintenanceOf({ nodes, shapes, drained, atOnce }: Roomy, extraNodes = 0): Maintenance {
  const cluster = running(
    shapes.map(manifestOf).join("---\n"),
    `${nodes + extraNodes},cpu=64,memory=256Gi,zones=a:b`,
  );
  const names = cluster.objects.Node.map(({ name }) => name);
  const chosen = drained.filter((index) => index < nodes - 1).map((index) => names[index]!);
  const options = { ...drainDefaults, ignoreDaemonSets: true, deleteEmptyDirData: true, timeout: 0 };
  const drain = (list: readonly string[], name: string): Step => ({
    kind: "drain",
    name,
    nodes: { kind: "names", names: list },
    options,
  });
  const all = chosen.length === 0 ? [names[0]!] : chosen;
  const steps: readonly Step[] = atOnce
    ? [{ kind: "parallel", name: "at-once", steps: all.map((node) => drain([node], `drain-${node}`)) }]
    : [drain(all, "drain")];
  return { cluster, plan: planOf(steps) };
}

/** The same, one of its workloads a little larger. */
export function scaledUp(world: Roomy, which: number, by: number): Roomy {
  return changed(world, which, (each) => ({ ...each, replicas: each.replicas + by }));
}

/** The same, one of its budgets asking for less. */
export function relaxed(world: Roomy, which: number, by: number): Roomy {
  return changed(world, which, (each) => {
    if (!each.limit) return each;
    const { field, amount, unit } = each.limit;
    const next = field === "minAvailable" ? Math.max(0, amount - by) : amount + by;
    return { ...each, limit: { field, unit, amount: unit === "%" ? Math.min(100, next) : next } };
  });
}

function changed(world: Roomy, which: number, change: (shape: Shape) => Shape): Roomy {
  const chosen = which % world.shapes.length;
  return { ...world, shapes: world.shapes.map((each, index) => (index === chosen ? change(each) : each)) };
}
