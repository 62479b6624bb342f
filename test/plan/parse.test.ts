import { describe, expect, test } from "vitest";
import { fixed, fromPercentiles, noAssumptions } from "../../src/plan/assumptions.ts";
import { drainDefaults } from "../../src/plan/plan.ts";
import { fileOf, fileOfSteps, planIn, stepsIn } from "./plan-files.ts";

const current = { kind: "current" };
const nodes = { kind: "names", names: ["n1"] };

test("a plan of one step has every default", () => {
  expect(planIn(fileOfSteps("- cordon: { nodes: [n1] }"))).toStrictEqual({
    name: "test",
    drainer: "kubectl",
    defaults: { drain: {} },
    assumptions: noAssumptions,
    assertions: [],
    steps: [{ kind: "cordon", name: "cordon", nodes }],
    rollback: [],
    onFailure: { kind: "abort" },
  });
});

test("JSON is read as well: it is YAML", () => {
  const spec = { steps: [{ cordon: { nodes: ["n1"] } }] };
  const file = { apiVersion: "seatrial/v1alpha1", kind: "MaintenancePlan", metadata: { name: "test" }, spec };
  expect(planIn(JSON.stringify(file))).toStrictEqual(planIn(fileOfSteps("- cordon: { nodes: [n1] }")));
});

test("anchors, aliases, merge keys and empty documents around the plan are YAML too", () => {
  const text = fileOfSteps(`
- wait: &pause { duration: 5s }
- wait: *pause
- wait: { <<: *pause, name: last }`);
  const names = planIn(`---\n${text}---\n`).steps.map(({ name }) => name);
  expect(names).toEqual(["wait", "wait-2", "last"]);
});

describe("each step", () => {
  test.each([
    ["uncordon: { selector: {} }", { kind: "uncordon", nodes: { kind: "selector", selector: [] } }],
    [
      "taint: { nodes: [n1], key: example.com/old, effect: NoExecute }",
      {
        kind: "taint",
        nodes,
        taint: { key: "example.com/old", value: "", effect: "NoExecute" },
        remove: false,
      },
    ],
    [
      "taint: { nodes: [n1], key: old, value: x, effect: NoSchedule, remove: true }",
      { kind: "taint", nodes, taint: { key: "old", value: "x", effect: "NoSchedule" }, remove: true },
    ],
    [
      "label: { nodes: [n1], labels: { a: b, c: null } }",
      { kind: "label", nodes, labels: { a: "b", c: null } },
    ],
    ["drain: { nodes: [n1] }", { kind: "drain", nodes, options: drainDefaults }],
    [
      "drain: { nodes: [n1], timeout: 5m, gracePeriod: 0, podSelector: app=web }",
      {
        kind: "drain",
        nodes,
        options: {
          ...drainDefaults,
          timeout: 300_000,
          gracePeriod: 0,
          podSelector: [{ key: "app", operator: "In", values: ["web"] }],
        },
      },
    ],
    ["reboot: { nodes: [n1], duration: never }", { kind: "reboot", nodes, duration: { kind: "never" } }],
    ["reboot: { nodes: [n1] }", { kind: "reboot", nodes, duration: fixed(180_000) }],
    [
      "scale: { workload: shop/Deployment/web, by: +1 }",
      { kind: "scale", workload: "shop/Deployment/web", by: 1, revert: false },
    ],
    [
      "scale: { workload: shop/Deployment/web, to: 0, waitReady: 5m, revert: true }",
      { kind: "scale", workload: "shop/Deployment/web", to: 0, waitReady: 300_000, revert: true },
    ],
    [
      "patch: { object: shop/PodDisruptionBudget/web, set: { minAvailable: null, maxUnavailable: 1 } }",
      {
        kind: "patch",
        object: "shop/PodDisruptionBudget/web",
        set: { minAvailable: null, maxUnavailable: 1 },
        revert: false,
      },
    ],
    [
      "restartWorkload: { workload: shop/DaemonSet/a }",
      { kind: "restartWorkload", workload: "shop/DaemonSet/a" },
    ],
    ["wait: { duration: 1h30m }", { kind: "wait", duration: fixed(5_400_000) }],
    [
      "wait: { duration: { p50: 2m, p99: 4m } }",
      { kind: "wait", duration: fromPercentiles(120_000, 240_000) },
    ],
    [
      "gate: { until: [noPendingPods, { workloadReady: data/StatefulSet/db }], for: 30s, timeout: 10m }",
      {
        kind: "gate",
        until: [{ kind: "noPendingPods" }, { kind: "workloadReady", workload: "data/StatefulSet/db" }],
        for: 30_000,
        timeout: 600_000,
      },
    ],
    ["approve: {}", { kind: "approve", assume: fixed(0) }],
    [
      "hook: { command: [backup, --all], duration: 90s }",
      {
        kind: "hook",
        command: ["backup", "--all"],
        duration: fixed(90_000),
        effect: "none",
        failureRate: 0,
        nodes: current,
      },
    ],
    [
      "hook: { nodes: [n1], command: [update], duration: never, effect: reboot, failureRate: 0.1 }",
      {
        kind: "hook",
        command: ["update"],
        duration: { kind: "never" },
        effect: "reboot",
        failureRate: 0.1,
        nodes,
      },
    ],
  ])("%s", (text, step) => {
    expect(stepsIn(`- ${text}`)).toStrictEqual([{ name: step.kind, ...step }]);
  });
});

