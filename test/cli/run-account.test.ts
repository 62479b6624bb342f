import { expect, test } from "vitest";
import { leftCordoned } from "../../src/adapter/changes.ts";
import { type RunEvent, standingOf } from "../../src/adapter/fold.ts";
import type { JournalHeader, JournalRecord } from "../../src/adapter/journal.ts";
import type { Run } from "../../src/adapter/run.ts";
import { RunAccount } from "../../src/cli/run-account.ts";
import { forecastOf, runRows, runSum } from "../../src/report/run-rows.ts";
import type { RunView } from "../../src/report/run-view.ts";
import { FakeApi } from "../support/fake-api.ts";
import { carryOutPlan, headerOf, planOf } from "../support/live-run.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

const plan = planOf(`- wait: { duration: 4s }
- drain: { nodes: [n1] }
- uncordon: { nodes: [n1] }`);

const step = (path: string, what: string, from: number, to: number) => ({
  step: path,
  what,
  node: "",
  from,
  to,
  outcome: "done" as const,
  reason: "",
});

const header: JournalHeader = {
  ...headerOf(plan),
  predicted: [
    step("plan/0", "wait", 0, 4_000),
    step("plan/1", "drain n1", 4_000, 9_000),
    step("plan/2", "uncordon n1", 9_000, 9_000),
  ],
  services: { "shop/web": 3 },
};

function cluster(clock: VirtualClock): FakeApi {
  const api = new FakeApi(clock);
  for (const name of ["n1", "n2"]) api.node(name);
  for (const name of ["web-1", "web-2", "web-3"]) api.pod(`shop/${name}`, "n1");
  return api;
}

const guard = () =>
  Promise.resolve({ word: "FINISHES", objections: [], end: 20_000, services: { "shop/web": 2 } });

interface Told {
  readonly records: JournalRecord[];
  readonly views: RunView[];
  readonly lines: string[];
}

/** A run as its account tells it, with a view after each thing that happens. */
async function told(stopAt = Infinity): Promise<Told> {
  const clock = new VirtualClock();
  const records: JournalRecord[] = [];
  const account = new RunAccount(header);
  const views: RunView[] = [];
  const lines: string[] = [];
  let run: Run | undefined;
  const hear = (event: RunEvent) => {
    lines.push(...account.hear(event).map(({ text }) => text));
    views.push(account.view);
    // A signal comes between two turns of the loop.
    if (event.kind === "record" && records.length === stopAt)
      queueMicrotask(() => run?.stop({ kind: "asked", signal: "SIGINT" }));
  };
  const started = (begun: Run) => void (run = begun);
  await clock.until(
    carryOutPlan({ client: cluster(clock).client, clock, plan, records, guard, hear, started }),
  );
  return { records, views, lines };
}

/** The same from the journal alone. */
function retold(records: readonly JournalRecord[]): { readonly view: RunView; readonly lines: string[] } {
  const account = new RunAccount(header);
  const lines: string[] = [];
  const hear = (event: RunEvent) => void lines.push(...account.hear(event).map(({ text }) => text));
  expect(standingOf({ header, records, bytes: 0 }, hear)).toMatchObject({ execution: {} });
  return { view: account.view, lines };
}

test("what the journal tells is what was shown when it happened", async () => {
  const { records, views, lines } = await told();
  const again = retold(records);
  expect(again.view).toEqual(views.at(-1));
  expect(again.lines).toEqual(lines);
});

test("wherever it stops, its journal tells all of it, and which nodes may be closed", async () => {
  const { records: whole } = await told();
  for (let stopAt = 1; stopAt < whole.length; stopAt++) {
    const { records, views } = await told(stopAt);
    const { view } = retold(records);
    for (const [path, shown] of views.at(-1)!.real)
      // What was answered after the stop stands in the journal, and was not followed up.
      expect(view.real.get(path)).toMatchObject({ ...shown });
    expect([...view.closed.keys()]).toEqual(leftCordoned(records));
  }
});

test("while it drains: who is refused and how often, who stops, who is gone, and the last look", async () => {
  const { views } = await told();
  const refused = views.filter(({ pods }) => [...pods.values()].some(({ state }) => state === "refused"));
  const worst = refused.at(-1)!;
  expect(worst.closed.get("n1")).toBe("closed");
  expect(worst.look).toMatchObject({
    word: "FINISHES",
    end: 20_000,
    short: [{ service: "shop/web", ready: 2, before: 3 }],
  });
  const pod = [...worst.pods.values()].find(({ state }) => state === "refused");
  expect(pod).toMatchObject({ step: "plan/1", reason: "Cannot evict pod" });
  expect(pod!.refusals).toBeGreaterThan(1);
  expect(views.some(({ gone }) => gone.get("plan/1") === 2)).toBe(true);
  const last = views.at(-1)!;
  expect(last).toMatchObject({ pods: new Map(), gone: new Map(), closed: new Map() });
});

test("lines say what was predicted beside what is", async () => {
  const { lines } = await told();
  expect(lines[0]).toMatch(/^ +0:00 {2}wait +predicted at 0:00$/);
  expect(lines.join("\n")).toMatch(/done: drain n1 +\d+(\.\d)? s, predicted 5 s\n/);
  expect(lines).toContain("         $ kubectl cordon n1");
});

test("steps are over as long as they really took, and the differences add up", async () => {
  const { views } = await told();
  const view = views.at(-1)!;
  const rows = runRows(view);
  expect(rows.map(({ name }) => name)).toEqual(["wait", "drain n1", "uncordon n1"]);
  const { over, ahead } = runSum(rows, view.now);
  const { end } = forecastOf(view, rows, view.now);
  expect(over.real - over.predicted).toBe(over.differs);
  expect(over.predicted).toBe(9_000);
  expect(over.real).toBe(Math.floor(view.now / 1_000) * 1_000);
  expect(end).toBeGreaterThanOrEqual(over.real);
  expect(Math.abs(over.real - view.now)).toBeLessThanOrEqual(500);
  expect(ahead.steps).toBe(0);
});

test("what is said again on the way back is held against what was predicted then", async () => {
  const { records } = await told(6);
  const now = records.at(-1)!.now;
  const at = new Date(Date.parse(records.at(-1)!.at) + 3_600_000).toISOString();
  const resumed: JournalRecord = {
    kind: "resumed",
    now,
    at,
    user: "tester",
    host: "here",
    pid: 1,
    predicted: [
      step("plan/1", "drain n1", now, now + 60_000),
      step("plan/2", "uncordon n1", now + 60_000, now + 61_000),
    ],
  };
  const { view } = retold([...records, resumed]);
  expect(view.breaks).toEqual({ times: 1, millis: 3_600_000 });
  expect(view.predicted.get("plan/0")).toMatchObject({ from: 0, to: 4_000 });
  // It was under way: what was agreed to before it began still counts for it.
  expect(view.predicted.get("plan/1")).toMatchObject({ from: 4_000, to: 9_000 });
  expect(view.predicted.get("plan/2")).toMatchObject({ from: now + 60_000 });
});
