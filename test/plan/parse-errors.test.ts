import { describe, expect, test } from "vitest";
import { formatProblem } from "../../src/model/problem.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { complaints, fileOf, fileOfSteps, saying } from "./plan-files.ts";

/** Each refusal, word by word: the place, what was expected, what was found, and the nearest known word. */

const head = "apiVersion: seatrial/v1alpha1\nkind: MaintenancePlan\nmetadata: { name: x }\n";

describe("what is no plan at all", () => {
  test.each([
    ["", "plan.yaml:1: the file is empty: expected a MaintenancePlan"],
    ["# only a comment\n", "plan.yaml:1: the file is empty: expected a MaintenancePlan"],
    ["a\u0000b", "plan.yaml: this is not text (it contains a NUL byte)"],
    ["- a\n- b\n", 'plan.yaml:1: expected a plan, got ["a","b"]'],
    ["hello\n", 'plan.yaml:1: expected a plan, got "hello"'],
    ["{}\n", "plan.yaml:1: kind: expected MaintenancePlan, but it is missing"],
    [
      "apiVersion: apps/v1\nkind: Deployment\nspec: { replicas: 1 }\n",
      'plan.yaml:2: kind: expected MaintenancePlan, got "Deployment"',
    ],
    [
      "kind: MaintenancPlan\n",
      'plan.yaml:1: kind: expected MaintenancePlan, got "MaintenancPlan" (did you mean "MaintenancePlan"?)',
    ],
    [
      "kind: MaintenancePlan\napiVersion: seatrial/v1\n",
      'plan.yaml:2: apiVersion: expected seatrial/v1alpha1, got "seatrial/v1"',
    ],
    ["kind: MaintenancePlan\n", "plan.yaml:1: apiVersion: expected seatrial/v1alpha1, but it is missing"],
    [
      `${head}spec: { steps: [approve: {}] }\n---\n${head}spec: { steps: [approve: {}] }\n`,
      "plan.yaml:6 (document 2): expected one plan in the file, got 2 documents: this is the second",
    ],
    [`${head}spec:\n  steps: [\n`, /^plan\.yaml:\d: not valid YAML: .+/],
    [`${head}spec:\n\tsteps: []\n`, /^plan\.yaml:5: not valid YAML: .+/],
    [`${head}kind: MaintenancePlan\nspec: {}\n`, 'plan.yaml:4: "kind" is given twice in the same place'],
    [
      `${head}spec:\n  steps:\n    - drain:\n        nodes: [a]\n        "nodes": [b]\n`,
      'plan.yaml:8: "nodes" is given twice in the same place',
    ],
    [
      `${head}spec: { steps: *none }\n`,
      "plan.yaml:1: *none repeats a part that is not named &none before it",
    ],
    [`${head}? [a, b]\n: c\n`, /a field's name has to be text/],
    [`${head}spec: { __proto__: { steps: [] } }\n`, "plan.yaml:4: spec.__proto__: no field can be called so"],
    [`${head}spec: ${"[".repeat(200)}${"]".repeat(200)}\n`, /nested too deeply/],
  ])("%j", (text, message) => {
    expect(complaints(text)).toEqual([saying(message)]);
  });

  test("nesting that overflows the parser", () => {
    expect(complaints(`${head}spec: ${"[".repeat(200_000)}\n`)).toEqual([
      saying(/nested too deeply|not valid YAML/),
    ]);
  });

  test.each([
    ['drain: { nodes: ["\\e[31mred"] }', '"\\u001b[31mred"'],
    ['drain: { nodes: ["\\x9b31mred"] }', '"\\u009b31mred"'],
    ['"\\e[31mred": {}', '"\\u001b[31mred"'],
    ['drain: { nodes: ["a\\u202eb"] }', '"a\\u202eb"'],
  ])("what a terminal would obey is spelt out: %s", (step, shown) => {
    const [said = ""] = complaints(fileOfSteps(`- ${step}`));
    expect(said.slice(said.indexOf(": ", said.indexOf("spec"))).replace(/^: /, "")).toContain(shown);
  });

  test("aliases that multiply are refused before they fill the memory", () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 12; i++) {
      const [name, inner] = [String.fromCharCode(97 + i), String.fromCharCode(96 + i)];
      bomb.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${inner}`).join(", ")}]`);
    }
    expect(complaints(`${head}${bomb.join("\n")}\n`)).toEqual([
      "plan.yaml:1: its aliases repeat a part more than 100 times",
    ]);
  });

  test("standard input is called so, and advice is on a line of its own", () => {
    const parsed = parsePlan("", "-");
    expect(parsed.ok ? "" : formatProblem(parsed.problems[0]!)).toBe(
      "standard input:1: the file is empty: expected a MaintenancePlan\n" +
        "  Begin with apiVersion: seatrial/v1alpha1 and kind: MaintenancePlan; docs/plan.md shows the rest.",
    );
  });
});

