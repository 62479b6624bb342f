import { describe, expect, test } from "vitest";
import { checkPlan } from "../../src/plan/check.ts";
import type { TraceEvent } from "../../src/trace/event.ts";
import { clusterOf, deployment, node } from "../support/objects.ts";
import { planOfSpec, rehearseSpec } from "../support/plan-text.ts";

const names = ["a1", "a2", "b1", "b2"];
const cluster = clusterOf(
  names.map((name) => node(name, { zone: name[0]!, labels: { pool: "general", generation: "v1" } })),
  deployment("shop/web", names),
);

/** What happens to nodes, in order; at one moment by name. */
function story(events: readonly TraceEvent[]): string[] {
  const words: Partial<Record<TraceEvent["kind"], string>> = {
    "node.joining": "+",
    "node.usable": "ok",
    "node.cordoned": "cordon",
    "node.uncordoned": "open",
    "node.removed": "-",
  };
  return events.flatMap((event) => {
    const word = words[event.kind];
    return word !== undefined && "node" in event ? [`${word} ${event.node}`] : [];
  });
}

const perNode = "[joinNode: {}, drain: { ignoreDaemonSets: true }, deleteNode: {}]";
const rollout = (rest: string, steps = perNode, more = "") =>
  `  steps:\n    - rollout:\n        selector: { matchLabels: { generation: v1 } }\n        ${rest}\n        perNode: ${steps}\n${more}`;

describe("surge", () => {
  test("one new node at a time stands in, zone by zone, where the old one stood", () => {
    const { trace, sim } = rehearseSpec(cluster, rollout("strategy: { surge: { maxSurge: 1 } }"));
    expect(story(trace.events)).toEqual(
      names.flatMap((name) => [`+ ${name}-new`, `ok ${name}-new`, `cordon ${name}`, `- ${name}`]),
    );
    expect(
      [...sim.state.tables.Node.values()].map(({ name, labels }) => [
        name,
        labels["topology.kubernetes.io/zone"],
      ]),
    ).toEqual(names.map((name) => [`${name}-new`, name[0]]));
  });

  test("an old node may go first where one may be unavailable; the zones do not mix", () => {
    const { trace } = rehearseSpec(
      cluster,
      rollout("strategy: { surge: { maxSurge: 0, maxUnavailable: 2 } }"),
    );
    const told = story(trace.events);
    expect(told.indexOf("- a1")).toBeLessThan(told.indexOf("+ a1-new"));
    expect(told.slice(0, 2)).toEqual(["cordon a1", "cordon a2"]);
    expect(Math.max(told.indexOf("ok a1-new"), told.indexOf("ok a2-new"))).toBeLessThan(
      told.indexOf("cordon b1"),
    );
  });

  test("percentages: surge rounds up, unavailable down", () => {
    const { trace } = rehearseSpec(
      cluster,
      rollout("order: listed\n        strategy: { surge: { maxSurge: 26%, maxUnavailable: 26% } }"),
    );
    // 26 % of four: two nodes more, one less.
    expect(story(trace.events).slice(0, 3).sort()).toEqual(["+ a1-new", "+ a2-new", "cordon b1"].sort());
  });

  test("a node that cannot be emptied keeps its replacement: no third node stands beside it", () => {
    const stuck = clusterOf(
      ["n1", "n2"].map((name) => node(name, { labels: { generation: "v1" } })),
      deployment("shop/web", ["n1"], {
        spec: { terminationGracePeriodSeconds: 3_000, containers: [{ name: "w", image: "w" }] },
      }),
    );
    const steps =
      "[joinNode: {}, drain: { ignoreDaemonSets: true, timeout: 1m, onFailure: quarantine }, deleteNode: {}]";
    const { trace } = rehearseSpec(stuck, rollout("maxErrors: 1\n        strategy: { surge: {} }", steps));
    expect(story(trace.events)).toEqual(["+ n1-new", "ok n1-new", "cordon n1"]);
    expect(trace.events.findLast(({ kind }) => kind === "step.ended")).toMatchObject({
      outcome: "failed",
      reason:
        "no room is left for the nodes still to come: n1 failed half-way, and what they hold is not given back (maxSurge 1, maxUnavailable 0)",
    });
  });

  test("canary: the first node alone, then a wait", () => {
    const { trace } = rehearseSpec(
      cluster,
      rollout("canary: { count: 1, soak: 30m }\n        strategy: { surge: { maxSurge: 2 } }"),
    );
    const starts = trace.events.flatMap((event) => (event.kind === "node.joining" ? [event.time] : []));
    const removed = trace.events.find(({ kind }) => kind === "node.removed")!;
    expect(starts[1]).toBeGreaterThanOrEqual(removed.time + 30 * 60_000);
  });
});

