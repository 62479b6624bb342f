import type { Case } from "../test/truth/scheduler/format.ts";

/**
 * A cluster as they are: three zones, nodes of one shape, ten pods per node that belong to some hundred workloads, a
 * third of which would rather not stand beside themselves. Two pods are to be placed: one that asks for cpu and memory
 * only, and one that spreads softly over zones and shuns its siblings.
 */
export function benchCase(nodes: number): Case {
  return {
    id: `bench-${nodes}`,
    nodes: Array.from({ length: nodes }, (_, index) => benchNode(index)),
    pods: Array.from({ length: 10 * nodes }, (_, index) => benchPod(index, nodes)),
    place: [
      { metadata: meta("plain", "plain"), spec: { containers: [container(250, 512)] } },
      {
        metadata: meta("spread-anti", "spread-anti"),
        spec: {
          containers: [container(250, 512)],
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "topology.kubernetes.io/zone",
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: { matchLabels: { app: "spread-anti" } },
            },
          ],
          affinity: { podAntiAffinity: shuns("spread-anti") },
        },
      },
    ],
  } as unknown as Case;
}

const meta = (name: string, app: string) => ({ name, namespace: "default", uid: name, labels: { app } });

const container = (milliCPU: number, memoryMiB: number) => ({
  name: "main",
  image: "registry.example.com/app:1",
  resources: { requests: { cpu: `${milliCPU}m`, memory: `${memoryMiB}Mi` } },
});

const shuns = (app: string) => ({
  preferredDuringSchedulingIgnoredDuringExecution: [
    {
      weight: 100,
      podAffinityTerm: {
        topologyKey: "kubernetes.io/hostname",
        labelSelector: { matchLabels: { app } },
      },
    },
  ],
});

function benchNode(index: number): object {
  const name = `node-${String(index).padStart(5, "0")}`;
  const amounts = { cpu: "16", memory: "64Gi", pods: "110" };
  return {
    metadata: {
      name,
      labels: {
        "kubernetes.io/hostname": name,
        "topology.kubernetes.io/zone": `zone-${"abc"[index % 3]!}`,
        "topology.kubernetes.io/region": "region",
      },
    },
    spec: {},
    status: { allocatable: amounts, capacity: amounts },
  };
}

function benchPod(index: number, nodes: number): object {
  const app = `app-${index % 97}`;
  return {
    metadata: meta(`pod-${index}`, app),
    spec: {
      nodeName: `node-${String(index % nodes).padStart(5, "0")}`,
      containers: [container(100 + 50 * (index % 7), 128 + 64 * (index % 11))],
      ...(index % 97 < 33 ? { affinity: { podAntiAffinity: shuns(app) } } : {}),
    },
    status: { phase: "Running" },
  };
}