test("a rollout has its defaults, and inside it no node needs to be named", () => {
  expect(
    stepsIn("- rollout: { selector: {}, perNode: [drain: {}, gate: { until: [nodeReady] }] }"),
  ).toStrictEqual([
    {
      kind: "rollout",
      name: "rollout",
      selector: [],
      order: "listed",
      canary: { count: 0, soak: 0 },
      maxParallel: 1,
      maxErrors: 0,
      soak: 0,
      perNode: [
        { kind: "drain", name: "rollout/drain", nodes: current, options: drainDefaults },
        { kind: "gate", name: "rollout/gate", until: [{ kind: "nodeReady" }], for: 0 },
      ],
      afterBatch: [],
    },
  ]);
});

test("a rollout says which nodes, in which order, and how many at a time", () => {
  const [step] = stepsIn(`
- rollout:
    name: workers
    nodes: [n2, n1]
    order: zone
    strategy: { inPlace: {} }
    canary: { count: 1, soak: 10m }
    maxParallel: 10%
    perZone: { maxParallel: 2 }
    maxErrors: 3
    soak: 1m
    timeout: 2h
    onFailure: rollback
    perNode: [{ cordon: {} }]
    afterBatch: [{ gate: { until: [noPendingPods] } }, { gate: { name: other, until: [noPendingPods] } }]`);
  expect(step).toMatchObject({
    name: "workers",
    selector: [],
    nodes: ["n2", "n1"],
    order: "zone",
    canary: { count: 1, soak: 600_000 },
    maxParallel: "10%",
    perZone: { maxParallel: 2 },
    maxErrors: 3,
    soak: 60_000,
    timeout: 7_200_000,
    onFailure: { kind: "rollback" },
    perNode: [{ name: "workers/cordon" }],
    afterBatch: [{ name: "workers/gate" }, { name: "other" }],
  });
  expect(step).not.toHaveProperty("strategy");
});

test("steps without a name are called after their kind, their number among its siblings, and what is around them", () => {
  const steps = stepsIn(`
- wait: { duration: 1s }
- wait: { name: nap, duration: 1s }
- wait: { duration: 1s }
- sequence: { steps: [{ wait: { duration: 1s } }] }
- parallel: { name: both, steps: [{ approve: {} }, { approve: {} }] }`);
  expect(steps.map(({ name }) => name)).toEqual(["wait", "nap", "wait-3", "sequence", "both"]);
  expect(steps.slice(3)).toMatchObject([
    { steps: [{ name: "sequence/wait" }] },
    { steps: [{ name: "both/approve" }, { name: "both/approve-2" }] },
  ]);
});