describe("blue-green", () => {
  const program = `
          - taint: { key: seatrial/retiring, effect: PreferNoSchedule, scope: allOld }
          - joinNode: { fromTemplate: general-v2, duration: { p50: 150s, p99: 210s } }
          - drain: { timeout: 15m }
          - deleteNode: { duration: 30s }`;
  const templates = "  nodeTemplates: { general-v2: { labels: { generation: v2 } } }\n";
  const rollback = `  rollback:
    - uncordon: { selector: { matchLabels: { pool: general, generation: v1 } } }
    - deleteNode: { selector: { matchLabels: { pool: general, generation: v2 } } }
`;

  test("old nodes are tainted, new ones join, old ones are emptied by batch, then they go", () => {
    const { trace } = rehearseSpec(
      cluster,
      templates + rollout("strategy: { blueGreen: { batch: 50%, batchSoak: 10m, poolSoak: 30m } }", program),
    );
    const told = story(trace.events);
    expect(told.slice(0, 2)).toEqual(["+ general-v2-1", "+ general-v2-2"]);
    expect(told.indexOf("ok general-v2-4")).toBeLessThan(told.indexOf("cordon a1"));
    const tainted = trace.events.findLastIndex(
      (event) => event.kind === "node.tainted" && event.taint.key === "seatrial/retiring",
    );
    expect(tainted).toBeLessThan(trace.events.findIndex(({ kind }) => kind === "node.joining"));
    const cordons = trace.events.flatMap((event) =>
      event.kind === "node.cordoned" ? [[event.node, event.time] as const] : [],
    );
    expect(cordons.map(([name]) => name)).toEqual(names);
    expect(cordons[2]![1] - cordons[1]![1]).toBeGreaterThan(10 * 60_000);
    const removed = trace.events.filter(({ kind }) => kind === "node.removed");
    expect(removed).toHaveLength(4);
    const drained = trace.events.findLast(({ kind }) => kind === "pod.gone")!;
    expect(removed[0]!.time - drained.time).toBeGreaterThan(40 * 60_000);
  });

  test("without a taint of its own all old nodes are cordoned once the new ones stand", () => {
    const { trace } = rehearseSpec(cluster, rollout("strategy: { blueGreen: { batch: 2 } }"));
    expect(story(trace.events).slice(8, 12)).toEqual(names.map((name) => `cordon ${name}`));
  });

  test("it rolls back while the old nodes are there: they open again, and the new ones go", () => {
    const stuck = clusterOf(
      names.map((name) => node(name, { zone: name[0]!, labels: { pool: "general", generation: "v1" } })),
      deployment("shop/web", ["b2"], {
        spec: { terminationGracePeriodSeconds: 3_000, containers: [{ name: "w", image: "w" }] },
      }),
    );
    const { trace, sim } = rehearseSpec(
      stuck,
      templates +
        rollout("onFailure: rollback\n        strategy: { blueGreen: { batch: 2 } }", program, rollback),
    );
    expect([...sim.state.tables.Node.keys()]).toEqual(names);
    expect([...sim.state.tables.Node.values()].every(({ unschedulable }) => !unschedulable)).toBe(true);
    expect(trace.events.findLast(({ kind }) => kind === "step.ended")).toMatchObject({ outcome: "done" });
  });

  test("one old node that cannot be emptied stays, the others go", () => {
    const stuck = clusterOf(
      names.map((name) => node(name, { labels: { generation: "v1" } })),
      deployment("shop/web", ["b1"], {
        spec: { terminationGracePeriodSeconds: 3_000, containers: [{ name: "w", image: "w" }] },
      }),
    );
    const steps = "[joinNode: {}, drain: { timeout: 1m, onFailure: quarantine }, deleteNode: {}]";
    const { sim } = rehearseSpec(
      stuck,
      rollout("maxErrors: 1\n        strategy: { blueGreen: { batch: 4 } }", steps),
    );
    expect([...sim.state.tables.Node.keys()]).toEqual(["b1", ...names.map((name) => `${name}-new`)]);
    expect(sim.state.node("b1")!.unschedulable).toBe(true);
  });
});

describe("what does not go together is refused", () => {
  const complaint = (rest: string, steps = perNode) =>
    checkPlan(planOfSpec(rollout(rest, steps)), cluster).map(({ message }) => message);
  test.each([
    [
      "strategy: { surge: {} }",
      "[drain: {}]",
      "surge needs one joinNode and, after it, a deleteNode among these steps",
    ],
    [
      "strategy: { blueGreen: {} }",
      "[deleteNode: {}, joinNode: {}]",
      "blueGreen needs one joinNode and, after it, a deleteNode among these steps",
    ],
    [
      "strategy: { surge: {} }",
      "[joinNode: { count: 2 }, deleteNode: {}]",
      "surge adds one node for each: leave count out",
    ],
    [
      "maxParallel: 2\n        strategy: { surge: {} }",
      perNode,
      "how many nodes at a time is what maxSurge and maxUnavailable say",
    ],
    [
      "canary: { count: 1 }\n        strategy: { blueGreen: {} }",
      perNode,
      "a blue-green rollout has batches, and no canary",
    ],
    [
      "maxErrors: 0",
      "[cordon: { scope: allOld }, drain: {}]",
      "there are old nodes in a rollout with strategy surge or blueGreen only",
    ],
    [
      "strategy: { surge: {} }",
      "[joinNode: {}, cordon: { scope: allOld }, deleteNode: {}]",
      "what is about all old nodes stands before joinNode",
    ],
    [
      "strategy: { surge: {} }",
      "[joinNode: { onFailure: continue }, deleteNode: {}]",
      "with continue the old node is deleted where no new one has come",
    ],
  ])("%s", (rest, steps, message) => {
    expect(complaint(rest, steps)).toEqual([message]);
  });

  test.each([
    [
      "{ surge: { maxSurge: 0 } }",
      "neither a node more nor one less: expected maxSurge or maxUnavailable of 1 or more",
    ],
    ["{ surge: {}, blueGreen: {} }", "expected one of inPlace, surge, blueGreen, got surge and blueGreen"],
    ["surge", 'expected one of inPlace, got "surge"'],
  ])("%s", (strategy, message) => {
    expect(() => planOfSpec(rollout(`strategy: ${strategy}`))).toThrow(message);
  });
});
