import { expect, test } from "vitest";
import type { JournalRecord } from "../../src/adapter/journal.ts";
import { peopleFor } from "../../src/cli/ask-person.ts";
import { decidedFirst, decisionsIn } from "../../src/cli/decisions.ts";
import { standingOf } from "../../src/adapter/fold.ts";
import { FakeApi } from "../support/fake-api.ts";
import { carryOutPlan, headerOf, planOf } from "../support/live-run.ts";
import { drainOf, rehearse } from "../support/rehearse.ts";
import { clusterOf, nodes } from "../support/objects.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

/** `onFailure: pause`: who decides, how it goes on, and what a rehearsal makes of it. */

const steps = `- cordon: { name: close, nodes: [n2], onFailure: pause }
- cordon: { name: next, nodes: [n1] }`;

function runOf(text = steps) {
  const clock = new VirtualClock();
  const api = new FakeApi(clock);
  api.node("n1");
  const plan = planOf(text);
  const records: JournalRecord[] = [];
  const go = (decide: readonly string[] = []) => {
    const given = { yes: true, approve: [], done: [], decide };
    const screen = { ask: () => Promise.reject(new Error("nobody is asked")), say: () => undefined };
    const people = peopleFor(plan, given, screen);
    return clock.until(carryOutPlan({ client: api.client, clock, plan, records, ...people }));
  };
  const closed = () =>
    ["n1", "n2"].filter((name) => api.at(`/api/v1/nodes/${name}`)?.spec?.["unschedulable"]);
  return { api, plan, records, go, closed };
}

const paused = {
  kind: "stopped",
  reason: {
    kind: "person",
    message: expect.stringContaining("close has failed, and the plan pauses: there is no node n2"),
    flags: "--decide close=again",
  },
};

test("a failure pauses the plan, and nothing after it is done", async () => {
  const { go, closed } = runOf();
  expect(await go()).toMatchObject(paused);
  expect(closed()).toEqual([]);
  // What was not decided pauses it again.
  expect(await go()).toMatchObject(paused);
});

test("again: what has failed is tried anew, and the plan goes on", async () => {
  const { api, go, closed } = runOf();
  await go();
  expect(await go(["close=again"])).toMatchObject(paused);
  api.node("n2");
  expect(await go(["close=again"])).toMatchObject({ kind: "ended", end: { outcome: "done" } });
  expect(closed()).toEqual(["n1", "n2"]);
});

test("skip: it is left as it is, and the plan goes on; stop: the plan has failed", async () => {
  const skipped = runOf();
  await skipped.go();
  expect(await skipped.go(["close=skip"])).toMatchObject({ kind: "ended" });
  expect(skipped.closed()).toEqual(["n1"]);
  const stopped = runOf();
  await stopped.go();
  expect(await stopped.go(["close=stop"])).toMatchObject({ kind: "ended", end: { outcome: "failed" } });
  expect(stopped.closed()).toEqual([]);
});

test("near miss: a group that says itself what comes of a failure inside does not pause", async () => {
  const { go, closed } =
    runOf(`- sequence: { onFailure: continue, steps: [{ cordon: { nodes: [n2], onFailure: pause } }] }
- cordon: { nodes: [n1] }`);
  expect(await go()).toMatchObject({ kind: "ended" });
  expect(closed()).toEqual(["n1"]);
});

test("the rest is rehearsed as it was decided", async () => {
  const { plan, records, go } = runOf();
  await go();
  const standing = standingOf({ header: headerOf(plan), records, bytes: 0 });
  if (typeof standing === "string") throw new Error(standing);
  const after = (word: string) =>
    decidedFirst(standing, plan, { yes: true, decide: [`close=${word}`] } as never);
  const open = async (word: string) => (await after(word)).standing.open.map(({ command }) => command.id);
  expect(await open("again")).toEqual(["plan/0:nodes"]);
  expect(await open("skip")).toEqual(["plan/1:nodes"]);
  expect((await after("stop")).isOver).toBe(true);
  await expect(decidedFirst(standing, plan, { yes: true, decide: [] } as never)).rejects.toThrow(
    "close has failed, and the run waits for a decision",
  );
});

test("in a rehearsal nobody is there to decide: the plan ends", () => {
  const cluster = clusterOf(nodes("n1"));
  const { trace } = rehearse(cluster, { ...drainOf([]), steps: planOf(steps).steps });
  const ended = trace.events.flatMap((event) => (event.kind === "step.ended" ? [event.outcome] : []));
  expect(ended).toEqual(["failed"]);
});

test("a word that is none is refused", () => {
  expect(() => decisionsIn(["close=maybe"])).toThrow("expected STEP=WORD; WORD is again, skip, stop");
  expect(() => decisionsIn(["again"])).toThrow("expected STEP=WORD");
  expect([...decisionsIn(["a=b=skip"])]).toEqual([["a=b", "skip"]]);
});
