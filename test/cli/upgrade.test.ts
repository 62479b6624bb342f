import { resolve } from "node:path";
import { expect, test } from "vitest";
import { folderWith, seatrial } from "../support/command-line.ts";
import { kubeadmCluster } from "../support/kubeadm.ts";

const cluster = kubeadmCluster({
  controlPlanes: 3,
  workers: 2,
  version: "v1.33.13",
  etcd: "3.5.26-0",
  coredns: "1.12.0",
});

const input = [
  "--from",
  "cluster.yaml",
  "--kubernetes-version",
  "v1.33.13",
  "--assume-none",
  "pv,WebhookConfiguration",
];

test("upgrade: the plan is made and rehearsed, and says what becomes of versions, etcd and the API", () => {
  const folder = folderWith({ "cluster.yaml": cluster });
  const { exitCode, stdout } = seatrial(folder, ["upgrade", "--to", "1.34", "--fail-on", "never", ...input]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/Tightest: kubelet 1\.33 and API server 1\.34, 1\s+behind of 3 allowed/);
  expect(stdout).toContain("etcd 2 of 3 at its lowest, needs 2: none to spare.");
  expect(stdout).toContain("One API server answers at every moment.");
  expect(stdout).toMatch(/0:00 {2}back up etcd +40 s/);
});

test("upgrade --print-plan prints a plan that can be rehearsed, with the same result", () => {
  const folder = folderWith({ "cluster.yaml": cluster });
  const { stdout: plan } = seatrial(folder, ["upgrade", "--to", "1.34", "--print-plan", ...input]);
  expect(plan).toContain("kubernetesVersion: v1.34.11");
  const first = (args: readonly string[], text = "") =>
    seatrial(folder, [...args, ...input], text).stdout.split("\n")[0];
  expect(first(["rehearse", "-"], plan)).toBe(first(["upgrade", "--to", "1.34"]));
});

test("upgrade: with one control-plane node nothing answers while it is upgraded", () => {
  const single = kubeadmCluster({
    controlPlanes: 1,
    workers: 2,
    version: "v1.33.13",
    etcd: "3.5.26-0",
    coredns: "1.12.0",
  });
  const folder = folderWith({ "cluster.yaml": single });
  const { stdout } = seatrial(folder, ["upgrade", "--to", "1.34", ...input]);
  expect(stdout).toMatch(/The API is away 1 time/);
  expect(stdout).toContain("control-plane-away");
});

test("upgrade --soak-between-minors dates the path against each end of life", () => {
  const folder = folderWith({ "cluster.yaml": cluster });
  const path = (more: readonly string[]) =>
    seatrial(folder, ["upgrade", "--to", "1.35", "--as-of", "2026-10-20T00:00:00Z", ...more, ...input])
      .stdout;
  const soaked = path(["--soak-between-minors", "2w", "--canary", "1"]);
  expect(soaked).toMatch(/now +past its end of life, 2026-06-28/);
  expect(soaked).toMatch(
    /2026-10-20 +reaches its end of life on 2026-10-27, before\s+the next one on 2026-11-03/,
  );
  expect(soaked).toMatch(/v1\.35\.8 +2026-11-03 +supported until 2027-02-28/);
  // What stands under Next makes the same plan, and rehearses it to its end.
  expect(soaked).toContain("--canary 1 --soak-between-minors 2w");
  expect(soaked).toContain("--horizon 360h");
  expect(path([])).toMatch(/2026-10-20 +supported until 2026-10-27/);
});

test.each([["soon"], ["-1w"]])("upgrade --soak-between-minors %s is refused with a sentence", (soak) => {
  const folder = folderWith({ "cluster.yaml": cluster });
  const args = ["upgrade", "--to", "1.35", `--soak-between-minors=${soak}`, ...input];
  const { exitCode, stderr } = seatrial(folder, args);
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringContaining(`--soak-between-minors ${soak}: expected a duration such as 2d or 1w`),
  ]);
});

test.each([
  ["1.32", "is older than the control plane, which is at v1.33.13"],
  ["1.33.13", "the cluster is at v1.33.13 already"],
  ["1.99", "this version is not known here"],
  ["soon", "expected a version such as v1.36"],
])("upgrade --to %s is refused with a sentence", (to, expected) => {
  const folder = folderWith({ "cluster.yaml": cluster });
  const { exitCode, stderr } = seatrial(folder, ["upgrade", "--to", to, ...input]);
  expect([exitCode, stderr.includes(expected)]).toEqual([2, true]);
});

test("upgrade --strategy surge: new nodes come with the version, and the old ones go", () => {
  const folder = folderWith({ "cluster.yaml": cluster });
  const args = ["upgrade", "--to", "1.34", "--strategy", "surge", "--fail-on", "never", ...input];
  const { exitCode, stdout } = seatrial(folder, [...args, "--output", "json"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ word: "FINISHES" });
  const { stdout: plan } = seatrial(folder, [...args, "--max-surge", "2", "--print-plan"]);
  expect(plan).toContain("workers-1-34: {version: v1.34.11}");
  expect(plan).toContain("strategy: {surge: {maxSurge: 2}}");
});

test("compare --strategy: the same upgrade in several ways, machines counted", () => {
  const folder = folderWith({ "cluster.yaml": cluster });
  const ways = ["in-place", "surge", "blue-green"].flatMap((name) => ["--strategy", name]);
  const { stdout } = seatrial(folder, ["compare", "--to", "1.34", ...ways, "--output", "json", ...input]);
  expect(JSON.parse(stdout)).toMatchObject({
    plans: [
      { plan: "in-place", peakNodes: 5, newNodeHours: 0 },
      { plan: "surge", peakNodes: 6 },
      { plan: "blue-green", peakNodes: 7 },
    ],
  });
});

test.each([
  [["upgrade", "--to", "1.34", "--max-surge", "2"], "go with --strategy surge, and this is in-place"],
  [
    ["upgrade", "--to", "1.34", "--strategy", "surge", "--max-surge", "0"],
    "--max-surge 0 needs --max-unavailable",
  ],
  [
    ["upgrade", "--to", "1.34", "--strategy", "surge", "--max-surge", "x"],
    "--max-surge x: expected a number of nodes",
  ],
  [["upgrade", "--to", "1.34", "--strategy", "surge", "--max-parallel", "2"], "--max-parallel says nothing"],
  [["upgrade", "--to", "1.34", "--strategy", "blue-green", "--canary", "1"], "--canary says nothing"],
  [["compare", "--strategy", "surge", "--strategy", "in-place"], "--strategy needs --to VERSION"],
  [["compare", "--to", "1.34", "--strategy", "surge"], "give two different strategies"],
  [["compare"], "give two plans or more"],
])("%j is refused with a sentence", (args, sentence) => {
  const folder = folderWith({ "cluster.yaml": cluster });
  const { exitCode, stderr } = seatrial(folder, [...args, ...input]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(sentence);
});

test("what comes next is the plan that was rehearsed: with its strategy", () => {
  const file = resolve("docs/examples/eks.yaml");
  const args = ["upgrade", "--to", "1.35", "--strategy", "blue-green", "--from", file];
  const given = [...args, "--assume-none", "pv,WebhookConfiguration", "--fail-on", "never"];
  const { stdout } = seatrial(folderWith({}), given);
  expect(stdout).toContain("seatrial upgrade --to 1.35 --strategy blue-green");
  const { stdout: plan } = seatrial(folderWith({}), [...given, "--print-plan"]);
  expect(plan).toContain("drainer: kubectl");
  expect(plan).toContain("blueGreen");
});
