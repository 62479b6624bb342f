import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fixed, fromPercentiles } from "../../src/plan/assumptions.ts";
import { formatProblem } from "../../src/model/problem.ts";
import { parseScenario } from "../../src/scenario/read-scenario.ts";
import { complaints, fileOf, fileOfWorkloads, scenarioIn } from "./rehearse-scenario.ts";

const drain = "plan: { steps: [drain: { nodes: [node-1] }] }";
const three = "{ generate: { nodes: [{ count: 3 }] } }";
const c = (cluster: string, rest = drain) => fileOf(`cluster: ${cluster}\n${rest}`);

test("a scenario has a cluster, a plan and what it expects", () => {
  const scenario = scenarioIn(
    fileOf(`
title: A title
story: |
  What happens.
cluster: { generate: { seed: 3, controlPlane: { version: v1.34.2, members: 1 }, nodes: [{ count: 2, zones: [a] }] } }
plan: { steps: [drain: { nodes: [node-1], timeout: 5m }] }
expect: [{ rule: service-outage, subject: "*", message: start }, { word: HURTS }]`),
  );
  expect(scenario).toMatchObject({
    name: "test",
    title: "A title",
    story: "What happens.",
    isSnapshot: false,
    placementSeed: 3,
    expect: [
      { kind: "finding", rule: "service-outage", message: "start" },
      { kind: "word", word: "HURTS" },
    ],
  });
  expect(scenario.cluster.version).toBe("v1.34.2");
  expect(scenario.cluster.objects.Node.map(({ name }) => name)).toEqual(["cp-1", "node-1", "node-2"]);
  expect(scenario.plan.name).toBe("test");
  expect(scenario.plan.steps[0]).toMatchObject({ kind: "drain", options: { timeout: 300_000 } });
});

test("assumptions: the plan's own come first, then the scenario's, then the workload's", () => {
  const scenario = scenarioIn(
    fileOf(`
cluster:
  generate:
    nodes: [{ count: 1 }]
    workloads: [{ deployment: shop/web, start: 1s, ready: 2s, termination: { p50: 3s, p99: 9s } }]
assumptions: { reboot: 7m, volumeMove: 1m, workloads: { shop/Deployment/web: { start: 10s, ready: 20s } } }
plan:
  assumptions: { reboot: 8m, workloads: { shop/Deployment/web: { start: 100s } } }
  steps: [reboot: { nodes: [node-1] }]`),
  );
  expect(scenario.plan.assumptions).toEqual({
    reboot: fixed(480_000),
    volumeMove: fixed(60_000),
    default: {},
    replacedOwners: [],
    workloads: {
      "shop/Deployment/web": {
        start: fixed(100_000),
        ready: fixed(20_000),
        termination: fromPercentiles(3_000, 9_000),
      },
    },
  });
  expect(scenario.plan.steps[0]).toMatchObject({ kind: "reboot", duration: fixed(480_000) });
});

test("objects are read as manifests, with a line for what is wrong in them", () => {
  const node = "{ apiVersion: v1, kind: Node, metadata: { name: node-1 } }";
  expect(scenarioIn(c(`{ objects: [${node}] }`)).cluster.objects.Node).toHaveLength(1);
  const spec = "{ replicas: -1, selector: {}, template: {} }";
  expect(
    complaints(
      fileOf(`
cluster:
  objects:
    - ${node}
    - apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web }
      spec: ${spec}
${drain}`),
    ),
  ).toEqual([
    "scenario.yaml:11: default/Deployment/web: spec.replicas: expected a whole number, 0 or more, got -1",
  ]);
});

