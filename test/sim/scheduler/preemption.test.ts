import { describe, expect, test } from "vitest";
import type { PodDisruptionBudget } from "../../../src/model/budget.ts";
import type { Labels } from "../../../src/model/meta.ts";
import type { Pod } from "../../../src/model/pod.ts";
import { byImportance } from "../../../src/sim/scheduler/preemption.ts";
import { affinityTerm, makeBudget, makeNode, makePod, taint } from "../../support/builders.ts";
import { makeScheduler, type SchedulerShape } from "../../support/scheduler-bench.ts";

const node = (name: string) => makeNode(name, { allocatable: { cpu: 1_000, memory: 2 ** 33, pods: 10 } });
const asking = (name: string, cpu: number, priority: number, shape: Parameters<typeof makePod>[1] = {}) =>
  makePod(name, { priority, spec: { requests: { cpu } }, ...shape });
const running = (
  name: string,
  nodeName: string,
  cpu: number,
  priority: number,
  startedAt = 0,
  labels: Labels = {},
) => asking(name, cpu, priority, { nodeName, labels, status: { startedAt } });

function preempt(pod: Pod, shape: SchedulerShape) {
  const decision = makeScheduler(shape).schedule(pod, "p", 1_000_000);
  if (decision.kind !== "unschedulable") throw new Error(decision.kind);
  const { nomination, victims, message, displaced } = decision.postFilter;
  return {
    node: nomination.kind === "set" ? nomination.nodeName : nomination.kind,
    victims: victims?.map(({ name }) => name),
    displaced: displaced?.map(({ name }) => name),
    message,
  };
}

const incoming = asking("p", 600, 100);

describe("victims", () => {
  test("are no more than necessary, the least important", () => {
    const pods = [
      running("low", "a", 300, 1),
      running("mid", "a", 300, 5),
      running("high", "a", 300, 9),
      running("equal", "a", 100, 100),
    ];
    expect(preempt(incoming, { nodes: [node("a")], pods })).toMatchObject({
      node: "a",
      victims: ["mid", "low"],
    });
  });

  test("of one priority go before those that have run longer", () => {
    const pods = [running("old", "a", 500, 1, 0), running("young", "a", 500, 1, 10)];
    expect(preempt(asking("p", 500, 100), { nodes: [node("a")], pods })).toMatchObject({
      victims: ["young"],
    });
  });

  test("are not taken where they would not help", () => {
    const pods = [running("low", "a", 500, 1), running("high", "a", 500, 200)];
    expect(preempt(incoming, { nodes: [node("a")], pods })).toMatchObject({
      node: "clear",
      victims: undefined,
      message: "no new claims to deallocate, preemption: 0/1 nodes are available: 1 Insufficient cpu.",
    });
  });

  test("can be those whose anti-affinity stands in the way", () => {
    const shy = makePod("shy", {
      nodeName: "a",
      spec: { affinity: { requiredAntiPods: [affinityTerm("kubernetes.io/hostname", { app: "x" })] } },
    });
    const pods = [shy, running("other", "a", 100, 0)];
    const pod = makePod("p", { priority: 100, labels: { app: "x" } });
    expect(preempt(pod, { nodes: [node("a")], pods })).toMatchObject({ node: "a", victims: ["shy"] });
  });
});

