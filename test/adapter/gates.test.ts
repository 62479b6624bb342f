import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { JournalRecord } from "../../src/adapter/journal.ts";
import type { AskPrometheus, PrometheusAnswer } from "../../src/adapter/prometheus.ts";
import { FakeApi } from "../support/fake-api.ts";
import { carryOutPlan, planOf } from "../support/live-run.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

/** Gates that ask others than the API server, and alerts that stop a run. */

const folder = mkdtempSync(join(tmpdir(), "seatrial-gates-"));
afterAll(() => rmSync(folder, { recursive: true }));

const samples = (...values: readonly number[]): PrometheusAnswer => ({
  kind: "samples",
  samples: values.map((value, index) => ({ labels: { instance: `i${index}` }, value })),
});

function runOf(steps: string, askPrometheus?: AskPrometheus, more = "", records: JournalRecord[] = []) {
  const clock = new VirtualClock();
  const api = new FakeApi(clock);
  for (const name of ["n1", "n2"]) api.node(name);
  const said: string[] = [];
  const plan = planOf(steps, more);
  const running = carryOutPlan({
    client: api.client,
    clock,
    plan,
    records,
    said,
    ...(askPrometheus ? { askPrometheus } : {}),
  });
  return { clock, api, said, running, records };
}

/** Lets virtual time pass slowly enough for real programs to end. */
async function untilEnd<T>(running: Promise<T>, clock: VirtualClock): Promise<T> {
  const pending = Symbol("pending");
  for (;;) {
    const pause = new Promise<typeof pending>((resolve) => setTimeout(() => resolve(pending), 50));
    const end = await Promise.race([running, pause]);
    if (end !== pending) return end;
    await clock.step().catch(() => undefined);
  }
}

const gate = (is: string, more = "") =>
  `- gate: { until: [{ prometheus: { query: "min(up)", is: "${is}" } }], timeout: 2m${more} }`;

test("a gate of Prometheus is passed once the value compares so; what was seen is put down", async () => {
  const values = [0.5, 0.5, 0.98, 0.99];
  const run = runOf(gate(">= 0.99"), () => Promise.resolve(samples(values.shift() ?? 0)));
  expect(await run.clock.until(run.running)).toMatchObject({ kind: "ended", end: { outcome: "done" } });
  const texts = run.records.flatMap((record) => (record.kind === "said" ? [record.text] : []));
  expect(texts).toEqual([
    "does not hold: the value is 0.5, not >= 0.99",
    "does not hold: the value is 0.98, not >= 0.99",
    "holds: the value is 0.99",
  ]);
  expect(run.records).toContainEqual(expect.objectContaining({ kind: "said", by: "min(up) >= 0.99" }));
});

test("near miss: a value that never compares so ends with the gate's time-out", async () => {
  const run = runOf(gate("> 0.99"), () => Promise.resolve(samples(0.99)));
  expect(await run.clock.until(run.running)).toMatchObject({
    kind: "ended",
    end: { outcome: "failed", reason: "timed out after 2m00s" },
  });
});

test.each([
  ["no series", samples(), "the query gives no series"],
  ["several series", samples(1, 1), "the query gives 2 series, not one"],
  ["not a number", samples(NaN), "the value is NaN, not >= 0"],
])("%s is no answer that a gate passes with", async (_, answer, why) => {
  const run = runOf(gate(">= 0"), () => Promise.resolve(answer));
  expect(await run.clock.until(run.running)).toMatchObject({ end: { outcome: "failed" } });
  expect(run.said.join("\n")).toContain(why);
});

test("nobody there is waited for, and a query that is refused fails the step at once", async () => {
  const answers: PrometheusAnswer[] = [
    { kind: "problem", message: "http://prometheus cannot be reached: ECONNREFUSED", isFinal: false },
  ];
  const back = runOf(gate("== 1"), () => Promise.resolve(answers.shift() ?? samples(1)));
  expect(await back.clock.until(back.running)).toMatchObject({ end: { outcome: "done" } });
  expect(back.said.join("\n")).toContain("cannot be reached");
  const refused: PrometheusAnswer = { kind: "problem", message: "refuses the query", isFinal: true };
  const run = runOf(gate("== 1"), () => Promise.resolve(refused));
  const end = await run.clock.until(run.running);
  expect(end).toMatchObject({ end: { outcome: "failed", reason: expect.stringContaining("refuses") } });
  expect(run.records.at(-1)?.now).toBeLessThan(1_000);
});

test("a value that does not last is waited for anew", async () => {
  let asked = 0;
  const run = runOf(gate("== 1", ", for: 12s"), () => Promise.resolve(samples(asked++ === 2 ? 0 : 1)));
  expect(await run.clock.until(run.running)).toMatchObject({ end: { outcome: "done" } });
  // Looks at 0, 5, 10 (broken), 15, 20, 25 and 30 s: the third after the break is 10 s old, the fourth 15 s.
  expect(asked).toBe(7);
});

