import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, seatrial } from "../support/command-line.ts";

/** A kubectl that answers out of files, as one without a right to read budgets would. */
const kubectl = `#!/bin/sh
[ "$1" = config ] && { echo prod-eu; exit 0; }
while [ "$1" != get ]; do shift; done
case "$2" in
  poddisruptionbudgets.policy) echo "Error from server (Forbidden)" >&2; exit 1 ;;
esac
if [ -f "$2.json" ]; then cat "$2.json"; else printf '{"apiVersion":"v1","kind":"List","items":[]}'; fi
`;

const list = (...items: readonly object[]) => JSON.stringify({ apiVersion: "v1", kind: "List", items });

const node = {
  apiVersion: "v1",
  kind: "Node",
  metadata: {
    name: "n1",
    managedFields: [{ manager: "kubelet", apiVersion: "v1", fieldsV1: { "f:status": {} } }],
  },
  status: {
    allocatable: { cpu: "2", memory: "4Gi", pods: "110" },
    conditions: [{ type: "Ready", status: "True" }],
  },
};

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "web",
    namespace: "shop",
    annotations: {
      "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
        apiVersion: "v1",
        kind: "Pod",
        spec: { containers: [{ env: [{ name: "TOKEN", value: "hunter2" }] }] },
      }),
      team: "shop",
    },
  },
  spec: {
    nodeName: "n1",
    containers: [
      { name: "web", image: "web:1", env: [{ name: "TOKEN", value: "hunter2" }], args: ["--key=hunter2"] },
    ],
  },
  status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
};

function liveCluster() {
  const folder = folderWith({
    kubectl,
    "nodes.json": list(node),
    "pods.json": list(pod),
    "deployments.apps.json": list({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s" },
      data: { a: "aHVudGVyMg==" },
    }),
  });
  chmodSync(join(folder, "kubectl"), 0o755);
  const run = (...args: readonly string[]) =>
    seatrial(folder, args, "", { PATH: `${folder}:${process.env["PATH"]}` });
  return { folder, run };
}

test("a snapshot holds what a rehearsal needs, and no secret", () => {
  const { folder, run } = liveCluster();
  expect(run("snapshot", "--out", "cluster.json")).toMatchObject({ exitCode: 0, stdout: "" });
  const text = readFileSync(join(folder, "cluster.json"), "utf8");
  expect(text).not.toMatch(/hunter2|aHVudGVyMg|fieldsV1/);
  const { items, metadata } = JSON.parse(text) as {
    items: readonly { kind: string; metadata: { annotations?: Record<string, string> } }[];
    metadata: { annotations: Record<string, string> };
  };
  expect(items.map(({ kind }) => kind).sort()).toEqual(["Node", "Pod"]);
  const annotations = items.find(({ kind }) => kind === "Pod")!.metadata.annotations;
  expect(annotations).toEqual({
    "kubectl.kubernetes.io/last-applied-configuration": '{"apiVersion":"v1","kind":"Pod"}',
    team: "shop",
  });
  // What was asked for and is not there is none; what could not be read is not given.
  const inventory = metadata.annotations["seatrial/inventory"]!.split(",");
  expect(inventory).toContain("Service");
  expect(inventory).not.toContain("PodDisruptionBudget");
});

test("the snapshot and the live cluster are rehearsed alike", () => {
  const { run } = liveCluster();
  run("snapshot", "--out", "cluster.json");
  const drain = (...args: readonly string[]) =>
    run("drain", "n1", "--force", "--as-of", "2026-11-21T12:00:00Z", "-o", "json", ...args);
  const findings = (ran: { readonly stdout: string }) =>
    JSON.parse(ran.stdout) as { findings: unknown; unknown: readonly string[] };
  const [live, file] = [findings(drain()), findings(drain("--from", "cluster.json"))];
  expect(file.findings).toEqual(live.findings);
  expect(file.unknown).toEqual(live.unknown);
  expect(live.unknown.join(" ")).toContain("PodDisruptionBudget");
});

test("without kubectl or a context it says so", () => {
  const { exitCode, stderr } = seatrial(folderWith({}), ["snapshot"], "", { PATH: "/nonexistent" });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("kubectl is not installed");
});

test("under other names nothing tells whose cluster it is, and a snapshot can be made of files too", () => {
  const { folder, run } = liveCluster();
  expect(run("snapshot", "--anonymize", "--out", "a.json")).toMatchObject({ exitCode: 0, stdout: "" });
  run("snapshot", "--out", "cluster.json");
  expect(run("snapshot", "--from", "cluster.json", "--anonymize", "--out", "b.json").exitCode).toBe(0);
  const [a, b] = ["a.json", "b.json"].map((name) => readFileSync(join(folder, name), "utf8"));
  expect(a).toBe(b);
  expect(a).not.toContain("shop");
  expect(a).toContain('"namespace":"');
  expect(JSON.parse(a!)).toMatchObject({
    metadata: { annotations: { "seatrial/inventory": expect.stringContaining("Service") } },
  });
});

test.each([
  [["--out", "/nonexistent/x.json"], "--out /nonexistent/x.json: there is no such file or directory"],
  [["--from", "missing.json"], "missing.json: there is no such file or directory"],
])("what cannot be read or written is said: %j", (words, message) => {
  const { exitCode, stderr } = liveCluster().run("snapshot", ...words);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});

test("the flags of the control plane stay in, and with --with-config what kubeadm's ConfigMaps tell", () => {
  const { folder, run } = liveCluster();
  const manager = {
    ...pod,
    metadata: { name: "kube-controller-manager-n1", namespace: "kube-system" },
    spec: {
      nodeName: "n1",
      containers: [
        {
          name: "m",
          image: "m:1",
          command: [
            "kube-controller-manager",
            "--node-monitor-grace-period=20s",
            "--tls-private-key-file=/hunter2",
          ],
        },
      ],
    },
  };
  const configMap = (name: string, data: object) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "kube-system", annotations: { a: "hunter2" } },
    data,
  });
  writeFileSync(join(folder, "pods.json"), list(pod, manager));
  writeFileSync(
    join(folder, "configmaps.json"),
    list(
      configMap("kubelet-config", { kubelet: "failCgroupV1: false" }),
      configMap("kube-proxy", { "config.conf": "mode: ipvs", "kubeconfig.conf": "hunter2" }),
      configMap("other", { "a.yaml": "hunter2" }),
    ),
  );
  const kinds = (text: string) =>
    (JSON.parse(text) as { items: readonly { kind: string; data?: unknown }[] }).items.filter(
      ({ kind }) => kind === "ConfigMap",
    );
  run("snapshot", "--out", "plain.json");
  const plain = readFileSync(join(folder, "plain.json"), "utf8");
  expect(plain).toContain('"command":["kube-controller-manager","--node-monitor-grace-period=20s"]');
  expect(plain).not.toContain("hunter2");
  expect(kinds(plain)).toEqual([]);
  expect(run("snapshot", "--with-config", "--out", "whole.json").stderr).toContain("other ConfigMaps");
  const whole = readFileSync(join(folder, "whole.json"), "utf8");
  expect(whole).not.toContain("hunter2");
  expect(kinds(whole).map(({ data }) => data)).toEqual([
    { kubelet: "failCgroupV1: false" },
    { "config.conf": "mode: ipvs" },
  ]);
});
