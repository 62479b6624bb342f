import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { reportSchema } from "../../src/report/json.ts";
import { checkSchema } from "../../src/report/check-json.ts";
import { sinceSchema } from "../../src/report/since-json.ts";
import { folderWith, seatrial } from "../support/command-line.ts";

const scenarios = join(import.meta.dirname, "../../scenarios");
const blocked = join(scenarios, "budget-allows-nothing.yaml");

const cluster = (ready = "True", unschedulable = false) => `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Node
    metadata: { name: node-1 }
    spec: { unschedulable: ${unschedulable} }
    status: { allocatable: { cpu: "2", memory: 4Gi, pods: "110" }, conditions: [{ type: Ready, status: "${ready}" }] }
  - apiVersion: v1
    kind: Node
    metadata: { name: node-2 }
    status: { allocatable: { cpu: "2", memory: 4Gi, pods: "110" }, conditions: [{ type: Ready, status: "True" }] }
`;

describe("seatrial", () => {
  test("demo: text in a pipe, exit 0, and what to type next", () => {
    const { exitCode, stdout, stderr } = seatrial(folderWith({}), ["demo"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    for (const part of [
      "12 nodes",
      "Steps",
      "Down",
      "drain-failed",
      "seatrial drain NODE --from cluster.json",
    ])
      expect(stdout).toContain(part);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("the same command twice prints the same bytes", () => {
    const run = (format: string) => seatrial(folderWith({}), ["demo", "-o", format]).stdout;
    for (const format of ["text", "markdown", "json"]) expect(run(format)).toBe(run(format));
  });

  test("json fits its schema, markdown its length", () => {
    const { stdout } = seatrial(folderWith({}), ["demo", "-o", "json"]);
    expect(reportSchema.safeParse(JSON.parse(stdout)).error).toBeUndefined();
    const markdown = seatrial(folderWith({}), ["demo", "-o", "markdown"]).stdout;
    expect(markdown.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
  });

  test("a scenario that comes out as it says exits 0, one that does not exits 1", () => {
    const text = readFileSync(blocked, "utf8");
    const folder = folderWith({
      "good.yaml": text,
      "bad.yaml": text.replace("word: HANGS", "word: FINISHES"),
    });
    const good = seatrial(folder, ["rehearse", "good.yaml"]);
    expect(good.stdout).toContain("HANGS");
    expect(good.exitCode).toBe(0);
    const bad = seatrial(folder, ["rehearse", "bad.yaml"]);
    expect(bad.stdout).toContain("expected the report to begin with FINISHES, got HANGS");
    expect(bad.exitCode).toBe(1);
    expect(seatrial(folder, ["rehearse", "bad.yaml", "--fail-on", "never"]).exitCode).toBe(0);
  });

  test("drain: the exit code follows --fail-on, and --print-plan prints a plan that can be rehearsed", () => {
    const folder = folderWith({ "cluster.yaml": cluster() });
    const drain = ["drain", "node-1", "--from", "cluster.yaml", "--assume-none", "Pod"];
    expect(seatrial(folder, drain).exitCode).toBe(0);
    const { stdout } = seatrial(folder, [...drain, "--print-plan"]);
    expect(stdout).toContain("kind: MaintenancePlan");
    const again = seatrial(folder, ["rehearse", "-", ...drain.slice(2)], stdout);
    expect([again.exitCode, again.stdout.startsWith("FINISHES")]).toEqual([0, true]);
  });

  test("a trace that was written can be shown again", () => {
    for (const name of ["trace.jsonl", "trace.jsonl.gz"]) {
      const folder = folderWith({});
      const written = seatrial(folder, ["rehearse", blocked, "--trace", name, "--fail-on", "never"]);
      const shown = seatrial(folder, ["show", name, "--fail-on", "never"]);
      expect(shown.exitCode).toBe(0);
      const [headline] = written.stdout.split("\n");
      expect(shown.stdout.split("\n")[0]).toBe(headline);
    }
    const { exitCode, stderr } = seatrial(folderWith({ "x.jsonl": "{}\n" }), ["show", "x.jsonl"]);
    expect([exitCode, stderr.startsWith("seatrial: x.jsonl:1:")]).toEqual([2, true]);
  });

  test("check: a row a node, and JSON that fits its schema", () => {
    const folder = folderWith({ "cluster.yaml": cluster("False") });
    const check = ["check", "--from", "cluster.yaml", "--assume-none", "Pod", "--fail-on", "never"];
    const { stdout } = seatrial(folder, check);
    expect(stdout).toMatch(/node-1 .*NotReady/);
    const json = seatrial(folder, [...check, "-o", "json"]);
    expect(checkSchema.safeParse(JSON.parse(json.stdout)).error).toBeUndefined();
  });

  test("check --since: what is not again as it was", () => {
    const folder = folderWith({ "before.yaml": cluster(), "after.yaml": cluster("True", true) });
    const since = ["check", "--since", "before.yaml", "--from", "after.yaml"];
    const { exitCode, stdout } = seatrial(folder, since);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("node-not-restored: node-1: is still cordoned");
    expect(stdout).toContain("kubectl uncordon node-1");
    const json = JSON.parse(seatrial(folder, [...since, "-o", "json"]).stdout) as unknown;
    expect(sinceSchema.safeParse(json).error).toBeUndefined();
    expect(seatrial(folder, [...since, "--accept", "node-not-restored=node-1"]).exitCode).toBe(0);
    const same = ["check", "--since", "after.yaml", "--from", "after.yaml", "-o", "markdown"];
    expect(seatrial(folder, same)).toMatchObject({ exitCode: 0 });
  });

  test("manifests alone, on nodes of a given shape", () => {
    const manifests = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: web, resources: { requests: { cpu: 500m } } }] }
`;
    const folder = folderWith({ "web.yaml": manifests });
    const shape = ["--from", "web.yaml", "--node-shape", "3,cpu=2,memory=4Gi,zones=a:b:c"];
    const { exitCode, stdout } = seatrial(folder, ["check", ...shape]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/made from\s+manifests/);
  });

  test("--help lists what there is, quickly and without a cluster", () => {
    const { exitCode, stdout } = seatrial(folderWith({}), ["--help"]);
    expect(exitCode).toBe(0);
    for (const command of ["drain", "rehearse", "check", "demo", "show"])
      expect(stdout).toContain(`\n  ${command} `);
  });
});
