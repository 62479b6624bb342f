import { expect, test } from "vitest";
import { clusterOf, deployment, node } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const clusterWith = (moving: string, staying: string) =>
  clusterOf(
    node("node-1", { memory: "10Gi" }),
    node("node-2", { memory: "10Gi" }),
    deployment("shop/web", ["node-1"], { memory: moving }),
    deployment("shop/other", ["node-2"], { memory: staying }),
  );

test("what moves there brings a node above 90 %: the sum, and what it was before", () => {
  const { verdict } = rehearse(clusterWith("4Gi", "5632Mi"), drainOf(["node-1"]));
  expect(findingsOf(verdict, "node-nearly-full-after")).toMatchObject([
    {
      severity: "warning",
      subject: "node-2",
      message: "node-2 has 9.5 of 10.0 Gi memory requested (95 %)",
      details: ["The moves brought 100m CPU and 4.0 Gi memory; before: 2 % CPU, 55 % memory."],
    },
  ]);
});

test("below 90 %, or as full before: no finding", () => {
  expect(
    findingsOf(rehearse(clusterWith("3Gi", "5Gi"), drainOf(["node-1"])).verdict, "node-nearly-full-after"),
  ).toEqual([]);
  const { verdict } = rehearse(clusterWith("0", "9728Mi"), drainOf(["node-1"]));
  expect(findingsOf(verdict, "node-nearly-full-after")).toEqual([]);
});
