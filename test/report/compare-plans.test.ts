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

test("a Service that stays down has no length among the plans either", () => {
  const plans = [{ name: "a", ...rehearse(whole(cluster), drainOf(["node-1"])) }];
  expect(compareJson(plans).plans[0]).toMatchObject({ servicesDown: 1, outageMillis: null, notGiven: [] });
  expect(comparePlansScreen(plans)[0]!.lines[1]!.text).toContain("1, no end");
});

test("without Services nobody knows how many go down", () => {
  const plans = [{ name: "a", ...rehearse(whole(cluster, "Service"), drainOf(["node-1"])) }];
  expect(compareJson(plans).plans[0]).toMatchObject({ servicesDown: null, notGiven: ["Service"] });
  expect(comparePlansScreen(plans)[0]!.lines[1]!.text).toContain("unknown");
});
