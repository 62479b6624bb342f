import { describe, expect, test } from "vitest";
import { formatProblem } from "../../src/model/problem.ts";
import { fixed } from "../../src/plan/assumptions.ts";
import { checkPlan } from "../../src/plan/check.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { drainDefaults, type Plan, type Step } from "../../src/plan/plan.ts";
import { planOf, snapshot } from "../support/rehearse.ts";
import { fileOf, fileOfSteps, planIn, saying } from "./plan-files.ts";

const pod = "{ metadata: { labels: { app: a } }, spec: { containers: [{ name: main, image: app }] } }";

const cluster = snapshot(`
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Node, metadata: { name: node-1, labels: { pool: general, zone: a } } }
  - { apiVersion: v1, kind: Node, metadata: { name: node-2, labels: { pool: batch, zone: b } } }
  - apiVersion: apps/v1
    kind: Deployment
    metadata: { name: web, namespace: shop }
    spec: { replicas: 3, selector: { matchLabels: { app: a } }, template: ${pod} }
  - apiVersion: apps/v1
    kind: StatefulSet
    metadata: { name: ledger, namespace: pay }
    spec: { replicas: 2, serviceName: ledger, selector: { matchLabels: { app: a } }, template: ${pod} }
  - apiVersion: apps/v1
    kind: DaemonSet
    metadata: { name: agent, namespace: shop }
    spec: { selector: { matchLabels: { app: a } }, template: ${pod} }
  - apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: { name: web, namespace: shop }
    spec: { minAvailable: 2, selector: { matchLabels: { app: a } } }
  - apiVersion: v1
    kind: Service
    metadata: { name: frontend, namespace: shop }
    spec: { selector: { app: a } }
`);

/** What is said about the plan of a file. */
function said(text: string): readonly string[] {
  const parsed = parsePlan(text, "plan.yaml");
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join("\n"));
  return checkPlan(parsed.plan, cluster, parsed.source).map(
    (problem) => formatProblem(problem).split("\n")[0]!,
  );
}

test("a plan that can be carried out has no problems", () => {
  expect(
    said(
      fileOf(`
assumptions: { workloads: { shop/Deployment/web: { start: 5s }, data/Kafka/events: { start: 1m } }, operators: { shop/web: 10m } }
assertions:
  - { name: front, service: shop/frontend, downtime: 0s }
  - { name: web, workload: shop/Deployment/web, minReady: 2 }
steps:
  - scale: { workload: pay/StatefulSet/ledger, by: -2 }
  - patch: { object: shop/PodDisruptionBudget/web, set: { minAvailable: 1 }, revert: true }
  - restartWorkload: { workload: shop/DaemonSet/agent }
  - label: { nodes: [node-1], labels: { maintenance: "yes" } }
  - drain: { selector: { matchLabels: { maintenance: "yes" } } }
  - rollout: { selector: { matchLabels: { pool: general } }, perNode: [drain: {}, uncordon: {}] }
  - gate: { until: [{ workloadReady: shop/Deployment/web }] }
onFailure: rollback
rollback: [uncordon: { selector: {} }]`),
    ),
  ).toEqual([]);
});

