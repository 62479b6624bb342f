import { describe, expect, test } from "vitest";
import { folderWith, seatrial } from "../support/command-line.ts";
import { kubeadmCluster } from "../support/kubeadm.ts";

/** What `--to` and the flags beside it refuse, and what they take; manifests without a cluster. */

const cluster = kubeadmCluster({
  controlPlanes: 1,
  workers: 1,
  version: "v1.33.13",
  etcd: "3.5.26-0",
  coredns: "1.12.0",
});
const input = ["--from", "cluster.yaml", "--kubernetes-version", "v1.33.13"];
const none = ["--assume-none", "pv,WebhookConfiguration"];

describe.each(["check", "upgrade"])("%s --to", (command) => {
  test.each([
    ["v1.30", "older|not newer"],
    ["v1.33.12", "older|not newer"],
    ["v1.32.99", "not known"],
    ["v1.37", "not known here. Known are"],
    ["v1.99.0", "not known here"],
    ["v2.0", "not known here"],
    ["latest", "expected a version such as v1.36"],
    ["1", "expected a version such as v1.36"],
    ["", "expected a version such as v1.36"],
    ["v1.34.11; rm -rf /", "expected a version such as v1.36"],
    ["-1.34", "expected a version such as v1.36|argument"],
  ])("%s ends with exit code 2 and a sentence", (to, sentence) => {
    const folder = folderWith({ "cluster.yaml": cluster });
    const { exitCode, stdout, stderr } = seatrial(folder, [command, `--to=${to}`, ...input, ...none]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.replace(/\s+/g, " ")).toMatch(new RegExp(sentence));
    expect(stderr).not.toMatch(/at .*\.(ts|mjs):\d+/);
  });
});

test("--kubectl-version that is no version ends with exit code 2; one that is too old is an error", () => {
  const folder = folderWith({ "cluster.yaml": cluster });
  const run = (version: string) =>
    seatrial(folder, ["check", ...input, ...none, "--kubectl-version", version]);
  expect(run("old")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("--kubectl-version old") as string,
  });
  expect(run("1.33").stdout).not.toContain("version-skew");
  const { exitCode, stdout } = run("1.31.2");
  expect(exitCode).toBe(1);
  expect(stdout.replace(/\s+/g, " ")).toContain("kubectl v1.31.2 is 2 minors older than API server pod");
});

describe("manifests without a cluster", () => {
  const budget = `apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { minAvailable: 1, selector: { matchLabels: { app: web } } }
`;
  const ingress = `apiVersion: extensions/v1beta1
kind: Ingress
metadata: { name: web, namespace: shop }
spec: {}
`;
  const files = {
    "deploy/budget.yaml": budget,
    "deploy/more/all.yaml": `${budget.replace("web", "api")}---\n${ingress}`,
  };

  test("are held against a version: file, line and document of each that is refused", () => {
    const folder = folderWith(files);
    const { exitCode, stdout } = seatrial(folder, ["check", "--from", "deploy", "--to", "v1.25"]);
    expect(exitCode).toBe(1);
    const text = stdout.replace(/\s+/g, " ");
    expect(text).toContain("CHECK 2 errors in objects that are to go to v1.25.16.");
    expect(text).toContain("shop/web (deploy/budget.yaml:1)");
    expect(text).toContain("shop/api (deploy/more/all.yaml:1)");
    expect(text).toContain("shop/web (deploy/more/all.yaml:6, document 2)");
    expect(stdout).not.toMatch(/^(Nodes|Budgets)/m);
    const json = seatrial(folder, ["check", "--from", "deploy", "--to", "v1.25", "-o", "json"]);
    const { findings } = JSON.parse(json.stdout) as { findings: readonly { rule: string }[] };
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(["removed-api"]));
  });

  test("that a version takes are said to be found so, and no more; without --to nodes are asked for", () => {
    const folder = folderWith({ "deploy/budget.yaml": budget.replace("v1beta1", "v1") });
    const { exitCode, stdout } = seatrial(folder, ["check", "--from", "deploy", "--to", "v1.25"]);
    expect(exitCode).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toContain("No object is found that v1.25.16 does not take");
    expect(seatrial(folder, ["check", "--from", "deploy"])).toMatchObject({ exitCode: 2 });
  });
});
