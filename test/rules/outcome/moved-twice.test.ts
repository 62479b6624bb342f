import { expect, test } from "vitest";
import type { Step } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, node, nodes } from "../../support/objects.ts";
import { drainOf, findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

const turn = (name: string): Step[] => [
  { ...drainOf([name]).steps[0]!, name: `drain-${name}` },
  { kind: "uncordon", name: `open-${name}`, nodes: { kind: "names", names: [name] } },
];
const roll = planOf([...turn("node-1"), ...turn("node-2")]);

test("a pod that lands on the node whose turn is next moves again: how many moves are for nothing", () => {
  const cluster = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1"]));
  const [finding] = findingsOf(rehearse(cluster, roll).verdict, "moved-twice");
  expect(finding).toMatchObject({
    severity: "info",
    subject: "the plan",
    message: "1 of 2 moves (50 %) is of pods that moved before: it landed on nodes that are drained later",
    data: { moves: 2, again: 1, most: 2 },
  });
  expect(finding!.details).toContain("2 moves at the most: shop/web-0 leaves node-1, then node-2.");
  expect(finding!.suggestions[0]!.edit.kind).toBe("none");
});

test("nodes that stay could take the pods: all to be drained are cordoned first, as an edit", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    node("node-3", { labels: { pool: "other" } }),
    deployment("shop/web", ["node-1"], {
      spec: {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 100,
                preference: { matchExpressions: [{ key: "pool", operator: "DoesNotExist" }] },
              },
            ],
          },
        },
      },
    }),
    deployment("shop/filler", ["node-3"], { cpu: "3950m" }),
  );
  const [finding] = findingsOf(rehearse(cluster, roll).verdict, "moved-twice");
  expect(finding!.suggestions[0]!.edit).toMatchObject({
    kind: "before",
    steps: [{ kind: "cordon", nodes: { kind: "names", names: ["node-1", "node-2"] } }],
  });
});

test("one kubectl cordons all its nodes first: no pod moves twice", () => {
  const cluster = clusterOf(nodes("node-1", "node-2", "node-3"), deployment("shop/web", ["node-1"]));
  const { verdict } = rehearse(cluster, drainOf(["node-1", "node-2"]));
  expect(findingsOf(verdict, "moved-twice")).toEqual([]);
});