describe("the node is the one", () => {
  const budget = (allowed: number, selected: Labels): PodDisruptionBudget =>
    makeBudget("b", selected, allowed);
  const app = { app: "guarded" };

  test.each([
    {
      rule: "where no budget is broken",
      pods: [running("guarded", "a", 900, 1, 0, app), running("free", "b", 900, 50)],
      budgets: [budget(0, app)],
      expected: { node: "b", victims: ["free"] },
    },
    {
      rule: "where the budgets still allow it",
      pods: [running("guarded", "a", 900, 1, 0, app), running("free", "b", 900, 50)],
      budgets: [budget(1, app)],
      expected: { node: "a", victims: ["guarded"] },
    },
    {
      rule: "whose most important victim matters least",
      pods: [running("a1", "a", 900, 9), running("b1", "b", 450, 8), running("b2", "b", 450, 8)],
      budgets: [],
      expected: { node: "b", victims: ["b1", "b2"] },
    },
    {
      rule: "where the priorities add up to less",
      pods: [
        running("a1", "a", 450, 9),
        running("a2", "a", 450, 5),
        running("b1", "b", 450, 9),
        running("b2", "b", 450, 1),
      ],
      budgets: [],
      expected: { node: "b", victims: ["b1", "b2"] },
    },
    {
      rule: "with fewer victims",
      pods: [
        running("a1", "a", 450, -(2 ** 31)),
        running("a2", "a", 450, -(2 ** 31)),
        running("b1", "b", 900, -(2 ** 31)),
      ],
      budgets: [],
      expected: { node: "b", victims: ["b1"] },
    },
    {
      rule: "whose most important victim started last",
      pods: [running("a1", "a", 900, 1, 10), running("b1", "b", 900, 1, 20)],
      budgets: [],
      expected: { node: "b", victims: ["b1"] },
    },
  ])("$rule", ({ pods, budgets, expected }) => {
    const shape = { nodes: [node("a"), node("b")], pods, objects: { PodDisruptionBudget: budgets } };
    expect(preempt(incoming, shape)).toMatchObject(expected);
  });

  test("a budget that is used up protects the pods that come last in importance", () => {
    const pods = [
      running("one", "a", 300, 5, 0, app),
      running("two", "a", 300, 4, 0, app),
      running("free", "a", 300, 9),
    ];
    const objects = { PodDisruptionBudget: [budget(1, app)] };
    // "two" would break the budget, so it is kept if it can be; "one" and "free" go for it.
    expect(preempt(incoming, { nodes: [node("a")], pods, objects })).toMatchObject({
      victims: ["free", "one"],
    });
  });
});

describe("a pod does not preempt", () => {
  const pods = [running("low", "a", 900, 1)];

  test("if its policy says so", () => {
    const never = { ...incoming, preemptionPolicy: "Never" as const };
    expect(preempt(never, { nodes: [node("a")], pods })).toMatchObject({
      node: "keep",
      message: "no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.",
    });
  });

  test("while the victims on its node are on their way out", () => {
    const condition = {
      type: "DisruptionTarget",
      status: "True" as const,
      reason: "PreemptionByScheduler",
      message: "",
    };
    const leaving = {
      ...pods[0]!,
      deletion: { at: 0, graceSeconds: 30 },
      status: { ...pods[0]!.status, conditions: [condition] },
    };
    const nominated = { ...incoming, status: { ...incoming.status, nominatedNodeName: "a" } };
    expect(preempt(nominated, { nodes: [node("a")], pods: [leaving] })).toMatchObject({
      node: "keep",
      message:
        "no new claims to deallocate, preemption: not eligible due to a terminating pod on the nominated node.",
    });
    const deleted = { ...leaving, status: pods[0]!.status };
    expect(preempt(nominated, { nodes: [node("a")], pods: [deleted] })).toMatchObject({
      node: "a",
      victims: ["low"],
    });
    expect(preempt(nominated, { minor: 26, nodes: [node("a")], pods: [deleted] })).toMatchObject({
      node: "keep",
    });
  });

  test("where nobody is less important", () => {
    expect(preempt(asking("p", 600, 1), { nodes: [node("a")], pods })).toMatchObject({
      node: "clear",
      message:
        "no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    });
  });

  test("where it would not help", () => {
    const tainted = { ...node("b"), taints: [taint("gpu")] };
    expect(preempt(asking("p", 600, 1), { nodes: [node("a"), tainted], pods })).toMatchObject({
      message:
        "no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.",
    });
  });
});

test("pods that were nominated for the node and matter less are named", () => {
  const scheduler = makeScheduler({ nodes: [node("a")], pods: [running("low", "a", 900, 1)] });
  scheduler.cache.nominate(asking("earlier", 600, 50), "a");
  const decision = scheduler.schedule(incoming, "p", 0);
  expect(decision).toMatchObject({ postFilter: { displaced: [{ name: "earlier" }] } });
});

test("importance is priority, then the time that a pod has run; one that has not started is the newest", () => {
  const order = [
    running("new", "a", 1, 1, 50),
    makePod("unstarted", { priority: 1 }),
    running("old", "a", 1, 1, 10),
    running("high", "a", 1, 2, 99),
  ];
  expect(order.toSorted((a, b) => byImportance(a, b, 100)).map(({ name }) => name)).toEqual([
    "high",
    "old",
    "new",
    "unstarted",
  ]);
});