test("a drain's own flags go before the plan's, and those before kubectl's", () => {
  const plan = planIn(
    fileOf(`
defaults: { timeout: 20m, drain: { ignoreDaemonSets: true, force: true, timeout: 10m } }
steps:
  - drain: { nodes: [n1], force: false }`),
  );
  expect(plan.defaults).toStrictEqual({
    timeout: 1_200_000,
    drain: { ignoreDaemonSets: true, force: true, timeout: 600_000 },
  });
  expect(plan.steps[0]).toMatchObject({
    options: { ...drainDefaults, ignoreDaemonSets: true, force: false, timeout: 600_000 },
  });
});

test.each([
  ["defaults: { onFailure: pause }", { kind: "pause" }],
  ["onFailure: quarantine", { kind: "quarantine" }],
  // oxlint-disable unicorn/no-thenable -- the word of the plan language; nobody awaits it
  [
    "onFailure: { retry: { times: 2, backoff: 2m, then: uncordonAndSkip } }",
    { kind: "retry", times: 2, backoff: 120_000, then: { kind: "uncordonAndSkip" } },
  ],
  ["onFailure: { retry: { times: 1 } }", { kind: "retry", times: 1, backoff: 0, then: { kind: "abort" } }],
  // oxlint-enable unicorn/no-thenable
] as const)("policy: %s", (text, policy) => {
  expect(planIn(fileOf(`${text}\nsteps: [approve: {}]`)).onFailure).toStrictEqual(policy);
});

test("assumptions say how long things take", () => {
  const { assumptions, steps } = planIn(
    fileOf(`
assumptions:
  default: { start: 20s, ready: never }
  workloads:
    shop/Deployment/web: { start: { p50: 8s, p99: 25s }, termination: 5s }
    batch/Job/report: { run: 10m, connections: 1m }
  volumeMove: 40s
  pullBytesPerSecond: 50M
  reboot: 4m
  replacedOwners: [apps.kruise.io/CloneSet]
steps:
  - reboot: { nodes: [n1] }`),
  );
  expect(assumptions).toStrictEqual({
    default: { start: fixed(20_000), ready: { kind: "never" } },
    workloads: {
      "shop/Deployment/web": { start: fromPercentiles(8_000, 25_000), termination: fixed(5_000) },
      "batch/Job/report": { run: fixed(600_000), connections: fixed(60_000) },
    },
    volumeMove: fixed(40_000),
    pullBytesPerSecond: 50_000_000,
    reboot: fixed(240_000),
    replacedOwners: ["apps.kruise.io/CloneSet"],
  });
  expect(steps[0]).toMatchObject({ duration: fixed(240_000) });
});

test.each([
  ["service: shop/web, downtime: 0s", { kind: "service", service: "shop/web", downtime: 0 }],
  ["service: shop/web, degraded: { max: 5m }", { kind: "service", service: "shop/web", degraded: 300_000 }],
  [
    "workload: shop/Deployment/web, minReady: 2",
    { kind: "workload", workload: "shop/Deployment/web", minReady: 2 },
  ],
  ["noPendingPods: true", { kind: "noPendingPods" }],
  ["nodesBack: true", { kind: "nodesBack" }],
  ["noOutage: true", { kind: "noOutage" }],
])("assertion: %s", (text, assertion) => {
  const { assertions } = planIn(fileOf(`assertions: [{ name: x, ${text} }]\nsteps: [approve: {}]`));
  expect(assertions).toStrictEqual([{ name: "x", ...assertion }]);
});

test("a selector is written as Kubernetes writes it", () => {
  const [step] = stepsIn(`
- cordon:
    selector:
      matchLabels: { pool: general, node-role.kubernetes.io/worker: "" }
      matchExpressions: [{ key: zone, operator: NotIn, values: [a, b] }, { key: gpu, operator: DoesNotExist }]`);
  expect(step).toMatchObject({
    nodes: {
      selector: [
        { key: "pool", operator: "In", values: ["general"] },
        { key: "node-role.kubernetes.io/worker", operator: "In", values: [""] },
        { key: "zone", operator: "NotIn", values: ["a", "b"] },
        { key: "gpu", operator: "DoesNotExist", values: [] },
      ],
    },
  });
});

test("steps for a rollback are named as such", () => {
  const { rollback } = planIn(fileOf("steps: [approve: {}]\nrollback: [uncordon: { selector: {} }]"));
  expect(rollback.map(({ name }) => name)).toEqual(["rollback/uncordon"]);
});
