import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { noAssumptions } from "../../src/plan/assumptions.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { drainDefaults } from "../../src/plan/plan.ts";
import { printPlan } from "../../src/plan/print.ts";
import { planToFile } from "../../src/plan/to-file.ts";
import { plans } from "./plan-arbitraries.ts";
import { fileOfSteps, planIn } from "./plan-files.ts";

property.prop([plans])("a printed plan reads back as the same plan", (plan) => {
  expect(planIn(printPlan(plan))).toStrictEqual(plan);
});

test("a field that is called << is a field, not another object to merge", () => {
  const set = { minAvailable: [{ "<<": false }], "<<": 1 };
  const step = { name: "loosen", kind: "patch", object: "shop/Deployment/web", set, revert: false } as const;
  const plan = { ...planIn(fileOfSteps("- backupEtcd: {}")), steps: [step] };
  expect(planIn(printPlan(plan))).toStrictEqual(plan);
});

property.prop([plans])("a plan is printed the same way after it was read", (plan) => {
  const text = printPlan(plan);
  expect(printPlan(planIn(text))).toBe(text);
});

/** A file with one value, somewhere, replaced by another. */
const damaged = fc.tuple(plans, fc.nat(), fc.jsonValue({ maxDepth: 1 })).map(([plan, at, value]) => {
  const file: unknown = JSON.parse(JSON.stringify(planToFile(plan)));
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const look = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      places.push({ holder: node as Record<string, unknown>, key });
      look((node as Record<string, unknown>)[key]);
    }
  };
  look(file);
  const { holder, key } = places[at % places.length]!;
  holder[key] = value;
  return JSON.stringify(file, undefined, 1);
});

property.prop([damaged])("a damaged file is refused in words of our own, on a line of the file", (text) => {
  const parsed = parsePlan(text, "plan.json");
  const problems = parsed.ok ? [] : parsed.problems;
  expect(parsed.ok || problems.length > 0).toBe(true);
  for (const { message, origin } of problems) {
    expect(message).not.toMatch(/^Invalid|undefined|\[object|^$/);
    expect("line" in origin ? origin.line : 0).toBeGreaterThan(0);
  }
});

test("what is the default is left out, and short steps take one line", () => {
  const text = printPlan({
    name: "drain node-7",
    drainer: "kubectl",
    defaults: { drain: {} },
    assumptions: noAssumptions,
    assertions: [{ name: "no-outage", kind: "noOutage" }],
    steps: [
      {
        kind: "drain",
        name: "drain",
        nodes: { kind: "names", names: ["node-7"] },
        options: { ...drainDefaults, ignoreDaemonSets: true, timeout: 180_000 },
      },
      { kind: "uncordon", name: "back", nodes: { kind: "names", names: ["node-7"] } },
    ],
    rollback: [],
    onFailure: { kind: "abort" },
  });
  expect(text).toBe(`# yaml-language-server: $schema=node_modules/seatrial/schemas/plan.schema.json

apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: {name: drain node-7}
spec:
  assertions:
    - {name: no-outage, noOutage: true}
  steps:
    - drain: {nodes: [node-7], ignoreDaemonSets: true, timeout: 3m}
    - uncordon: {name: back, nodes: [node-7]}
`);
});

test("a long step, and a step with steps inside, take a line for each field", () => {
  const plan = planIn(`
apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: workers }
spec:
  defaults: { onFailure: { retry: { times: 2, then: pause } }, drain: { force: false } }
  assumptions: { reboot: 4m, workloads: { shop/Deployment/web: { start: { p50: 8s, p99: 25s } } } }
  steps:
    - rollout:
        selector: { matchExpressions: [{ key: node-role.kubernetes.io/control-plane, operator: DoesNotExist }] }
        maxParallel: 10%
        canary: { count: 1, soak: 10m }
        perNode:
          - drain: {}
          - reboot: { duration: 3m }
          - hook: { command: [/usr/local/bin/update-firmware, --yes, --quiet], duration: 1500ms, onFailure: quarantine }
          - uncordon: {}
        afterBatch: [{ gate: { until: [noPendingPods], timeout: 5m } }]
`);
  expect(printPlan(plan).split("\n").slice(5)).toEqual(
    `spec:
  defaults:
    drain: {force: false}
    onFailure: {retry: {times: 2, then: pause}}
  assumptions:
    workloads: {shop/Deployment/web: {start: {p50: 8s, p99: 25s}}}
    reboot: 4m
  steps:
    - rollout:
        selector:
          matchExpressions: [{key: node-role.kubernetes.io/control-plane, operator: DoesNotExist}]
        canary: {count: 1, soak: 10m}
        maxParallel: 10%
        perNode:
          - drain: {}
          - reboot: {duration: 3m}
          - hook:
              command: [/usr/local/bin/update-firmware, --yes, --quiet]
              duration: 1s500ms
              onFailure: quarantine
          - uncordon: {}
        afterBatch:
          - gate: {until: [noPendingPods], timeout: 5m}
`.split("\n"),
  );
});
