import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, seatrial } from "../support/command-line.ts";

const node = `apiVersion: v1
kind: Node
metadata: { name: node-1 }
status:
  allocatable: { cpu: "2", memory: 4Gi, pods: "110" }
  conditions: [{ type: Ready, status: "True" }]
`;

/** What a file of this text makes Seatrial say; each is exit 2, on standard error alone, without a stack trace. */
function complaint(
  name: string,
  text: string,
  args: readonly string[] = ["drain", "node-1", "--from", name],
) {
  const { exitCode, stdout, stderr } = seatrial(folderWith({ [name]: text }), args);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect([exitCode, stdout]).toEqual([2, ""]);
  return stderr;
}

const bomb = Array.from({ length: 9 }, (_, index) => {
  const inner = index === 0 ? "x" : `*a${index - 1}`;
  return `a${index}: &a${index} [${Array.from({ length: 9 }, () => inner).join(", ")}]`;
}).join("\n");

describe("bad input is told of where it stands, with what to do", () => {
  test.each([
    ["text that is no YAML", "a.yaml", "this: is: not: [yaml\n", "a.yaml:1: not valid YAML"],
    ["an alias bomb", "a.yaml", `${node}${bomb}\n`, "its aliases repeat a part more than 100 times"],
    ["JSON that is cut off", "a.json", '{"kind":"List","items":[{"apiV', "seems to be cut off"],
    [
      "a list",
      "a.yaml",
      "- 1\n",
      "a.yaml:1: expected a Kubernetes object (a map with apiVersion and kind), got a list",
    ],
    ["nothing at all", "a.yaml", "", "there is no object that Seatrial understands"],
    ["binary data", "a.yaml", "a\u0000b", "this is not text (it contains a NUL byte)"],
    [
      "a negative quantity",
      "a.yaml",
      node.replace('"2"', '"-2"'),
      'a.yaml:5: Node/node-1: status.allocatable.cpu: expected a quantity of 0 or more, got "-2"',
    ],
    [
      "a selector with an unknown operator",
      "a.yaml",
      `${node}---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: b, namespace: shop }
spec:
  minAvailable: 1
  selector:
    matchExpressions:
      - { key: a, operator: Like, values: [b] }
`,
      'a.yaml:15 (document 2): shop/PodDisruptionBudget/b: spec.selector.matchExpressions[0].operator: expected an operator: In, NotIn, Exists, DoesNotExist, got "Like"',
    ],
  ])("%s", (_what, name, text, expected) => {
    expect(complaint(name, text)).toContain(expected);
  });

  test("a file that is not there", () => {
    const { exitCode, stderr } = seatrial(folderWith({}), ["check", "--from", "nowhere.yaml"]);
    expect([exitCode, stderr]).toEqual([2, "seatrial: nowhere.yaml: there is no such file or directory\n"]);
  });

  test("a misspelt field of a plan, with the nearest name", () => {
    const plan = `apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: x }
spec:
  steps:
    - drain: { nodes: [node-1], ignoreDeamonSets: true }
`;
    const folder = folderWith({ "plan.yaml": plan, "cluster.yaml": node });
    const { exitCode, stderr } = seatrial(folder, ["rehearse", "plan.yaml", "--from", "cluster.yaml"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'plan.yaml:6: spec.steps[0].drain.ignoreDeamonSets: there is no "ignoreDeamonSets"',
    );
    expect(stderr).toContain('did you mean "ignoreDaemonSets"?');
  });

  test("an unknown node, with the nearest name", () => {
    const said = complaint("a.yaml", node, ["drain", "node-2", "--from", "a.yaml", "--assume-none", "Pod"]);
    expect(said).toBe('seatrial: a.yaml has no node node-2 (did you mean "node-1"?)\n');
  });

  test("no cluster at all", () => {
    const { exitCode, stderr } = seatrial(folderWith({}), ["drain", "node-1"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/Which cluster\?|kubectl get/);
  });

  test("200 MB of garbage, in little memory", () => {
    const folder = folderWith({});
    const file = openSync(join(folder, "garbage.txt"), "w");
    const megabyte = "lorem ipsum dolor sit amet ".repeat(40_000).slice(0, 1 << 20);
    for (let written = 0; written < 200; written++) writeSync(file, megabyte);
    closeSync(file);
    const { exitCode, stderr } = seatrial(folder, ["check", "--from", "garbage.txt"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("garbage.txt: more than 48 MiB, and it is not JSON");
  });

  test.each([
    [["drain", "node-1", "--from", "a.yaml", "--timeout", "soon"], "timeout"],
    [
      ["drain", "node-1", "--from", "a.yaml", "--assume-none", "Pod", "--accept", "no-such-rule"],
      "there is no rule no-such-rule",
    ],
    [["drain", "node-1", "--from", "a.yaml", "--seed", "x"], "whole number"],
    [["drain", "node-1", "--from", "a.yaml", "--as-of", "yesterday"], "--as-of yesterday: expected a time"],
    [["drain", "node-1", "--from", "a.yaml", "--assume-none", "Podd"], "--assume-none Podd: no such kind"],
    [["drain", "--from", "a.yaml", "--assume-none", "Pod"], "which node?"],
    [["drain", "node-1", "--from", "a.yaml"], "a.yaml has 1 node and no Pod"],
    [["drian"], "unknown command"],
  ])("%s", (args, expected) => {
    expect(complaint("a.yaml", node, args)).toContain(expected);
  });
});

describe("input that is odd and not wrong", () => {
  test("names that are JavaScript's own", () => {
    const odd = `apiVersion: v1
kind: Node
metadata: { name: __proto__, labels: { __proto__: x, constructor: y } }
status: { allocatable: { cpu: "2", memory: 1Gi, pods: "110" }, conditions: [{ type: Ready, status: "True" }] }
---
apiVersion: v1
kind: Pod
metadata: { name: __proto__, namespace: constructor }
spec: { nodeName: __proto__, containers: [{ name: toString, image: x }] }
status: { phase: Running }
`;
    const { exitCode, stdout } = seatrial(folderWith({ "a.yaml": odd }), [
      "drain",
      "__proto__",
      "--from",
      "a.yaml",
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("constructor/__proto__");
  });

  test("names with terminal codes come out as text, in each format", () => {
    const name = String.raw`n1\e[31m\e]0;title\a`;
    const folder = folderWith({ "a.yaml": node.replace("node-1", `"${name}"`) });
    for (const format of ["text", "markdown", "json"]) {
      const { exitCode, stdout } = seatrial(folder, [
        "check",
        "--from",
        "a.yaml",
        "--assume-none",
        "Pod",
        "-o",
        format,
      ]);
      expect(exitCode).toBe(0);
      expect(stdout).not.toMatch(/[\u001B\u0007]/);
      expect(stdout).toContain("n1");
    }
  });

  test("a cluster of nodes only, where somebody says that it is one", () => {
    const words = ["drain", "node-1", "--from", "a.yaml", "--assume-none", "Pod"];
    const { exitCode, stdout } = seatrial(folderWith({ "a.yaml": node }), words);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("FINISHES");
    expect(stdout).toContain("no Services in the input");
  });

  test("standard input", () => {
    const { exitCode, stdout } = seatrial(
      folderWith({}),
      ["drain", "node-1", "--from", "-", "--assume-none", "Pod"],
      node,
    );
    expect([exitCode, stdout.includes("standard input")]).toEqual([0, true]);
  });
});
