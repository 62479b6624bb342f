import { expect, test } from "vitest";
import { clusterOf, deployment, nodes } from "../support/objects.ts";
import { drainOf, type Rehearsed, rehearse } from "../support/rehearse.ts";
import { asksAbout, guard } from "../support/webhooks.ts";

const three = nodes("node-1", "node-2", "node-3");
const shop = ["a", "b", "c"].flatMap((name) => deployment(`shop/${name}`, ["node-1"]));
const past = (timeout = 0) => drainOf(["node-1"], { disableEviction: true, timeout });

/** The pods that were told to go, and when. */
function deletions({ trace }: Rehearsed) {
  return trace.events.flatMap((event) =>
    event.kind === "pod.terminating" ? [{ pod: event.pod, time: event.time }] : [],
  );
}

function saidGone({ trace }: Rehearsed): readonly number[] {
  return trace.events.flatMap((event) =>
    event.kind === "client.note" && event.note.kind === "evicted" ? [event.time] : [],
  );
}

test("--disable-eviction deletes one pod after another, and looks for all of them together", () => {
  const rehearsed = rehearse(clusterOf(three, shop), past());
  const told = deletions(rehearsed);
  expect(told.map(({ pod }) => pod)).toEqual(["a", "b", "c"].map((name) => expect.stringContaining(name)));
  expect(new Set(told.map(({ time }) => time)).size).toBe(3);
  const [gone, ...others] = saidGone(rehearsed);
  expect(others).toEqual([gone, gone]);
  expect(rehearsed.verdict.drains[0]!.outcome).toBe("drained");
});

test("the first pod that it may not delete ends the drain: none after it is asked, none before it waited for", () => {
  const onlyB = guard({ ...asksAbout("pods", "DELETE"), objectSelector: { matchLabels: { app: "b" } } });
  const idle = deployment("guard/guard", ["node-2"], { isReady: false });
  const rehearsed = rehearse(clusterOf(three, shop, onlyB, idle), past());
  expect(deletions(rehearsed).map(({ pod }) => pod)).toEqual([expect.stringContaining("a")]);
  expect(saidGone(rehearsed)).toEqual([]);
  const [drain] = rehearsed.verdict.drains;
  expect(drain!.outcome).toBe("failed");
  expect(drain!.endedAt).toBeLessThan(1_000);
});

test("its time-out counts from the last deletion on", () => {
  const rehearsed = rehearse(clusterOf(three, shop), past(5_000));
  const [drain] = rehearsed.verdict.drains;
  expect(drain!.outcome).toBe("failed");
  expect(drain!.endedAt! - deletions(rehearsed)[2]!.time).toBeGreaterThanOrEqual(5_000);
});
