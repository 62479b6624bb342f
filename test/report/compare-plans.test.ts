import { expect, test } from "vitest";
import { compareJson, comparePlansScreen } from "../../src/report/compare-plans.ts";
import { clusterOf, deployment, node, service } from "../support/objects.ts";
import { drainOf, rehearse } from "../support/rehearse.ts";
import { whole } from "./screens.ts";

const cluster = clusterOf(
  node("node-1"),
  node("node-2", { cpu: "1" }),
  deployment("shop/big", ["node-1"], { cpu: "3" }),
  service("shop/big"),
);

/** What the screen says of the last plan in this row. */
function cellOf(plans: Parameters<typeof comparePlansScreen>[0], row: string): string | undefined {
  const line = comparePlansScreen(plans)[0]!.lines.find(({ text }) => text.startsWith(row));
  return line?.text.slice(row.length).trim();
}

test("a Service that stays down has no length among the plans either", () => {
  const plans = [{ name: "a", ...rehearse(whole(cluster), drainOf(["node-1"])) }];
  expect(compareJson(plans).plans[0]).toMatchObject({ servicesDown: 1, outageMillis: null, notGiven: [] });
  expect(cellOf(plans, "Services down")).toBe("1, no end");
});

test("without Services nobody knows how many go down", () => {
  const plans = [{ name: "a", ...rehearse(whole(cluster, "Service"), drainOf(["node-1"])) }];
  expect(compareJson(plans).plans[0]).toMatchObject({ servicesDown: null, notGiven: ["Service"] });
  expect(cellOf(plans, "Services down")).toBe("unknown");
});

test("new nodes are counted from the start of their machines, old ones to their end", () => {
  const fixed = (millis: number) => ({ kind: "fixed", millis }) as const;
  const named = { kind: "names", names: ["node-1"] } as const;
  const plan = {
    ...drainOf(["node-1"]),
    steps: [
      {
        kind: "joinNode",
        name: "join",
        fromTemplate: "node-1",
        count: 1,
        failureRate: 0,
        duration: fixed(3_600_000),
      },
      { kind: "deleteNode", name: "delete", nodes: named, duration: fixed(1_800_000) },
    ],
  } as const;
  const [json] = compareJson([{ name: "a", ...rehearse(whole(cluster), plan) }]).plans;
  // An hour of three, then half an hour of three: the deleted one's machine still runs.
  expect(json).toMatchObject({ peakNodes: 3, nodeHours: 4.5, newNodeHours: 1.5 });
});
