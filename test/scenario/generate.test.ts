import { describe, expect, test } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { isReady } from "../../src/model/pod.ts";
import { podRequests } from "../../src/model/pod-resources.ts";
import { clusterOf, fileOf, fileOfWorkloads, rehearseScenario, scenarioIn } from "./rehearse-scenario.ts";

function generated(generate: string): Cluster {
  const nodes = /nodes:/.test(generate) ? "" : "nodes: [{ count: 3, zones: [a, b, c] }], ";
  const text = `
cluster: { generate: { ${nodes}${generate} } }
plan: { steps: [wait: { duration: 1s }] }`;
  return scenarioIn(fileOf(text)).cluster;
}

function atRest(workloads: string): Cluster {
  return clusterOf(scenarioIn(fileOfWorkloads(workloads)), 1);
}

const podsOf = (cluster: Cluster, name: string) =>
  cluster.objects.Pod.filter(({ labels }) => labels["app"] === name);

describe("nodes", () => {
  test("are numbered within their name, and take turns in the zones", () => {
    const { Node } = generated(
      "nodes: [{ count: 3, zones: [a, b] }, { count: 1, cpu: 500m, memory: 1Gi, pods: 9 }, { count: 1, name: db, labels: { pool: db }, taints: [{ key: db, effect: NoSchedule }], cordoned: true, version: v1.33.1 }], controlPlane: { version: v1.34.2, members: 1 }",
    ).objects;
    expect(
      Node.map(({ name, labels }) => `${name} ${labels["topology.kubernetes.io/zone"] ?? "no zone"}`),
    ).toEqual(["cp-1 a", "node-1 a", "node-2 b", "node-3 a", "node-4 no zone", "db-1 no zone"]);
    expect(Node[4]).toMatchObject({ allocatable: { cpu: 500, memory: 1 << 30, pods: 9 } });
    expect(Node[4]!.info.kubeletVersion).toBe("v1.34.2");
    expect(Node[5]).toMatchObject({
      labels: { pool: "db" },
      taints: [{ key: "db", effect: "NoSchedule" }],
      unschedulable: true,
      info: { kubeletVersion: "v1.33.1" },
    });
  });
});

test("nodes have a system, an architecture and images that lie there", () => {
  const { Node } = generated(
    "nodes: [{ count: 1, name: win, os: windows }, { count: 1, name: arm, arch: arm64, images: [nginx] }]",
  ).objects;
  expect(Node[0]).toMatchObject({
    labels: { "kubernetes.io/os": "windows", "kubernetes.io/arch": "amd64" },
    info: { operatingSystem: "windows", architecture: "amd64" },
    images: [],
  });
  expect(Node[1]).toMatchObject({
    labels: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64" },
    info: { architecture: "arm64" },
    images: [{ names: ["docker.io/library/nginx:latest"] }],
  });
});

