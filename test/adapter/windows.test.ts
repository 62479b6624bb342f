import { expect, test } from "vitest";
import { standingOf } from "../../src/adapter/fold.ts";
import type { JournalRecord } from "../../src/adapter/journal.ts";
import { FakeApi } from "../support/fake-api.ts";
import { carryOutPlan, headerOf, planOf } from "../support/live-run.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

/** Windows in a run: by the clock of the machine, before and after a pause. The journal's header is of 12:00 UTC. */

const steps = `- rollout:
    nodes: [n1, n2]
    perNode:
      - cordon: { timeout: 1m }
      - wait: { duration: 30m }
      - uncordon: {}`;
const window = (outside: string) =>
  `  window: { start: "14:00", duration: 1h, cutoff: 40m, timeZone: UTC, outside: ${outside} }`;

function runAt(moment: string, more: string, records: JournalRecord[] = []) {
  const clock = new VirtualClock(Date.parse(moment));
  const api = new FakeApi(clock);
  for (const name of ["n1", "n2"]) api.node(name);
  const said: string[] = [];
  const sent = () =>
    records.flatMap((record) =>
      record.kind === "sent" ? [`${record.command} ${record.at.slice(8, 16)}`] : [],
    );
  const end = () =>
    clock.until(carryOutPlan({ client: api.client, clock, plan: planOf(steps, more), records, said }));
  return { end, sent, said, records, clock };
}

test("a run waits for its window, finishes the node that it has begun, and waits for the next", async () => {
  const run = runAt("2026-11-21T12:00:00Z", window("wait"));
  expect(await run.end()).toMatchObject({ kind: "ended", end: { outcome: "done" } });
  expect(run.sent()).toEqual([
    "plan/0/n1/0:node.0 21T14:00",
    "plan/0/n1/2:node.0 21T14:30",
    "plan/0/n2/0:node.0 22T14:00",
    "plan/0/n2/2:node.0 22T14:30",
  ]);
  expect(run.said).toContain("windowAwaited");
});

test("with outside: stop it stops once what was begun is finished, and goes on by the clock of its return", async () => {
  const first = runAt("2026-11-21T12:00:00Z", window("stop"));
  expect(await first.end()).toMatchObject({
    kind: "stopped",
    reason: { kind: "window", at: "2026-11-21 14:00 UTC" },
  });
  const resumed = (at: string): JournalRecord => ({
    kind: "resumed",
    now: first.records.at(-1)?.now ?? 0,
    at,
    user: "tester",
    host: "here",
    pid: 1,
  });
  const again = (at: string) => runAt(at, window("stop"), [...first.records, resumed(at)]);
  // Too early is told again, and nothing is done.
  const early = again("2026-11-21T13:00:00Z");
  expect(await early.end()).toMatchObject({ kind: "stopped", reason: { kind: "window" } });
  expect(early.sent()).toEqual([]);
  const second = again("2026-11-23T14:05:00Z");
  expect(await second.end()).toMatchObject({
    kind: "stopped",
    reason: { kind: "window", at: "2026-11-24 14:00 UTC" },
  });
  expect(second.sent()).toEqual(["plan/0/n1/0:node.0 23T14:05", "plan/0/n1/2:node.0 23T14:35"]);
});

test("wherever it is killed, its journal tells where it stood, and with a pause after it", async () => {
  const run = runAt("2026-11-21T12:00:00Z", window("wait"));
  await run.end();
  const header = headerOf(planOf(steps, window("wait")));
  for (let count = 0; count <= run.records.length; count++) {
    const records = run.records.slice(0, count);
    const paused: JournalRecord = {
      kind: "resumed",
      now: records.at(-1)?.now ?? 0,
      at: "2026-11-25T09:00:00Z",
      user: "tester",
      host: "here",
      pid: 1,
    };
    for (const more of [records, [...records, paused]]) {
      const standing = standingOf({ header, records: more, bytes: 0 });
      if (typeof standing === "string") throw new Error(`after ${count} lines: ${standing}`);
      // What waits for a window has exactly one command that wakes it up.
      const wakes = standing.open.filter(({ command }) => command.id.startsWith("window:"));
      expect(wakes).toHaveLength(standing.execution.calendar?.held.length ?? 0);
    }
  }
});