const s0 = "plan.yaml:6: spec.steps[0]";

describe("a step", () => {
  test.each([
    [
      "drian: { nodes: [a] }",
      `${s0}.drian: there is no "drian" in the list of steps (did you mean "drain"?)`,
    ],
    [
      "drain: { nodes: [a], gracePeriods: 5 }",
      `${s0}.drain.gracePeriods: there is no "gracePeriods" in drain (did you mean "gracePeriod"?)`,
    ],
    [
      "wait: { duration: 5s, because: tea }",
      `${s0}.wait.because: there is no "because" in wait, which knows name, timeout, onFailure, duration`,
    ],
    ["drain: { nodes: a }", `${s0}.drain.nodes: expected a list of node names, got "a"`],
    ["drain: { nodes: [] }", `${s0}.drain.nodes: expected a list of node names with at least one entry`],
    ["drain: { nodes: [a b] }", `${s0}.drain.nodes[0]: expected the name of a node, got "a b"`],
    ["drain: { nodes: [7] }", `${s0}.drain.nodes[0]: expected the name of a node, got 7 (put it in quotes)`],
    [
      "drain: { nodes: [a], selector: {} }",
      `${s0}.drain.selector: expected either nodes or a selector, got both`,
    ],
    ["drain: {}", `${s0}.drain: which nodes? drain needs nodes: [NAME, …] or a selector here`],
    [
      "drain:",
      `${s0}.drain: expected the fields of drain, got nothing (write {} where there is nothing to say)`,
    ],
    ["drain: { nodes: [a], force: yes }", `${s0}.drain.force: expected true or false, got "yes"`],
    [
      "drain: { nodes: [a], gracePeriod: -2 }",
      `${s0}.drain.gracePeriod: expected seconds, or -1 for each pod's own grace period, got -2`,
    ],
    [
      "drain: { nodes: [a], timeout: 90 }",
      `${s0}.drain.timeout: expected a duration such as 90s or 1h30m, got 90 (write the unit: 90s or 90m)`,
    ],
    [
      "drain: { nodes: [a], podSelector: a b }",
      `${s0}.drain.podSelector: expected a selector such as app=web,tier!=db; "a b" is not part of one`,
    ],
    [
      "cordon: { selector: { matchLables: { a: b } } }",
      `${s0}.cordon.selector.matchLables: there is no "matchLables" in a selector (did you mean "matchLabels"?)`,
    ],
    [
      "cordon: { selector: { matchLabels: { a: 1 } } }",
      `${s0}.cordon.selector.matchLabels.a: expected text, got 1 (put it in quotes)`,
    ],
    [
      "cordon: { selector: { matchLabels: { a b: c } } }",
      `${s0}.cordon.selector.matchLabels["a b"]: expected a label key such as pool or example.com/pool, got "a b"`,
    ],
    [
      "cordon: { selector: { matchExpressions: [{ key: a, operator: in, values: [b] }] } }",
      `${s0}.cordon.selector.matchExpressions[0].operator: expected one of In, NotIn, Exists, DoesNotExist, got "in" (did you mean "In"?)`,
    ],
    [
      "cordon: { selector: { matchExpressions: [{ key: a, operator: In }] } }",
      `${s0}.cordon.selector.matchExpressions[0].values: In needs values`,
    ],
    [
      "cordon: { selector: { matchExpressions: [{ key: a, operator: Exists, values: [b] }] } }",
      `${s0}.cordon.selector.matchExpressions[0].values: Exists takes no values`,
    ],
    [
      "taint: { nodes: [a], key: b, effect: NoSchedul }",
      `${s0}.taint.effect: expected one of NoSchedule, PreferNoSchedule, NoExecute, got "NoSchedul" (did you mean "NoSchedule"?)`,
    ],
    ["label: { nodes: [a], labels: {} }", `${s0}.label.labels: expected at least one label`],
    [
      "scale: { workload: shop/Deployment/web, replicas: 3 }",
      `${s0}.scale.replicas: there is no "replicas" in scale: write to: N for so many replicas, or by: N for so many more`,
    ],
    ["scale: { workload: shop/Deployment/web }", `${s0}.scale: expected either to: N or by: N, got neither`],
    [
      "scale: { workload: shop/Deployment/web, to: 1, by: 1 }",
      `${s0}.scale: expected either to: N or by: N, got both`,
    ],
    ["scale: { workload: a/Deployment/b, by: 0 }", `${s0}.scale.by: expected a number other than 0`],
    [
      "scale: { workload: a/Deployment/b, to: -1 }",
      `${s0}.scale.to: expected a whole number, 0 or more, got -1`,
    ],
    [
      "scale: { workload: web, to: 1 }",
      `${s0}.scale.workload: expected an object as namespace/Kind/name, such as shop/Deployment/web, got "web"`,
    ],
    ["patch: { object: a/Deployment/b, set: {} }", `${s0}.patch.set: expected at least one field to set`],
    [
      "patch: { object: a/Deployment/b, set: 3 }",
      `${s0}.patch.set: expected a merge patch (the fields of spec to set; null removes one), got 3`,
    ],
    [
      "wait: {}",
      `${s0}.wait.duration: expected a duration such as 90s, or {p50: 2m, p99: 4m}, but it is missing`,
    ],
    ["wait: { duration: 5 }", /got 5 \(write the unit: 5s or 5m\)$/],
    ["wait: { duration: never }", /expected a duration such as 90s or 1h30m, got "never"$/],
    ["wait: { duration: -5s }", /expected a duration such as 90s or 1h30m, got "-5s"$/],
    ["wait: { duration: 9000w }", /expected a duration of at most ten years, got "9000w"$/],
    ["wait: { duration: { p50: 4m, p99: 2m } }", `${s0}.wait.duration.p99: p99 is less than p50`],
    [
      "wait: { duration: { p50: 4m, p98: 5m } }",
      `${s0}.wait.duration.p98: there is no "p98" in a duration of two percentiles (did you mean "p99"?)`,
    ],
    ["wait: { duration: 5s, timeout: 0s }", /timeout: expected a duration of more than 0, got "0s"$/],
    ["wait: { duration: 5s, name: 7 }", /name: expected a name, got 7 \(put it in quotes\)$/],
    ['wait: { duration: 5s, name: "a\\nb" }', /name: expected a name of one line, got "a\\nb"$/],
    [
      "wait: { duration: 5s, onFailure: puase }",
      `${s0}.wait.onFailure: expected one of abort, pause, continue, quarantine, uncordonAndSkip, rollback, got "puase" (did you mean "pause"?)`,
    ],
    [
      "wait: { duration: 5s, onFailure: { retry: { times: 0 } } }",
      `${s0}.wait.onFailure.retry.times: expected a whole number, 1 or more, got 0`,
    ],
    [
      "gate: { until: [nodeRedy] }",
      `${s0}.gate.until[0]: expected one of nodeReady, noPendingPods, controlPlaneHealthy, etcdHealthy, got "nodeRedy" (did you mean "nodeReady"?)`,
    ],
    [
      "gate: { until: [5] }",
      `${s0}.gate.until[0]: expected nodeReady, noPendingPods, controlPlaneHealthy, etcdHealthy, {workloadReady: shop/Deployment/web}, {nodesAt: v1.35.2}, {command: [./check]}, or {prometheus: {query, is}}, got 5`,
    ],
    [
      "gate: { until: [nodeReady] }",
      `${s0}.gate.until[0]: nodeReady asks about the node whose turn it is, and here none has its turn`,
    ],
    [
      "gate: { until: [{ command: ./check now }] }",
      `${s0}.gate.until[0].command: expected a list of arguments, got "./check now" (no shell reads it: write ["./check","now"])`,
    ],
    [
      'gate: { until: [{ command: [""] }] }',
      /command: expected a list of arguments that begins with the command's name$/,
    ],
    [
      "gate: { until: [{ prometheus: { query: up, is: 1 } }] }",
      `${s0}.gate.until[0].prometheus.is: expected a comparison such as ">= 0.99", got 1 (write "== 1")`,
    ],
    [
      'gate: { until: [{ prometheus: { query: up, is: "=> 1" } }] }',
      `${s0}.gate.until[0].prometheus.is: expected a comparison such as ">= 0.99", got "=> 1"`,
    ],
    [
      "gate: { until: [{ prometheus: { is: '> 1' } }] }",
      /query: expected a query of PromQL, but it is missing$/,
    ],
    [
      "gate: { until: [{ prometheus: { query: up, is: '> 1', server: prometheus:9090 } }] }",
      /server: expected the address of a Prometheus, such as http:\/\/prometheus:9090, got "prometheus:9090"$/,
    ],
    [
      "gate: { until: [{ prometheus: { query: up, is: '> 1', server: 'http://me:pw@p' } }] }",
      /without a name and password: SEATRIAL_PROMETHEUS_TOKEN is sent as a bearer token\)$/,
    ],
    [
      "gate: { until: [{ nodesAt: v1.35.2, assume: 5m }] }",
      `${s0}.gate.until[0].assume: goes with command or prometheus only`,
    ],
    [
      "hook: { command: reboot now, duration: 5s }",
      `${s0}.hook.command: expected a list of arguments, got "reboot now" (no shell reads it: write ["reboot","now"])`,
    ],
    [
      "hook: { command: [], duration: 5s }",
      /command: expected a list of arguments with at least the command's name$/,
    ],
    ["hook: { duration: 5s }", `${s0}.hook: expected either command or manual, got neither`],
    [
      "hook: { command: [a], manual: b, duration: 5s }",
      `${s0}.hook: expected either command or manual, got both`,
    ],
    ["approve: { by: [] }", /by: expected a list of names with at least one entry$/],
    [
      'approve: { until: "2026-03-14T22:00" }',
      /until: expected a moment with its offset, such as .*, got "2026-03-14T22:00"$/,
    ],
    ['approve: { until: "2026-13-14T22:00Z" }', /until: expected a moment that there is, got /],
    ["hook: { command: [a], duration: nevr }", /expected a duration such as 90s, or never, got "nevr"$/],
    [
      "hook: { command: [a], duration: 5s, failureRate: 3 }",
      /failureRate: expected a share from 0 to 1, got 3$/,
    ],
    ["hook: { command: [a], duration: 5s, effect: reboot }", /which nodes\? hook needs nodes/],
    ["hook: { command: [a], duration: 5s, effect: kubeletRestart }", /which nodes\? hook needs nodes/],
    ["parallel: { steps: [] }", `${s0}.parallel.steps: expected a list of steps with at least one entry`],
    [
      "rollout: { perNode: [drain: {}] }",
      /expected a selector or nodes \(selector: \{\} means every node\)$/,
    ],
    [
      "rollout: { selector: {}, perNode: [drain: {}], maxParallel: 0% }",
      /maxParallel: expected a percentage from 1% to 100%, got "0%"$/,
    ],
    [
      "rollout: { selector: {}, perNode: [drain: {}], maxParallel: 0 }",
      /maxParallel: expected a number of nodes, 1 or more, or a percentage such as 10%, got 0$/,
    ],
    [
      "rollout: { selector: {}, perNode: [drain: {}], afterBatch: [drain: {}] }",
      `${s0}.rollout.afterBatch[0].drain: which nodes? drain needs nodes: [NAME, …] or a selector here`,
    ],
    [
      "{ cordon: { nodes: [a] }, uncordon: { nodes: [a] } }",
      `${s0}: expected one step, got cordon and uncordon: begin each with its own dash`,
    ],
    ["{}", `${s0}: expected a step such as drain: {}, got nothing`],
    ["drain", `${s0}: expected the fields of the list of steps, got "drain"`],
  ])("- %s", (step, message) => {
    expect(complaints(fileOfSteps(`- ${step}`))).toEqual([saying(message)]);
  });

  test("fields that should be indented under their step", () => {
    expect(complaints(fileOfSteps("- drain:\n  nodes: [a]"))).toEqual([
      `${s0}.drain: expected the fields of drain, got nothing (write {} where there is nothing to say)`,
      'plan.yaml:7: spec.steps[0].nodes: there is no "nodes" in the list of steps: it belongs to the step above it: indent it further than the step\'s own word',
    ]);
  });

  test("every problem has its own line, in the order of the file", () => {
    const found = complaints(
      fileOf("onFailur: abort\nsteps:\n  - wait:\n      duration: 5\n      nam: x\n  - cordn: {}"),
    );
    expect(found.map((line) => line.split(": ").slice(0, 2).join(" "))).toEqual([
      "plan.yaml:5 spec.onFailur",
      "plan.yaml:8 spec.steps[0].wait.duration",
      "plan.yaml:9 spec.steps[0].wait.nam",
      "plan.yaml:10 spec.steps[1].cordn",
    ]);
  });
});