test("a gate's command is run until it ends with 0, with its node in the environment", async () => {
  const file = join(folder, "looks");
  writeFileSync(file, "");
  const script = `const fs = require("fs"); fs.appendFileSync(${JSON.stringify(file)}, process.env.SEATRIAL_NODE + "\\n"); const n = fs.readFileSync(${JSON.stringify(file)}, "utf8").split("\\n").length - 1; console.log("look " + n); process.exit(n < 3 ? 4 : 0)`;
  const run = runOf(
    `- rollout:
    nodes: [n1]
    perNode:
      - gate: { until: [nodeReady, { command: ${JSON.stringify([process.execPath, "-e", script])} }] }`,
  );
  expect(await untilEnd(run.running, run.clock)).toMatchObject({ end: { outcome: "done" } });
  expect(readFileSync(file, "utf8")).toBe("n1\nn1\nn1\n");
  const texts = run.records.flatMap((record) => (record.kind === "said" ? [record.text] : []));
  expect(texts.at(0)).toMatch(/^does not hold: .* ended with exit code 4\nlook 1$/);
  expect(texts.at(-1)).toBe("holds: exit code 0\nlook 3");
});

test("a command that cannot be started fails the gate; one that hangs is ended with it", async () => {
  const missing = runOf('- gate: { until: [{ command: ["/nonexistent/check"] }], timeout: 5m }');
  expect(await untilEnd(missing.running, missing.clock)).toMatchObject({
    end: { outcome: "failed", reason: expect.stringContaining("cannot be started") },
  });
  const pid = join(folder, "pid");
  const script = `require("fs").writeFileSync(${JSON.stringify(pid)}, String(process.pid)); setInterval(() => {}, 1000)`;
  const hung = runOf(
    `- gate: { until: [{ command: ${JSON.stringify([process.execPath, "-e", script])} }], timeout: 1m, onFailure: continue }
- cordon: { nodes: [n1] }`,
  );
  // Its time-out is due once the program has been started.
  while (!isWritten(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await hung.clock.until(hung.running)).toMatchObject({ end: { outcome: "done" } });
  const process_ = Number(readFileSync(pid, "utf8"));
  await expect.poll(() => isAlive(process_), { timeout: 5_000 }).toBe(false);
});

function isWritten(file: string): boolean {
  try {
    return readFileSync(file, "utf8") !== "";
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const alerts = `  alerts: [{ matchers: ['severity="critical"'] }]`;
const twoNodes = `- rollout:
    nodes: [n1, n2]
    perNode:
      - cordon: {}
      - wait: { duration: 10m }
      - uncordon: {}`;
const crashing: PrometheusAnswer = {
  kind: "samples",
  samples: [
    {
      labels: { __name__: "ALERTS", alertname: "Crashing", alertstate: "firing", namespace: "shop" },
      value: 1,
    },
  ],
};

test("an alert that fires stops the run before the next node, and the run goes on when it is over", async () => {
  const asked: string[] = [];
  const run = runOf(
    twoNodes,
    (_, query) => {
      asked.push(query);
      return Promise.resolve(asked.length === 1 ? samples() : crashing);
    },
    alerts,
  );
  expect(await run.clock.until(run.running)).toMatchObject({
    kind: "stopped",
    reason: { kind: "alert", node: "n2", alerts: ['Crashing{namespace="shop"}'] },
  });
  expect(asked).toEqual(Array(2).fill('ALERTS{alertstate="firing",severity="critical"}'));
  expect(run.records).toContainEqual(
    expect.objectContaining({ kind: "alerts", node: "n2", firing: ['Crashing{namespace="shop"}'] }),
  );
  expect(run.api.at("/api/v1/nodes/n2")?.spec?.["unschedulable"]).toBeUndefined();
  expect(run.api.at("/api/v1/nodes/n1")?.spec?.["unschedulable"]).not.toBe(true);
  const again = runOf(twoNodes, () => Promise.resolve(samples()), alerts, run.records);
  expect(await again.clock.until(again.running)).toMatchObject({ kind: "ended", end: { outcome: "done" } });
});

test("whether an alert fires has to be known: a Prometheus that stays away stops the run", async () => {
  const away: PrometheusAnswer = { kind: "problem", message: "cannot be reached", isFinal: false };
  const run = runOf(twoNodes, () => Promise.resolve(away), alerts);
  expect(await run.clock.until(run.running)).toMatchObject({
    kind: "stopped",
    reason: { kind: "prometheus", node: "n1", message: "cannot be reached, for 1m00s" },
  });
  expect(run.api.log).toEqual([]);
});

test("near miss: a node that is worked on already is finished, whatever fires meanwhile", async () => {
  const steps = `- drain: { nodes: [n1] }
- wait: { duration: 10m }
- label: { nodes: [n1], labels: { a: b } }
- drain: { nodes: [n1] }
- uncordon: { nodes: [n1] }`;
  let asked = 0;
  const run = runOf(steps, () => Promise.resolve(asked++ === 0 ? samples() : crashing), alerts);
  expect(await run.clock.until(run.running)).toMatchObject({ kind: "ended", end: { outcome: "done" } });
  expect(asked).toBe(1);
});