describe("each step", () => {
  const s0 = "plan.yaml:6: spec.steps[0]";
  test.each([
    ["drain: { nodes: [node-3] }", `${s0}.drain.nodes[0]: test has no node node-3 (did you mean "node-1"?)`],
    [
      "drain: { nodes: [node-1, node-2, node-1] }",
      `${s0}.drain.nodes[2]: node node-1 is named twice in one drain`,
    ],
    [
      "rollout: { nodes: [node-1, nod-2], perNode: [drain: {}] }",
      `${s0}.rollout.nodes[1]: test has no node nod-2 (did you mean "node-2"?)`,
    ],
    [
      "cordon: { selector: { matchLabels: { pool: generl } } }",
      `${s0}.cordon.selector: no node of test has pool=generl (did you mean "general"?)`,
    ],
    [
      "cordon: { selector: { matchLabels: { pol: general } } }",
      `${s0}.cordon.selector: no node of test has pol=general (did you mean "pool"?)`,
    ],
    [
      "cordon: { selector: { matchLabels: { pool: general, zone: b } } }",
      `${s0}.cordon.selector: no node of test has pool=general,zone=b`,
    ],
    [
      "rollout: { selector: { matchExpressions: [{ key: pool, operator: DoesNotExist }] }, perNode: [drain: {}] }",
      `${s0}.rollout.selector: no node of test has !pool`,
    ],
    [
      "scale: { workload: shop/Deployment/wbe, to: 4 }",
      `${s0}.scale.workload: test has no shop/Deployment/wbe (did you mean "shop/Deployment/web"?)`,
    ],
    [
      "scale: { workload: default/Deployment/web, to: 4 }",
      `${s0}.scale.workload: test has no default/Deployment/web (did you mean "shop/Deployment/web"?)`,
    ],
    [
      "scale: { workload: pay/Deployment/ledger, to: 4 }",
      `${s0}.scale.workload: test has no pay/Deployment/ledger (did you mean "pay/StatefulSet/ledger"?)`,
    ],
    [
      "scale: { workload: shop/DaemonSet/agent, to: 4 }",
      `${s0}.scale.workload: a DaemonSet cannot be scaled here, only a Deployment, ReplicaSet, ReplicationController, StatefulSet`,
    ],
    [
      "scale: { workload: shop/Deploymnt/web, to: 4 }",
      `${s0}.scale.workload: a Deploymnt cannot be scaled here, only a Deployment, ReplicaSet, ReplicationController, StatefulSet (did you mean "Deployment"?)`,
    ],
    [
      "scale: { workload: shop/Deployment/web, by: -4 }",
      `${s0}.scale.by: shop/Deployment/web has 3 replicas: -4 would leave -1`,
    ],
    [
      "patch: { object: shop/PodDisruptionBudget/wbe, set: { minAvailable: 1 } }",
      `${s0}.patch.object: test has no shop/PodDisruptionBudget/wbe (did you mean "shop/PodDisruptionBudget/web"?)`,
    ],
    [
      "patch: { object: Node/node-1, set: { unschedulable: true } }",
      `${s0}.patch.object: a Node cannot be patched here, only a Deployment, StatefulSet, DaemonSet, PodDisruptionBudget, Service, HorizontalPodAutoscaler, ResourceQuota`,
    ],
    [
      "patch: { object: shop/Deployment/web, set: { revisionHistoryLimit: 1 } }",
      `${s0}.patch.set: patching spec.revisionHistoryLimit of a Deployment is not modelled`,
    ],
    [
      "patch: { object: shop/PodDisruptionBudget/web, set: { minAvailable: many } }",
      `${s0}.patch.set: spec.minAvailable: "many" does not fit`,
    ],
    [
      "patch: { object: shop/PodDisruptionBudget/web, set: { selector: { matchExpressions: 5 } } }",
      /^plan\.yaml:6: spec\.steps\[0\]\.patch\.set: .*not.* fit/,
    ],
    [
      "restartWorkload: { workload: shop/DaemonSet/agnt }",
      `${s0}.restartWorkload.workload: test has no shop/DaemonSet/agnt (did you mean "shop/DaemonSet/agent"?)`,
    ],
    [
      "gate: { until: [noPendingPods, { workloadReady: shop/Deployment/we }] }",
      `${s0}.gate.until[1].workloadReady: test has no shop/Deployment/we (did you mean "shop/Deployment/web"?)`,
    ],
    [
      "cordon: { nodes: [node-1], onFailure: { retry: { times: 1, then: rollback } } }",
      `${s0}.cordon.onFailure: asks for a rollback, and spec.rollback has no steps`,
    ],
  ])("- %s", (step, message) => {
    expect(said(fileOfSteps(`- ${step}`))).toEqual([saying(message)]);
  });
});

