import { expect, test } from "vitest";
import { runbook } from "../../../src/report/runbook.ts";
import { planOf } from "../../support/live-run.ts";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { findingsOf, rehearse } from "../../support/rehearse.ts";

const objects = clusterOf(nodes("n1", "n2"), deployment("shop/web", ["n1"]));
const cluster = { ...objects, asOf: Date.parse("2026-06-01T18:00Z") };

test("what waits is said, with the time until which it does, by the clocks of the window", () => {
  const plan = planOf(
    "- cordon: { nodes: [n1] }\n- uncordon: { nodes: [n1] }",
    '  window: { start: "22:00", duration: 4h, timeZone: Europe/Paris, days: [Mon, Tue] }\n  freezes: [{ name: fair, from: "2026-06-01", to: "2026-06-01" }]',
  );
  const { trace, verdict } = rehearse(cluster, plan);
  expect(findingsOf(verdict, "window-waits")).toMatchObject([
    {
      severity: "info",
      message: "waits once until something may be begun, first until 2026-06-02 00:00 Europe/Paris",
      details: ["plan/0 waits 4h00m, until 2026-06-02 00:00 Europe/Paris."],
    },
  ]);
  const text = runbook(trace, verdict);
  expect(text).toContain("only from 22:00 for 4h00m on Mon, Tue");
  expect(text).toContain("not from 2026-06-01 to 2026-06-01");
});

test("near miss: a plan that begins while its window is open does not wait", () => {
  const plan = planOf("- cordon: { nodes: [n1] }", '  window: { start: "17:00", duration: 4h }');
  const { verdict } = rehearse(cluster, plan);
  expect(findingsOf(verdict, "window-waits")).toEqual([]);
});
