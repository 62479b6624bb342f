import { expect, test } from "vitest";
import type { Plan, Step } from "../../src/plan/plan.ts";
import { applyEdit } from "../../src/planner/apply-edit.ts";
import { clusterOf, nodes } from "../support/objects.ts";
import { drainOf, planOf } from "../support/rehearse.ts";

const cluster = clusterOf(nodes("node-1", "node-2", "node-3"));
const scale: Step = {
  kind: "scale",
  name: "drain",
  workload: "data/StatefulSet/queue",
  to: 3,
  revert: false,
};
const restart: Step = { kind: "restartWorkload", name: "", workload: "pay/Deployment/ledger" };
const kinds = (steps: readonly Step[] = []) => steps.map(({ kind, name }) => `${kind} ${name}`);

test("steps before the plan's own, each under a name of its own", () => {
  const edited = applyEdit(cluster, drainOf(["node-1"]), { kind: "before", steps: [scale, scale] });
  expect(kinds(edited?.steps)).toEqual(["scale drain-2", "scale drain-3", "drain drain"]);
});

test("flags for every drain, however deep it stands", () => {
  const drain = drainOf(["node-1"]).steps[0]!;
  const plan = planOf([
    drain,
    {
      kind: "sequence",
      name: "s",
      steps: [{ kind: "parallel", name: "p", steps: [{ ...drain, name: "inner" }] }],
    },
  ]);
  const edited = applyEdit(cluster, plan, { kind: "drain", options: { disableEviction: true } });
  expect(JSON.stringify(edited).match(/"disableEviction":true/g)).toHaveLength(2);
  expect(JSON.stringify(plan)).not.toContain('"disableEviction":true');
});

test("steps before one node's drain: all nodes of that drain are cordoned first", () => {
  const edit = { kind: "beforeDrain", node: "node-2", steps: [restart] } as const;
  const edited = applyEdit(cluster, drainOf(["node-1", "node-2"]), edit);
  expect(kinds(edited?.steps)).toEqual([
    "cordon first-cordon",
    "restartWorkload first-restartWorkload",
    "drain drain",
  ]);
  expect(edited?.steps[0]).toMatchObject({ nodes: { names: ["node-1", "node-2"] } });
});

test("steps before one of several drains: every node that goes is cordoned first, also those of other steps", () => {
  const drain = (name: string) => ({ ...drainOf([name]).steps[0]!, name });
  const edit = { kind: "beforeDrain", node: "node-1", steps: [restart] } as const;
  const cordonedBy = (plan: Plan) => {
    const steps = applyEdit(cluster, plan, edit)!.steps;
    return steps.flatMap((step) => (step.kind === "cordon" ? [step.nodes] : []));
  };
  const all = [{ kind: "names", names: ["node-1", "node-2"] }];
  expect(
    cordonedBy(planOf([{ kind: "parallel", name: "both", steps: [drain("node-1"), drain("node-2")] }])),
  ).toEqual(all);
  expect(cordonedBy(planOf([drain("node-1"), drain("node-2")]))).toEqual(all);
  // Where nodes are given back on the way, the next is open until its own turn.
  const uncordon: Step = { kind: "uncordon", name: "open", nodes: { kind: "names", names: ["node-1"] } };
  expect(cordonedBy(planOf([drain("node-1"), uncordon, drain("node-2")]))).toEqual([
    { kind: "names", names: ["node-1"] },
  ]);
});

test("a node that is cordoned already is not cordoned again", () => {
  const cordon: Step = { kind: "cordon", name: "close", nodes: { kind: "names", names: ["node-1"] } };
  const plan = planOf([cordon, ...drainOf(["node-1"]).steps]);
  const edited = applyEdit(cluster, plan, { kind: "beforeDrain", node: "node-1", steps: [restart] });
  expect(kinds(edited?.steps)).toEqual([
    "cordon close",
    "restartWorkload first-restartWorkload",
    "drain drain",
  ]);
});

test("an edit that has no place in the plan gives none", () => {
  const plan = drainOf(["node-1"]);
  expect(applyEdit(cluster, plan, { kind: "beforeDrain", node: "node-9", steps: [restart] })).toBeUndefined();
  expect(applyEdit(cluster, plan, { kind: "none" })).toBeUndefined();
  // One node alone is one at a time already.
  expect(applyEdit(cluster, plan, { kind: "serial", waitFor: [] })).toBeUndefined();
});

test("one node after another, with a wait after each but the last", () => {
  const waitFor = ["pay/Deployment/ledger"];
  const edited = applyEdit(cluster, drainOf(["node-1", "node-2"]), { kind: "serial", waitFor });
  const [sequence] = edited!.steps;
  expect(sequence).toMatchObject({ kind: "sequence" });
  const inner = sequence?.kind === "sequence" ? sequence.steps : [];
  expect(inner.map(({ kind }) => kind)).toEqual(["cordon", "drain", "gate", "drain"]);
  expect(inner[2]).toMatchObject({ until: [{ kind: "workloadReady", workload: waitFor[0] }] });
});