describe("the spec", () => {
  test.each([
    [
      "assertions: [{ name: a, service: shop/fronted, downtime: 0s }]",
      'plan.yaml:5: spec.assertions[0].service: test has no Service shop/fronted (did you mean "shop/frontend"?)',
    ],
    [
      "assertions: [{ name: a, workload: shop/Deployment/api, minReady: 1 }]",
      'plan.yaml:5: spec.assertions[0].workload: test has no shop/Deployment/api (did you mean "shop/Deployment/web"?)',
    ],
    [
      "assertions: [{ name: a, noOutage: true }, { name: a, nodesBack: true }]",
      'plan.yaml:5: spec.assertions[1].name: two assertions are called "a", the first on line 5',
    ],
    [
      "assumptions: { workloads: { shop/Deployment/wbe: { start: 5s } } }",
      'plan.yaml:5: spec.assumptions.workloads["shop/Deployment/wbe"]: test has no shop/Deployment/wbe (did you mean "shop/Deployment/web"?)',
    ],
    [
      "assumptions: { operators: { shop/wbe: 10m } }",
      'plan.yaml:5: spec.assumptions.operators["shop/wbe"]: test has no shop/PodDisruptionBudget/wbe (did you mean "shop/PodDisruptionBudget/web"?)',
    ],
    [
      "defaults: { onFailure: rollback }",
      "plan.yaml:5: spec.defaults.onFailure: asks for a rollback, and spec.rollback has no steps",
    ],
    ["rollback: [cordon: { nodes: [node-9] }]", /^plan\.yaml:5: spec\.rollback\[0\]\.cordon\.nodes\[0\]: /],
  ])("%s", (field, message) => {
    expect(said(fileOf(`${field}\nsteps: [approve: {}]`))).toEqual([saying(message)]);
  });

  test("two steps of one name, also where one of them got it by default", () => {
    expect(
      said(fileOfSteps("- approve: { name: wait }\n- wait: { duration: 5s }\n- approve: { name: wait }")),
    ).toEqual([
      'plan.yaml:7: spec.steps[1].wait.name: two steps are called "wait", the first on line 6',
      'plan.yaml:8: spec.steps[2].approve.name: two steps are called "wait", the first on line 6',
    ]);
  });
});

test("a kind that the input lacks is not taken for none", () => {
  const plan = planIn(fileOfSteps("- scale: { workload: shop/ReplicationController/old, to: 1 }"));
  expect(checkPlan(plan, cluster).map(formatProblem)).toEqual([
    "plan test: spec.steps[0].scale.workload: test has no shop/ReplicationController/old\n" +
      "  The input has no objects of kind ReplicationController at all: read them too.",
  ]);
});

describe("numbers of plans that no file went through", () => {
  const nodes = { kind: "names", names: ["node-1"] } as const;
  const rollout = {
    kind: "rollout",
    name: "r",
    selector: [],
    order: "listed",
    canary: { count: 0, soak: 0 },
    maxParallel: 1,
    maxErrors: 0,
    soak: 0,
    perNode: [{ kind: "cordon", name: "c", nodes: { kind: "current" } }],
    afterBatch: [],
  } as const;
  test.each<[string, Step, Partial<Plan>, RegExp]>([
    [
      "grace",
      { kind: "drain", name: "d", nodes, options: { ...drainDefaults, gracePeriod: -2 } },
      {},
      /gracePeriod: .*got -2/,
    ],
    ["duration", { kind: "reboot", name: "r", nodes, duration: fixed(-5_000) }, {}, /duration: .*got "-5s"/],
    [
      "no number",
      { kind: "wait", name: "w", duration: fixed(Number.NaN) },
      {},
      /duration: expected a duration/,
    ],
    [
      "replicas",
      { kind: "scale", name: "s", workload: "shop/Deployment/web", to: 1.5, revert: false },
      {},
      /to: .*got 1\.5/,
    ],
    ["parallel", { ...rollout, maxParallel: 0 }, {}, /maxParallel: .*got 0/],
    ["percent", { ...rollout, maxParallel: "150%" }, {}, /maxParallel: .*got "150%"/],
    ["errors", { ...rollout, maxErrors: -1 }, {}, /maxErrors: .*got -1/],
    ["turn", { kind: "cordon", name: "c", nodes: { kind: "current" } }, {}, /which nodes\?/],
    [
      "drainer",
      { kind: "approve", name: "a", assume: fixed(0) },
      { drainer: "gardener" as never },
      /does not rehearse "gardener" yet/,
    ],
  ])("%s", (_, step, rest, message) => {
    expect(checkPlan(planOf([step], rest), cluster).map(formatProblem)).toEqual([
      expect.stringMatching(message),
    ]);
  });
});
