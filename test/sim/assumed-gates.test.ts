import { expect, test } from "vitest";
import { assumedSentence } from "../../src/report/assumed.ts";
import { runbook } from "../../src/report/runbook.ts";
import { planOf } from "../support/live-run.ts";
import { clusterOf, deployment, nodes } from "../support/objects.ts";
import { rehearse } from "../support/rehearse.ts";

/** Gates that ask others: a rehearsal takes what the plan assumes, and says so. */

const cluster = clusterOf(nodes("n1", "n2"), deployment("shop/web", ["n1", "n1"]));
const gate = (until: string, more = "") =>
  rehearse(cluster, planOf(`- gate: { name: g, until: [${until}]${more} }`));
const ended = ({ trace }: ReturnType<typeof gate>) =>
  trace.events.find((event) => event.kind === "step.ended");

test("a gate is passed when all that it asks is assumed to hold, and has for so long", () => {
  const both = gate(
    '{ command: [./a], assume: 40s }, { prometheus: { query: up, is: "> 0" }, assume: 2m }',
    ", for: 30s",
  );
  expect(ended(both)).toMatchObject({ outcome: "done" });
  expect(ended(both)?.time).toBeGreaterThanOrEqual(150_000);
  expect(ended(both)?.time).toBeLessThan(151_000);
  expect(assumedSentence(both.trace)).toBe("2 gate conditions hold after 40 s, after 2m00s (from the plan)");
});

test("without assume it is taken to hold at once, which is said too", () => {
  const { trace } = gate("{ command: [./a, --fast] }");
  expect(assumedSentence(trace)).toBe("command ./a --fast holds at once (default)");
});

test("what never holds ends with the time-out, or blocks the plan, and the reason is named", () => {
  const late = gate("{ command: [./a], assume: never }", ", timeout: 5m");
  expect(ended(late)).toMatchObject({ outcome: "failed", reason: "timed out after 5m00s" });
  const { verdict } = gate('{ prometheus: { query: "up", is: "== 1" }, assume: never }');
  expect(verdict.findings.map((finding) => JSON.stringify(finding)).join()).toContain(
    "up == 1: the plan assumes that it never holds.",
  );
});

test("the runbook has the program, the query, and where to look for alerts", () => {
  const plan = planOf(
    `- gate: { until: [{ command: [./a, "it's"] }, { prometheus: { query: 'min(up{job="web"})', is: ">= 1" } }] }`,
    "  alerts: [{ matchers: ['severity=\"page\"'], server: 'http://p:9090/' }]",
  );
  const { trace, verdict } = rehearse(cluster, plan);
  const text = runbook(trace, verdict);
  expect(text).toContain("./a 'it'\\''s'");
  expect(text).toContain(`curl -sG "$PROMETHEUS"/api/v1/query --data-urlencode 'query=min(up{job="web"})'`);
  expect(text).toContain("one value in the result, and it is \\>= 1");
  expect(text).toContain(
    `curl -sG http://p:9090/api/v1/query --data-urlencode 'query=ALERTS{alertstate="firing",severity="page"}'`,
  );
  expect(assumedSentence(trace)).toContain('alerts {severity="page"}: none fires (default)');
});

test("people are taken to need what the plan says; the runbook says who, and what is to do", () => {
  const plan = planOf(
    `- approve: { name: go, by: [ann, bob], ticket: true, until: "2026-12-01T20:00+01:00", assume: 10m, timeout: 4h }
- hook: { name: disk, nodes: [n1], manual: "Swap the disk in slot 3.", duration: 20m }`,
  );
  const { trace, verdict } = rehearse(cluster, plan);
  expect(trace.events.at(-1)?.time).toBeGreaterThanOrEqual(1_800_000);
  expect(assumedSentence(trace)).toBe(
    "approval go after 10m00s (from the plan) · disk by hand, done after 20m00s (from the plan)",
  );
  const text = runbook(trace, verdict);
  expect(text).toContain(
    "ann or bob has to approve with a ticket within 4h00m until 2026-12-01 19:00 UTC before it goes on.",
  );
  expect(text).toContain("By hand: Swap the disk in slot 3.");
});

test("an approval that comes too late fails its step in a rehearsal too", () => {
  const until = new Date(cluster.asOf + 300_000).toISOString();
  const late = rehearse(cluster, planOf(`- approve: { until: "${until}", assume: 10m }`));
  expect(ended(late)).toMatchObject({
    outcome: "failed",
    reason: expect.stringContaining("nobody has approved by"),
  });
  // And a few milliseconds until the answer is there.
  expect(ended(late)?.time).toBeGreaterThanOrEqual(300_000);
  expect(ended(late)?.time).toBeLessThan(300_100);
  const inTime = rehearse(cluster, planOf(`- approve: { until: "${until}", assume: 4m }`));
  expect(ended(inTime)).toMatchObject({ outcome: "done" });
});