describe("a snapshot", () => {
  test("is a file beside the scenario, taken as it stands", () => {
    const folder = mkdtempSync(join(tmpdir(), "scenario-"));
    try {
      const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } };
      writeFileSync(join(folder, "cluster.json"), JSON.stringify(node));
      const result = parseScenario(c("{ snapshot: { file: cluster.json } }"), join(folder, "a.yaml"));
      expect(result.ok && result.scenario.isSnapshot).toBe(true);
      const other = parseScenario(c("{ snapshot: { file: other.json } }"), join(folder, "b.yaml"));
      expect(other.ok ? [] : other.problems.map(formatProblem)).toEqual([
        `${join(folder, "other.json")}: there is no such file or directory`,
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("what is no scenario is refused, with a sentence", () => {
  const plan = "spec.plan.steps[0]";
  const later = (word: string) =>
    `this version does not rehearse ${word} yet: leave it out, and take the result as one without it`;
  test.each([
    ["", "scenario.yaml:1: the file is empty: expected a Scenario"],
    ["- a\n", 'scenario.yaml:1: expected a scenario, got ["a"]'],
    ["kind: MaintenancePlan\n", 'scenario.yaml:1: kind: expected Scenario, got "MaintenancePlan"'],
    [
      "kind: Scenarios\n",
      'scenario.yaml:1: kind: expected Scenario, got "Scenarios" (did you mean "Scenario"?)',
    ],
    [c("{}"), "scenario.yaml:5: spec.cluster: expected generate, objects or snapshot"],
    [
      c("{ generate: { nodes: [{ count: 3 }] }, snapshot: { file: a.json } }"),
      "scenario.yaml:5: spec.cluster: expected snapshot alone, or generate and objects",
    ],
    [
      c("{ objects: [{ apiVersion: v1, kind: Namespace, metadata: { name: a } }] }"),
      "scenario.yaml:5: spec.cluster: has no Node",
    ],
    [
      c("{ objects: [{ apiVersion: a.example/v1, kind: Widget }], generate: { nodes: [{ count: 1 }] } }"),
      "scenario.yaml:5: spec.cluster.objects: has a Widget (a.example/v1), which is not understood",
    ],
    [
      c("{ objects: [{ kind: Pod }] }"),
      "scenario.yaml:5: this is no Kubernetes object: it has no apiVersion",
    ],
    [
      c(three, "plan: { steps: [drain: { nodes: [nod-1] }] }"),
      `scenario.yaml:6: ${plan}.drain.nodes[0]: test has no node nod-1 (did you mean "node-1"?)`,
    ],
    [
      c(three, "plan:\n  steps:\n    - drain: {}"),
      `scenario.yaml:8: ${plan}.drain: which nodes? drain needs nodes: [NAME, …] or a selector here`,
    ],
    [
      c(three, "plan: { steps: [drian: {}] }"),
      `scenario.yaml:6: ${plan}.drian: there is no "drian" in the list of steps (did you mean "drain"?)`,
    ],
    [
      c(three, "plan: { steps: [joinNode: {}] }"),
      `scenario.yaml:6: ${plan}.joinNode: like which node? no node has its turn here, so joinNode needs a pattern`,
    ],
    [
      c(three, `${drain}\nfaults: [{ nodeDown: node-1 }]`),
      `scenario.yaml:7: spec.faults: ${later("faults")}`,
    ],
    [c(three, `${drain}\ngoals: []`), `scenario.yaml:7: spec.goals: ${later("goals")}`],
    [c(three, `${drain}\nrun: { seeds: 3 }`), `scenario.yaml:7: spec.run: ${later("run")}`],
    [
      c(three, `${drain}\nexpects: []`),
      'scenario.yaml:7: spec.expects: there is no "expects" in spec (did you mean "expect"?)',
    ],
    [
      c(three, "steps: []"),
      'scenario.yaml:6: spec.steps: there is no "steps" in spec: write plan: {steps: […]}',
    ],
    [
      c("{ generate: { nodes: [{ count: 1000000000 }] } }"),
      "scenario.yaml:5: spec.cluster.generate.nodes: 1000000000 nodes are more than 10000",
    ],
    [
      c("{ generate: { nodes: [{ count: 1, name: cp }], controlPlane: { version: v1.34.2, members: 1 } } }"),
      "scenario.yaml:5: spec.cluster.generate.nodes: two nodes are called cp-1: give a group another name",
    ],
  ])("%j", (text, message) => {
    expect(complaints(text)).toEqual([message]);
  });
});

describe("each expectation is about one thing", () => {
  const at = "scenario.yaml:14: spec.expect[0]";
  test.each([
    ["{}", `${at}: expected one of rule, word, service, takes, got none of them`],
    ["{ rule: a, word: HANGS }", `${at}: expected one of rule, word, service, takes, got rule and word`],
    ["{ word: HANGS, subject: a }", `${at}.subject: goes with rule only`],
    ["{ word: HANGS, downtime: { atMost: 1s } }", `${at}.downtime: goes with service only`],
    ["{ service: a/b }", `${at}: expected downtime: for how long it is down`],
    ["{ takes: {} }", `${at}.takes: expected atLeast, atMost, or both`],
    ["{ takes: { atLeast: 2s, atMost: 1s } }", `${at}.takes: atLeast is more than atMost`],
    [
      "{ word: HANG }",
      `${at}.word: expected one of FINISHES, HANGS, HURTS, REFUSES, STOPS, got "HANG" (did you mean "HANGS"?)`,
    ],
    ["{ rule: A b }", `${at}.rule: expected the id of a rule, such as drain-never-ends, got "A b"`],
  ])("%s", (entry, message) => {
    expect(complaints(fileOfWorkloads("- { pod: a/b }", `\nexpect:\n  - ${entry}`))).toEqual([message]);
  });
});

describe("each workload is one thing, and can be made", () => {
  const at = "scenario.yaml:10: spec.cluster.generate.workloads[0]";
  test.each([
    [
      "{ deployment: a/b, job: a/b }",
      `${at}: expected one of deployment, statefulSet, daemonSet, job, cronJob, pod, got deployment and job`,
    ],
    [
      "{ replicas: 3 }",
      `${at}: expected one of deployment, statefulSet, daemonSet, job, cronJob, pod, got none of them`,
    ],
    ["{ deployment: web }", `${at}.deployment: expected namespace/name, such as shop/web, got "web"`],
    [
      "{ deployment: __proto__/web }",
      `${at}.deployment: expected namespace/name, such as shop/web, got "__proto__/web"`,
    ],
    ["{ daemonSet: a/b, replicas: 2 }", `${at}.replicas: a DaemonSet takes no replicas`],
    [
      "{ deployment: a/b, replicas: 2, nodes: [node-1] }",
      `${at}.nodes: expected a node for each of 2 pods, got 1`,
    ],
    ["{ deployment: a/b, unready: 1 }", `${at}.unready: goes with nodes, and is at most their number`],
    [
      "{ deployment: a/b, replicas: 2, volume: { size: 1Gi } }",
      `${at}.volume: one node at a time mounts it: it goes with a StatefulSet, or with one pod`,
    ],
    [
      "{ deployment: a/b, volume: { size: 1Gi }, nodes: [node-1] }",
      `${at}.nodes: goes neither with a DaemonSet or a CronJob nor with a volume`,
    ],
    ["{ deployment: a/b, cpu: -1 }", `${at}.cpu: expected an amount of cpu such as 500m, got -1`],
    [
      "{ deployment: a/b, memory: lots }",
      `${at}.memory: expected an amount of memory such as 1Gi, got "lots"`,
    ],
    ["{ deployment: a/b, pdb: {} }", `${at}.pdb: expected minAvailable or maxUnavailable, got neither`],
    [
      "{ deployment: a/b, pdb: { minAvailable: 101% } }",
      `${at}.pdb.minAvailable: expected a number of pods, or a percentage such as 80%, got "101%"`,
    ],
    ["{ deployment: a/b, schedule: x }", `${at}.schedule: goes with cronJob only`],
    [
      "{ deploymnt: a/b }",
      `${at}.deploymnt: there is no "deploymnt" in a workload (did you mean "deployment"?)`,
    ],
    [
      "{ deployment: a/b, repicas: 2 }",
      `${at}.repicas: there is no "repicas" in a workload (did you mean "replicas"?)`,
    ],
    [
      "{ deployment: a/b, nodes: [node-9] }",
      `${at}.nodes[0]: there is no node node-9 (did you mean "node-1"?)`,
    ],
    ["{ deployment: a/b, priorityClass: none }", `${at}.priorityClass: there is no class none`],
  ])("%s", (workload, message) => {
    expect(complaints(fileOfWorkloads(`- ${workload}`))).toEqual([message]);
  });

  test("a workload that is there twice is refused", () => {
    expect(complaints(fileOfWorkloads("- { pod: a/b }\n- { deployment: a/b }\n- { pod: a/b }"))).toEqual([
      "scenario.yaml:12: spec.cluster.generate.workloads[2]: a Pod a/b is there already",
    ]);
  });
});

test("aliases that multiply are refused before they fill the memory", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 12; i++) {
    const [name, inner] = [String.fromCharCode(97 + i), String.fromCharCode(96 + i)];
    bomb.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${inner}`).join(", ")}]`);
  }
  expect(complaints(`${c(three)}${bomb.join("\n")}\n`)).toEqual([
    "scenario.yaml:1: its aliases repeat a part more than 100 times",
  ]);
});
