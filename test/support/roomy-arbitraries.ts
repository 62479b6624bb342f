import { fc } from "@fast-check/vitest";
import type { Labels } from "../../src/model/meta.ts";
import type { Node } from "../../src/model/node.ts";
import type { Pod } from "../../src/model/pod.ts";
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
export function maintenanceOf({ nodes, shapes, drained, atOnce }: Roomy): Maintenance {
  const cluster = running(shapes.map(manifestOf).join("---\n"), `${nodes},cpu=64,memory=256Gi,zones=a:b`);
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

/** The same, one of its workloads scaled up before, its new pods Ready on the node that is never drained. */
export function scaledUp({ cluster, plan }: Maintenance, app: string, by: number): Maintenance {
  const { objects } = cluster;
  const own = objects.Pod.filter(({ labels }) => labels["app"] === app);
  const nodeName = objects.Node.at(-1)!.name;
  const more = Array.from({ length: by }, (_, index): Pod => {
    const name = `${app}-${own.length + index}`;
    return { ...own[0]!, name, uid: `default/${name}`, nodeName };
  });
  const grow = <T extends { readonly labels: Labels; readonly name: string; readonly replicas: number }>(
    list: readonly T[],
  ): readonly T[] =>
    list.map((each) =>
      each.name === app || each.labels["app"] === app ? { ...each, replicas: each.replicas + by } : each,
    );
  const grown = {
    ...objects,
    Pod: [...objects.Pod, ...more],
    Deployment: grow(objects.Deployment),
    ReplicaSet: grow(objects.ReplicaSet),
    StatefulSet: grow(objects.StatefulSet),
  };
  return { cluster: { ...cluster, objects: grown }, plan };
}

/** The same, with empty nodes besides. */
export function withMoreNodes({ cluster, plan }: Maintenance, by: number): Maintenance {
  const { Node: nodes } = cluster.objects;
  const more = Array.from({ length: by }, (_, index): Node => {
    const name = `spare-${index}`;
    const labels = { ...nodes[0]!.labels, "kubernetes.io/hostname": name };
    return { ...nodes[0]!, name, uid: name, labels };
  });
  return { cluster: { ...cluster, objects: { ...cluster.objects, Node: [...nodes, ...more] } }, plan };
}

/** The same, one of its budgets asking for less. */
export function relaxed(world: Roomy, which: number, by: number): Roomy {
  const chosen = which % world.shapes.length;
  const change = (each: Shape): Shape => {
    if (!each.limit) return each;
    const { field, amount, unit } = each.limit;
    const next = field === "minAvailable" ? Math.max(0, amount - by) : amount + by;
    return { ...each, limit: { field, unit, amount: unit === "%" ? Math.min(100, next) : next } };
  };
  return { ...world, shapes: world.shapes.map((each, index) => (index === chosen ? change(each) : each)) };
}