describe("a workload", () => {
  test("brings its Service, its budgets and its owner", () => {
    const { objects } = generated(
      "workloads: [{ deployment: shop/web, replicas: 2, service: front, helm: shop, pdb: [{ minAvailable: 1 }, { maxUnavailable: 50%, unhealthyPodEvictionPolicy: AlwaysAllow }] }]",
    );
    expect(objects.Service).toMatchObject([
      { namespace: "shop", name: "front", selector: [{ key: "app", values: ["web"] }] },
    ]);
    expect(objects.PodDisruptionBudget).toMatchObject([
      { name: "web", minAvailable: 1 },
      { name: "web-2", maxUnavailable: "50%", unhealthyPodEvictionPolicy: "AlwaysAllow" },
    ]);
    for (const object of [objects.Deployment[0]!, objects.Service[0]!, objects.PodDisruptionBudget[0]!])
      expect(object.annotations["meta.helm.sh/release-name"]).toBe("shop");
  });

  test.each([
    ["deployment: a/x, replicas: 2", 2],
    ["statefulSet: a/x, replicas: 2, volume: { size: 1Gi }", 2],
    ["daemonSet: a/x", 3],
    ["pod: a/x", 1],
    ["deployment: a/x, volume: { size: 1Gi }", 1],
    ["deployment: a/x, antiAffinity: hostname, replicas: 3", 3],
    ["deployment: a/x, antiAffinity: zone, spread: zone, replicas: 3", 3],
    ["deployment: a/x, emptyDir: cache, hostPath: /srv, tolerations: [{ key: k, value: v }]", 1],
    ["job: a/x, run: 48h, replicas: 2", 2],
    ["cronJob: a/x", 0],
  ])("%s has %i running pods", (workload, count) => {
    const pods = podsOf(atRest(`- { ${workload} }`), "x");
    expect(pods.map(({ status }) => status.phase)).toEqual(Array.from({ length: count }, () => "Running"));
    expect(pods.every(isReady)).toBe(true);
  });

  test("its pods are made alike: requests, grace, priority, selector", () => {
    const { objects } = generated(
      "priorityClasses: { high: 1000 }, workloads: [{ deployment: a/x, cpu: 250m, memory: 1Gi, grace: 90s, priorityClass: high, nodeSelector: { pool: x }, image: nginx:1 }]",
    );
    const { spec } = objects.Deployment[0]!.template;
    expect(podRequests(spec)).toMatchObject({ cpu: 250, memory: 1 << 30 });
    expect(spec).toMatchObject({
      terminationGracePeriodSeconds: 90,
      priorityClassName: "high",
      nodeSelector: { pool: "x" },
    });
    expect(spec.containers[0]).toMatchObject({ image: "nginx:1" });
  });
});

describe("pods that have their places", () => {
  test.each(["deployment", "statefulSet", "job"])(
    "of a %s stay where they are, and are not made anew",
    (kind) => {
      const run = kind === "job" ? ", run: 48h" : "";
      const cluster = atRest(`- { ${kind}: a/x, replicas: 3, nodes: [node-1, node-1, node-2]${run} }`);
      expect(podsOf(cluster, "x").map(({ nodeName }) => nodeName)).toEqual(["node-1", "node-1", "node-2"]);
      expect(podsOf(cluster, "x").every(isReady)).toBe(true);
    },
  );

  test("the last of them are not Ready, and stay so", () => {
    const file = fileOfWorkloads(
      "- { deployment: a/x, replicas: 2, nodes: [node-2, node-3], unready: 1, service: true }",
    );
    const scenario = scenarioIn(file);
    expect(podsOf(clusterOf(scenario, 1), "x").map(isReady)).toEqual([true, false]);
    const { sim } = rehearseScenario(scenario, 1);
    expect([...sim.state.pods()].filter(({ labels }) => labels["app"] === "x").map(isReady)).toEqual([
      true,
      false,
    ]);
  });

  test("their priority is that of their class, and they are endpoints from the start", () => {
    const { trace } = rehearseScenario(
      scenarioIn(
        fileOfWorkloads(
          "- { deployment: a/x, nodes: [node-2], priorityClass: system-node-critical, service: true }",
        ),
      ),
      1,
    );
    expect(trace.header.initial.services).toEqual({ "a/x": { ready: 1, serving: 1 } });
    expect(trace.header.cluster.objects.Pod[0]!.priority).toBe(2_000_001_000);
  });
});

describe("fill", () => {
  test("adds workloads of several replicas until so much is requested", () => {
    const cluster = generated(
      "nodes: [{ count: 4, cpu: 8 }], workloads: [{ deployment: a/x, replicas: 2, cpu: 2 }], fill: { cpu: 75% }",
    );
    const { Deployment, PodDisruptionBudget } = cluster.objects;
    const requested = Deployment.map(
      ({ replicas, template }) => replicas * (podRequests(template.spec)["cpu"] ?? 0),
    ).reduce((sum, each) => sum + each, 0);
    expect(requested).toBe(24_000);
    expect(PodDisruptionBudget).toEqual([]);
    expect(Deployment.every(({ replicas }) => replicas > 1)).toBe(true);
  });

  test("adds nothing where more than that is requested already", () => {
    const cluster = generated(
      "nodes: [{ count: 1, cpu: 8 }], workloads: [{ deployment: a/x, replicas: 3, cpu: 2 }], fill: { cpu: 50% }",
    );
    expect(cluster.objects.Deployment).toHaveLength(1);
  });
});
