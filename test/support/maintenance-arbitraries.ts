import { fc } from "@fast-check/vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { drainDefaults, type Plan, type Step } from "../../src/plan/plan.ts";
import { planOf, running } from "./rehearse.ts";

/** Whole maintenances: a cluster with workloads at rest on it, and drains of some of its nodes. */

export interface Maintenance {
  readonly cluster: Cluster;
  readonly plan: Plan;
}

interface WorkloadShape {
  readonly kind: "Deployment" | "StatefulSet";
  readonly replicas: number;
  readonly milliCPU: number;
  readonly grace: number;
  readonly budget: string;
  readonly isSpread: boolean;
  readonly priority: number;
}

const workload: fc.Arbitrary<WorkloadShape> = fc.record({
  kind: fc.constantFrom("Deployment", "StatefulSet"),
  replicas: fc.integer({ min: 0, max: 5 }),
  milliCPU: fc.constantFrom(0, 100, 500, 900),
  grace: fc.constantFrom(0, 5, 30),
  budget: fc.constantFrom(
    "",
    "minAvailable: 1",
    "minAvailable: 3",
    "maxUnavailable: 1",
    "maxUnavailable: 40%",
  ),
  isSpread: fc.boolean(),
  priority: fc.constantFrom(0, 0, 100),
});

function manifestOf(shape: WorkloadShape, index: number): string {
  const name = `app-${index}`;
  const affinity = shape.isSpread
    ? `affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: ${name} } } }] } }`
    : "";
  const budget =
    shape.budget === ""
      ? ""
      : `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name} }
spec: { ${shape.budget}, selector: { matchLabels: { app: ${name} } } }
`;
  return `
apiVersion: apps/v1
kind: ${shape.kind}
metadata: { name: ${name} }
spec:
  replicas: ${shape.replicas}
  serviceName: ${name}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      priority: ${shape.priority}
      terminationGracePeriodSeconds: ${shape.grace}
      ${affinity}
      containers: [{ name: main, image: "example.com/app", resources: { requests: { cpu: ${shape.milliCPU}m } } }]
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
${budget}`;
}

const options = fc.record({
  timeout: fc.constantFrom(0, 60_000, 600_000),
  force: fc.boolean(),
  disableEviction: fc.constantFrom(false, false, true),
});

/** Drains of some nodes: by one kubectl, one after another with an uncordon behind each, or all at once. */
function stepsOf(
  names: readonly string[],
  how: "one" | "rolling" | "at-once",
  flags: { readonly timeout: number; readonly force: boolean; readonly disableEviction: boolean },
): readonly Step[] {
  const drainOptions = { ...drainDefaults, ignoreDaemonSets: true, deleteEmptyDirData: true, ...flags };
  const drain = (nodes: readonly string[], name: string): Step => ({
    kind: "drain",
    name,
    nodes: { kind: "names", names: nodes },
    options: drainOptions,
  });
  const each = names.map((node) => drain([node], `drain-${node}`));
  if (how === "one") return [drain(names, "drain")];
  if (how === "at-once") return [{ kind: "parallel", name: "at-once", steps: each }];
  return each.flatMap((step, index): Step[] => [
    { ...step, onFailure: { kind: "continue" } },
    { kind: "uncordon", name: `uncordon-${names[index]}`, nodes: { kind: "names", names: [names[index]!] } },
  ]);
}

export const maintenances: fc.Arbitrary<Maintenance> = fc
  .record({
    nodes: fc.integer({ min: 1, max: 4 }),
    cpu: fc.constantFrom(1, 2, 4),
    workloads: fc.array(workload, { minLength: 1, maxLength: 4 }),
    drained: fc.subarray([0, 1, 2, 3], { minLength: 1 }),
    how: fc.constantFrom("one", "rolling", "at-once"),
    flags: options,
  })
  .map(({ nodes, cpu, workloads, drained, how, flags }) => {
    const cluster = running(
      workloads.map(manifestOf).join("---\n"),
      `${nodes},cpu=${cpu},memory=16Gi,zones=a:b`,
    );
    const names = cluster.objects.Node.map(({ name }) => name);
    const chosen = drained.filter((index) => index < nodes).map((index) => names[index]!);
    return { cluster, plan: planOf(stepsOf(chosen.length === 0 ? [names[0]!] : chosen, how, flags)) };
  });
