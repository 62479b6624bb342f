import { describe, expect, test } from "vitest";
import { formatProblem } from "../../src/model/problem.ts";
import { controlPlaneSettings } from "../../src/model/control-plane-settings.ts";
import { assumedSentence } from "../../src/report/assumed.ts";
import { DocumentReader } from "../../src/read/documents.ts";
import { ClusterReader } from "../../src/read/read-cluster.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { fixed } from "../../src/plan/assumptions.ts";
import type { Step } from "../../src/plan/plan.ts";
import { configMap, deployment } from "../support/objects.ts";
import { planOf, rehearse, snapshot } from "../support/rehearse.ts";
import { nodeAt } from "../support/versions.ts";

/** What the control plane's flags and kubeadm's ConfigMaps tell is what a rehearsal goes by. */

const item = (value: unknown) => JSON.stringify(value);

function staticPod(component: string, ...flags: readonly string[]) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${component}-cp-1`,
      namespace: "kube-system",
      labels: { component },
      annotations: { "kubernetes.io/config.mirror": "x" },
    },
    spec: {
      nodeName: "cp-1",
      containers: [
        { name: component, image: `registry.k8s.io/${component}:v1.33.4`, command: [component, ...flags] },
      ],
    },
    status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
  };
}

const controlPlane = { labels: { "node-role.kubernetes.io/control-plane": "" } };
const base = [
  nodeAt("cp-1", "v1.33.4", controlPlane),
  nodeAt("node-1", "v1.33.4"),
  nodeAt("node-2", "v1.33.4"),
  ...deployment("shop/web", ["node-1"]),
];

function clusterWith(...objects: readonly unknown[]) {
  return snapshot([...base, ...objects].map(item).join("\n---\n"), { version: "v1.33.4" });
}

const lost: Step = {
  kind: "reboot",
  name: "lost",
  nodes: { kind: "names", names: ["node-1"] },
  duration: fixed(1_800_000),
};

const unknownAfter = ({ events }: Trace) =>
  events.find((event) => event.kind === "node.ready" && event.status === "Unknown")!.time / 1_000;

describe("a node that falls silent", () => {
  test("is believed for as long as the controller manager's flag says, and the report says who said so", () => {
    const plan = planOf([lost]);
    const byDefault = rehearse(clusterWith(), plan).trace;
    const quick = rehearse(
      clusterWith(staticPod("kube-controller-manager", "--node-monitor-grace-period=20s")),
      plan,
    ).trace;
    expect(unknownAfter(byDefault) - unknownAfter(quick)).toBe(30);
    expect(assumedSentence(byDefault)).toContain("node-monitor-grace-period 50 s: default");
    expect(assumedSentence(quick)).toContain(
      "node-monitor-grace-period 20 s: flag of kube-controller-manager on cp-1",
    );
  });

  test("is left after the seconds that the API server gives to pods that say nothing", () => {
    const wait: Step = { kind: "wait", name: "w", duration: fixed(900_000) };
    const scale: Step = {
      kind: "scale",
      name: "s",
      workload: "shop/Deployment/web",
      to: 6,
      revert: false,
      waitReady: 120_000,
    };
    const evictedAfter = (...objects: readonly unknown[]) => {
      const { trace } = rehearse(clusterWith(...objects), planOf([scale, { ...lost, name: "l" }, wait]));
      const unknown = unknownAfter(trace);
      const made = new Set(
        trace.events.flatMap((event) => (event.kind === "pod.created" ? [event.pod] : [])),
      );
      const evicted = trace.events.find(
        (event) => event.kind === "pod.terminating" && event.by === "taint" && made.has(event.pod),
      );
      return { seconds: evicted && Math.round(evicted.time / 1_000 - unknown), trace };
    };
    expect(evictedAfter().seconds).toBe(300);
    const quick = evictedAfter(staticPod("kube-apiserver", "--default-unreachable-toleration-seconds=30"));
    expect(quick.seconds).toBe(30);
    expect(assumedSentence(quick.trace)).toContain(
      "default-unreachable-toleration-seconds 30 s: flag of kube-apiserver on cp-1",
    );
    const plugin = "--disable-admission-plugins=PodSecurity,DefaultTolerationSeconds";
    expect(evictedAfter(staticPod("kube-apiserver", plugin)).seconds).toBe(0);
  });
});

describe("kubeadm's ConfigMaps", () => {
  const kubeadm = configMap("kubeadm-config", {
    ClusterConfiguration: `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.33.2
controllerManager:
  extraArgs:
    - { name: node-monitor-grace-period, value: 16s }
`,
  });

  test("tell flags where no static pod is seen, and the version where no image is", () => {
    const cluster = snapshot(item(kubeadm), { version: undefined as never });
    expect(cluster).toMatchObject({ version: "v1.33.2", versionSource: "ConfigMap kubeadm-config" });
    expect(controlPlaneSettings(cluster).nodeMonitorGrace).toEqual({
      value: 16_000,
      origin: "config",
      detail: "kubeadm-config",
    });
    const seen = clusterWith(kubeadm, staticPod("kube-controller-manager"));
    expect(controlPlaneSettings(seen).nodeMonitorGrace).toMatchObject({ value: 50_000, origin: "default" });
  });

  test("extraArgs up to v1beta3 are a map", () => {
    const data = { ClusterConfiguration: "scheduler: { extraArgs: { leader-elect-lease-duration: 40s } }" };
    expect(
      controlPlaneSettings(clusterWith(configMap("kubeadm-config", data))).leaders["kube-scheduler"].lease,
    ).toEqual({
      value: 40_000,
      origin: "config",
      detail: "kubeadm-config",
    });
  });

  test("of the kubelet's the newest counts, and what is 0s is not set", () => {
    const old = configMap("kubelet-config-1.22", { kubelet: "failCgroupV1: true\nshutdownGracePeriod: 30s" });
    const kubelet = configMap("kubelet-config-1.23", {
      kubelet: "failCgroupV1: false\nshutdownGracePeriod: 0s",
    });
    for (const order of [
      [old, kubelet],
      [kubelet, old],
    ])
      expect(clusterWith(...order).configuration?.kubelet).toEqual({ failCgroupV1: false });
  });

  test("CoreDNS stops after its lameduck time", () => {
    const corefile = ".:53 {\n  health {\n    lameduck 5s # not 9s\n  }\n}";
    expect(clusterWith(configMap("coredns", { Corefile: corefile })).configuration).toEqual({
      coreDNS: { lameduckMillis: 5_000 },
    });
  });

  test("somebody else's ConfigMaps stay outside", () => {
    const other = {
      ...configMap("coredns", { Corefile: "lameduck 5s" }),
      metadata: { name: "coredns", namespace: "x" },
    };
    expect(clusterWith(other, configMap("app", { kubelet: "x" })).configuration).toBeUndefined();
  });

  test("what is no YAML is a problem with its field", () => {
    const reader = new ClusterReader("default");
    const document = new DocumentReader("c.json", {
      document: (each) => reader.document(each),
      problem: (problem) => reader.problem(problem),
    });
    document.push(Buffer.from(item(configMap("kubelet-config", { kubelet: "a: [" }))));
    document.end();
    const result = reader.finish({ name: "c", assumeNone: [], fallbackAsOf: 0, namespace: "default" });
    expect(result.ok ? "" : result.problems.map(formatProblem).join("\n")).toMatch(
      /kube-system\/ConfigMap\/kubelet-config.*data\.kubelet.*not YAML/s,
    );
  });
});
