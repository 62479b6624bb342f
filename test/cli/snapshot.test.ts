import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { kubeconfigOf, mayNotList, serveApi, type Served, type ServerParts } from "../support/api-server.ts";
import { folderWith, type Ran, seatrialBeside } from "../support/command-line.ts";

const node: Served = {
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

const pod: Served = {
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

/** A cluster of a user who may not list budgets, behind an API server that looks for no credentials. */
async function liveCluster({ objects = [node, pod], ...more }: ServerParts = {}) {
  const { url, requests } = await serveApi({
    objects,
    intercept: ({ path }) =>
      path.endsWith("/poddisruptionbudgets") ? mayNotList("poddisruptionbudgets", "policy") : undefined,
    ...more,
  });
  const folder = folderWith({ kubeconfig: kubeconfigOf(url) });
  const run = (...args: readonly string[]): Promise<Ran> =>
    seatrialBeside(folder, args, { KUBECONFIG: join(folder, "kubeconfig") });
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  return { folder, run, read, requests };
}

interface Snapshot {
  readonly items: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly data?: unknown;
    readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  }[];
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
}

const parse = (text: string) => JSON.parse(text) as Snapshot;

test("a snapshot holds what a rehearsal needs, and no secret", async () => {
  const { run, read, requests } = await liveCluster();
  const ran = await run("snapshot", "--out", "cluster.json");
  expect(ran).toMatchObject({ exitCode: 0, stdout: "" });
  expect(ran.stderr).toContain("not read: poddisruptionbudgets.policy\n");
  expect(ran.stderr).toContain("seatrial rbac --for snapshot");
  const text = read("cluster.json");
  expect(text).not.toMatch(/hunter2|aHVudGVyMg|fieldsV1/);
  const { items, metadata } = parse(text);
  expect(items.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual(["v1 Node", "v1 Pod"]);
  const annotations = items.find(({ kind }) => kind === "Pod")!.metadata.annotations;
  expect(annotations).toEqual({
    "kubectl.kubernetes.io/last-applied-configuration": '{"apiVersion":"v1","kind":"Pod"}',
    team: "shop",
  });
  // What was asked for and is not there is none; what could not be read is not given.
  const inventory = metadata.annotations["seatrial/inventory"]!.split(",");
  expect(inventory).toContain("Service");
  expect(inventory).not.toContain("PodDisruptionBudget");
  expect(inventory).not.toContain("PodMetrics");
  expect(metadata.annotations["seatrial/kubernetes-version"]).toBe("v1.35.2");
  // Lists, and nothing else.
  expect(requests.filter((each) => !/^GET \/(version$|apis?\/\S+\?limit=500$)/.test(each))).toEqual([]);
  expect(requests.join()).not.toContain("secrets");
});

test("the snapshot and the live cluster are rehearsed alike", async () => {
  const { run } = await liveCluster();
  await run("snapshot", "--out", "cluster.json");
  const drain = (...args: readonly string[]) =>
    run("drain", "n1", "--force", "--as-of", "2026-11-21T12:00:00Z", "-o", "json", ...args);
  const findings = (ran: Ran) => JSON.parse(ran.stdout) as { findings: unknown; unknown: readonly string[] };
  const [live, file] = [findings(await drain()), findings(await drain("--from", "cluster.json"))];
  expect(file.findings).toEqual(live.findings);
  expect(file.unknown).toEqual(live.unknown);
  expect(live.unknown.join(" ")).toContain("PodDisruptionBudget");
});

test("the version is that of the API server, live and from the file", async () => {
  const { run } = await liveCluster({ version: "v1.34.1-eks-1234567" });
  await run("snapshot", "--out", "cluster.json");
  for (const from of [[], ["--from", "cluster.json"]]) {
    const { stderr } = await run("check", "--to", "v1.33", "--assume-none", "PodDisruptionBudget", ...from);
    expect(stderr).toContain("the cluster is at v1.34.1-eks-1234567 (the API server)");
  }
});

const many = Array.from({ length: 1_201 }, (_, index): Served => ({
  ...pod,
  metadata: { name: `web-${String(index).padStart(5, "0")}`, namespace: "shop" },
}));
const podNames = (text: string) =>
  parse(text)
    .items.filter(({ kind }) => kind === "Pod")
    .map(({ metadata }) => metadata.name);
const names = many.map(({ metadata }) => metadata.name);

describe("a long list comes in pages", () => {
  test("each object once, in the same bytes each time", async () => {
    const { run, read, requests } = await liveCluster({ objects: [node, ...many] });
    await run("snapshot", "--out", "a.json");
    expect(podNames(read("a.json"))).toEqual(names);
    expect(requests.filter((each) => each.includes(" /api/v1/pods?"))).toEqual([
      "GET /api/v1/pods?limit=500",
      "GET /api/v1/pods?limit=500&continue=500",
      "GET /api/v1/pods?limit=500&continue=1000",
    ]);
    await run("snapshot", "--out", "b.json");
    expect(read("b.json")).toBe(read("a.json"));
  });

  const expired = (metadata: object) => ({
    code: 410,
    body: {
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      reason: "Expired",
      code: 410,
      message: "too old",
      metadata,
    },
  });

  test("a token that has run out: on with the one that comes with the refusal", async () => {
    let isExpired = false;
    const { run, read, requests } = await liveCluster({
      objects: [node, ...many],
      intercept: ({ path, query }) => {
        if (path !== "/api/v1/pods" || query.get("continue") !== "500" || isExpired) return undefined;
        isExpired = true;
        return expired({ continue: "500" });
      },
    });
    expect((await run("snapshot", "--out", "a.json")).exitCode).toBe(0);
    expect(podNames(read("a.json"))).toEqual(names);
    expect(requests.filter((each) => each.includes(" /api/v1/pods?")).length).toBe(4);
  });

  test("without one: the whole list at once, and what was there before is left out", async () => {
    const { run, read, requests } = await liveCluster({
      objects: [node, ...many],
      intercept: ({ query }) => (query.has("continue") ? expired({}) : undefined),
    });
    expect((await run("snapshot", "--out", "a.json")).exitCode).toBe(0);
    expect(podNames(read("a.json"))).toEqual(names);
    expect(requests.findLast((each) => each.includes(" /api/v1/pods"))).toBe("GET /api/v1/pods");
  });

  test("a list that breaks off is no list", async () => {
    const { folder, run } = await liveCluster({
      objects: [node, ...many],
      intercept: ({ path, query }) =>
        path === "/api/v1/pods" && query.has("continue") ? { code: 500, body: "etcd is full" } : undefined,
    });
    writeFileSync(join(folder, "a.json"), "before");
    const { exitCode, stderr } = await run("snapshot", "--out", "a.json");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("pods were read in part only: etcd is full");
    expect(readFileSync(join(folder, "a.json"), "utf8")).toBe("before");
    expect(readdirSync(folder).sort()).toEqual(["a.json", "kubeconfig"]);
  });
});

test("an older version of a group is asked for where the newer one is not there", async () => {
  const hpa: Served = {
    apiVersion: "autoscaling/v1",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web", namespace: "shop" },
  };
  const { run, read } = await liveCluster({
    intercept: ({ path }) => {
      if (path === "/apis/autoscaling/v1/horizontalpodautoscalers")
        return { code: 200, body: { items: [hpa], metadata: {} } };
      return path.startsWith("/apis/autoscaling/") ? { code: 404, body: "404 page not found" } : undefined;
    },
  });
  await run("snapshot", "--out", "a.json");
  expect(parse(read("a.json")).items.map(({ apiVersion }) => apiVersion)).toContain("autoscaling/v1");
});

test("metrics that are away are left out, and named", async () => {
  const { run } = await liveCluster({
    intercept: ({ path }) =>
      path.startsWith("/apis/metrics.k8s.io/") ? { code: 503, body: "service unavailable" } : undefined,
  });
  const { exitCode, stderr } = await run("snapshot", "--out", "a.json");
  expect(exitCode).toBe(0);
  expect(stderr).toContain("not read: nodes.metrics.k8s.io, pods.metrics.k8s.io\n  service unavailable\n");
});

test("under other names nothing tells whose cluster it is, and a snapshot can be made of files too", async () => {
  const { run, read } = await liveCluster();
  expect(await run("snapshot", "--anonymize", "--out", "a.json")).toMatchObject({ exitCode: 0, stdout: "" });
  await run("snapshot", "--out", "cluster.json");
  expect((await run("snapshot", "--from", "cluster.json", "--anonymize", "--out", "b.json")).exitCode).toBe(
    0,
  );
  const [a, b] = ["a.json", "b.json"].map(read);
  expect(a).toBe(b);
  expect(a).not.toContain("shop");
  expect(a).toContain('"namespace":"');
  expect(parse(a!).metadata.annotations).toMatchObject({
    "seatrial/inventory": expect.stringContaining("Service"),
    "seatrial/kubernetes-version": "v1.35.2",
  });
});

test("a link to a file stays one", async () => {
  const { folder, run, read } = await liveCluster();
  writeFileSync(join(folder, "real.json"), "");
  symlinkSync(join(folder, "real.json"), join(folder, "link.json"));
  await run("snapshot", "--out", "link.json");
  expect(parse(read("real.json")).items.length).toBe(2);
});

test.each([
  [["--out", "/nonexistent/x.json"], "--out /nonexistent/x.json: there is no such file or directory"],
  [["--from", "missing.json"], "missing.json: there is no such file or directory"],
])("what cannot be read or written is said: %j", async (words, message) => {
  const { exitCode, stderr } = await (await liveCluster()).run("snapshot", ...words);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});

test("the flags of the control plane stay in, and with --with-config what kubeadm's ConfigMaps tell", async () => {
  const manager: Served = {
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
  const configMap = (name: string, data: object): Served => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "kube-system", annotations: { a: "hunter2" } },
    data,
  });
  const { run, read } = await liveCluster({
    objects: [
      node,
      pod,
      manager,
      configMap("kubelet-config", { kubelet: "failCgroupV1: false" }),
      configMap("kube-proxy", { "config.conf": "mode: ipvs", "kubeconfig.conf": "hunter2" }),
      configMap("other", { "a.yaml": "hunter2" }),
    ],
  });
  const configMaps = (text: string) => parse(text).items.filter(({ kind }) => kind === "ConfigMap");
  await run("snapshot", "--out", "plain.json");
  const plain = read("plain.json");
  expect(plain).toContain('"command":["kube-controller-manager","--node-monitor-grace-period=20s"]');
  expect(plain).not.toContain("hunter2");
  expect(configMaps(plain)).toEqual([]);
  expect((await run("snapshot", "--with-config", "--out", "whole.json")).stderr).toContain(
    "other ConfigMaps",
  );
  const whole = read("whole.json");
  expect(whole).not.toContain("hunter2");
  expect(configMaps(whole).map(({ data }) => data)).toEqual([
    { kubelet: "failCgroupV1: false" },
    { "config.conf": "mode: ipvs" },
  ]);
});
