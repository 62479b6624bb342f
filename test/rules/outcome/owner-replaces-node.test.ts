import { expect, test } from "vitest";
import { fixed } from "../../../src/plan/assumptions.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, node, nodes } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const rule = "owner-replaces-node";

function found(labels: Record<string, string>, rest: Partial<Plan> = {}) {
  const cluster = clusterOf(node("n1", { labels }), nodes("n2"), deployment("shop/web", ["n1", "n2"]));
  const plan = drainOf(["n1"]);
  const steps = [
    ...plan.steps,
    {
      kind: "deleteNode",
      name: "away",
      nodes: { kind: "names", names: ["n1"] },
      duration: fixed(0),
    } as const,
  ];
  return findingsOf(rehearse(cluster, { ...plan, steps, ...rest }).verdict, rule);
}

test.each([
  ["karpenter.sh/nodepool", "takes", "drains it, ends its machine"],
  ["eks.amazonaws.com/nodegroup", "orphans", "the machine goes on without its Node object"],
  ["cloud.google.com/gke-nodepool", "replaces", "replaces its machine, unless auto-repair is off"],
])("%s: %s", (label, does, words) => {
  const [finding, ...others] = found({ [label]: "general" });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ severity: "info", subject: "n1", data: { does } });
  expect(finding!.message).toContain(words);
});

test("near misses: nobody's node, and the owner's own drain", () => {
  expect(found({})).toEqual([]);
  expect(found({ "cloud.google.com/gke-nodepool": "general" }, { drainer: "gke" })).toEqual([]);
});
