import { noAssumptions } from "../src/plan/assumptions.ts";
import type { Cluster } from "../src/model/cluster.ts";
import { drainDefaults, type Plan } from "../src/plan/plan.ts";
import { running } from "../test/support/rehearse.ts";

/** Workloads of ten pods, each with a budget and a Service, as many as it takes for so many pods a node. */
export function rollingDrainCluster(nodes: number, podsPerNode: number): Cluster {
  const workloads = Math.round((nodes * podsPerNode) / 10);
  const manifests = Array.from({ length: workloads }, (_, index) => workload(`app-${index}`)).join("---\n");
  return running(manifests, `${nodes},cpu=32,memory=128Gi,pods=110,zones=a:b:c`);
}

function workload(name: string): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 10
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: main
          image: registry.example.com/${name}:1
          resources: { requests: { cpu: 250m, memory: 512Mi } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name} }
spec: { maxUnavailable: 2, selector: { matchLabels: { app: ${name} } } }
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
`;
}

/** Every node is drained and uncordoned, one after another. */
export function drainAll({ objects }: Cluster): Plan {
  const options = { ...drainDefaults, ignoreDaemonSets: true, deleteEmptyDirData: true };
  return {
    name: "drain-all",
    drainer: "kubectl",
    defaults: { drain: {} },
    assumptions: noAssumptions,
    assertions: [],
    rollback: [],
    onFailure: { kind: "abort" },
    steps: objects.Node.flatMap(({ name }) => {
      const nodes = { kind: "names" as const, names: [name] };
      return [
        { kind: "drain" as const, name: `drain ${name}`, nodes, options },
        { kind: "uncordon" as const, name: `uncordon ${name}`, nodes },
      ];
    }),
  };
}
