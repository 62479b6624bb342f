import { expect, test } from "vitest";
import { Api } from "../../src/adapter/api.ts";
import { leftCordoned } from "../../src/adapter/changes.ts";
import type { JournalRecord } from "../../src/adapter/journal.ts";
import { restoreAll } from "../../src/adapter/restore.ts";
import { FakeApi } from "../support/fake-api.ts";
import { carryOutPlan, planOf } from "../support/live-run.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

/** A run that was killed after it had sent its uncordon: only the cluster knows whether that was carried out. */
async function killedAtUncordon(unschedulable: boolean) {
  const clock = new VirtualClock();
  const server = new FakeApi(clock);
  server.node("n1");
  const whole: JournalRecord[] = [];
  const plan = planOf("- cordon: { nodes: [n1] }\n- uncordon: { nodes: [n1] }");
  await clock.until(carryOutPlan({ client: server.client, clock, plan, records: whole }));
  const records = whole.slice(0, whole.findLastIndex(({ kind }) => kind === "sent") + 1);
  server.node("n1", unschedulable ? { unschedulable: true } : {});
  server.log.length = 0;
  const api = new Api(server.client, {
    clock,
    patienceMillis: 60_000,
    listener: { silent: () => undefined, back: () => undefined },
    signal: new AbortController().signal,
  });
  const parts = {
    api,
    clock,
    journal: { append: () => undefined },
    assureLease: () => Promise.resolve(),
    sending: () => undefined,
    restored: () => undefined,
  };
  const results = await clock.until(restoreAll(parts, records, 0));
  return { server, records, outcomes: results.map(({ outcome }) => outcome) };
}

test("a node that is closed still is named, and opened", async () => {
  const { server, records, outcomes } = await killedAtUncordon(true);
  expect(leftCordoned(records)).toEqual(["n1"]);
  expect(outcomes).toEqual(["restored"]);
  expect(server.at("/api/v1/nodes/n1")?.spec?.["unschedulable"]).toBeUndefined();
});

test("near miss: one that was opened is left alone", async () => {
  const { server, outcomes } = await killedAtUncordon(false);
  expect(outcomes).toEqual(["nothing"]);
  expect(server.log).toEqual([]);
});
