import { join } from "node:path";
import { expect, test } from "vitest";
import { kubeconfigOf, serveApi, type Served } from "../support/api-server.ts";
import { folderWith, seatrial, seatrialBeside } from "../support/command-line.ts";

const node = (name: string, version = "v1.34.2"): Served => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: {
    name,
    labels: name === "n1" ? { "node-role.kubernetes.io/control-plane": "" } : {},
    annotations: { "kubeadm.alpha.kubernetes.io/cri-socket": "unix:///run/containerd/containerd.sock" },
  },
  status: {
    nodeInfo: { kubeletVersion: version },
    allocatable: { cpu: "2", memory: "4Gi", pods: "110" },
    conditions: [{ type: "Ready", status: "True" }],
  },
});

const pod: Served = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "shop" },
  spec: { nodeName: "n1", containers: [{ name: "web", image: "web:1" }] },
  status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
};

const planOf = (steps: string) => `apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: test }
spec: { steps: [${steps}] }
`;

/** Each command that reads a cluster, with the exit code of a cluster in which nothing is amiss. */
const commands: readonly (readonly [words: readonly string[], exitCode: number, said: string])[] = [
  [["drain", "n1", "--force"], 0, "FINISHES"],
  [["rehearse", "plan.yaml"], 0, "FINISHES"],
  [["compare", "plan.yaml", "other.yaml"], 0, "FINISHES"],
  [["upgrade", "--to", "v1.35.2", "--print-plan"], 0, "kind: MaintenancePlan"],
  [["runbook", "plan.yaml"], 0, "kubectl cordon n1"],
  [["check"], 0, "node"],
  [["snapshot"], 0, '"kind":"List"'],
  // It is read and loaded; to carry out a plan takes Go, and a step of this one nobody can.
  [["lab", "upgrade.yaml"], 2, "upgrade.yaml: the lab cannot carry out upgradeKubelet"],
];

/** What the help of a command names. */
const help = (...words: readonly string[]) => seatrial(folderWith({}), [...words, "--help"]).stdout;

test("every command that takes --from takes --context, and is in this table", () => {
  const names = [...help().matchAll(/^ {2}([a-z]+) /gm)].map(([, name = ""]) => name);
  const reading = names.filter((name) => name !== "help" && help(name).includes("--from <path>"));
  expect(new Set(reading)).toEqual(new Set(commands.map(([[name]]) => name)));
  for (const name of reading) expect(help(name)).toMatch(/--context <name>[^]*--kubeconfig <file>/);
});

test.each(commands)(
  "%j reads the current context, and the one that is named",
  async (words, exitCode, said) => {
    const objects = [node("n1"), node("n2"), pod];
    const [current, other] = [await serveApi({ objects }), await serveApi({ objects })];
    const folder = folderWith({
      current: kubeconfigOf(current.url),
      other: kubeconfigOf(other.url, { context: "other", others: ["another"] }),
      "plan.yaml": planOf("{ cordon: { nodes: [n1] } }, { uncordon: { nodes: [n1] } }"),
      "other.yaml": planOf("{ cordon: { nodes: [n2] } }, { uncordon: { nodes: [n2] } }"),
      "upgrade.yaml": planOf("{ upgradeKubelet: { nodes: [n1], to: v1.35.2 } }"),
    });
    const env = { KUBECONFIG: join(folder, "current") };
    const ran = await seatrialBeside(folder, words, env);
    expect([ran.exitCode, ran.stdout + ran.stderr]).toEqual([exitCode, expect.stringContaining(said)]);
    expect(current.requests).toContain("GET /api/v1/pods?limit=500");
    expect(other.requests).toEqual([]);
    const flags = ["--kubeconfig", "other", "--context", "another"];
    const named = await seatrialBeside(folder, [...words, ...flags], env);
    expect([named.exitCode, named.stdout + named.stderr]).toEqual([exitCode, expect.stringContaining(said)]);
    expect(other.requests).toContain("GET /api/v1/pods?limit=500");
  },
);

test("of several kubeconfig files the first one's context counts, and files that are not there do not", async () => {
  const [first, second] = [await serveApi({ objects: [node("n1"), pod] }), await serveApi({ objects: [] })];
  const folder = folderWith({
    a: kubeconfigOf(first.url, { context: "a" }),
    // It calls its cluster and its user as the first one does.
    b: kubeconfigOf(second.url, { context: "b" }),
    empty: "",
  });
  const files = ["missing", "empty", "a", "b"].map((name) => join(folder, name)).join(":");
  const { exitCode } = await seatrialBeside(folder, ["check", "--fail-on", "never"], { KUBECONFIG: files });
  expect(exitCode).toBe(0);
  expect(first.requests.length).toBeGreaterThan(0);
  expect(second.requests).toEqual([]);
});
