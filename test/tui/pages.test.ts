import { expect, test } from "vitest";
import { glyphsFor } from "../../src/tui/glyphs.ts";
import { pageOf } from "../../src/tui/pages/pages.ts";
import { logList } from "../../src/tui/state/lists.ts";
import type { Model } from "../../src/tui/state/model.ts";
import type { Subject } from "../../src/tui/state/state.ts";
import { after } from "./commands.ts";
import { hangingModel } from "./sessions.ts";
import { eventNumbers, story, storyModel } from "./story.ts";

const model = storyModel();

/** The page's lines as `mark text`, as it is at some time. */
function linesOf(of: Model, subject: Subject, time = 20_000): string[] {
  return pageOf(of, of.countAt(time), subject, glyphsFor(true)).lines.map(({ mark = "", text }) =>
    `${mark.trim()} ${text.trim()}`.trim(),
  );
}

test("an event says why: its causes down to the step, what it hung on, what came of it", () => {
  expect(linesOf(model, { kind: "event", number: eventNumbers.unschedulable })).toEqual([
    "0.1 s shop/web-2 is Pending: 0/3 nodes are available",
    "kube-scheduler tries again when something changes that could help.",
    "",
    "Because",
    "0.1 s shop/web-2 is created for Deployment shop/web",
    "0 s shop/web-1 is evicted, and has 30 s to stop",
    "0 s shop/web-1 may go: no budget counts it",
    "0 s kubectl asks to evict shop/web-1",
    "0 s node-1 is cordoned",
    "0 s step: drain node-1",
    "That is what the plan says: drain node-1.",
    "",
    "It hung on",
    "0 s node-1 is cordoned",
    "0 s step: drain node-1",
  ]);
});

test("the consequences of an event are listed", () => {
  const lines = linesOf(model, { kind: "event", number: eventNumbers.terminating });
  expect(lines.slice(lines.indexOf("And so"))).toEqual([
    "And so",
    "0.1 s service shop/web has no Ready pod, 1 still serves while it stops",
    "0.1 s shop/web-2 is created for Deployment shop/web",
    "30 s shop/web-1 is gone",
  ]);
});

test("a node says what it waits for, and its pods lead on", () => {
  const lines = linesOf(model, { kind: "node", node: "node-1" });
  expect(lines).toContain("waits   data/queue-1 refused: 2 healthy - 2 needed = 0 allowed; and 1 more pod");
  expect(lines.slice(-3)).toEqual([
    "refused data/queue-1",
    "leaving shop/web-1",
    "stays kube-system/proxy-1",
  ]);
  expect(linesOf(model, { kind: "node", node: "node-3" }).join()).not.toContain("waits");
});

test("pages are of the moment that is shown", () => {
  const pod: Subject = { kind: "pod", pod: "shop/Deployment/web#2" };
  expect(linesOf(model, pod, 0)[0]).toBe("It does not exist yet.");
  expect(linesOf(model, pod, 20_000)[0]).toBe("shop/web-2 on no node: waiting for a node.");
  expect(linesOf(model, pod, 60_000)[0]).toBe("shop/web-2 on node-2: running and Ready.");
  expect(linesOf(model, { kind: "pod", pod: "shop/Deployment/web#1" }, 60_000)[0]).toBe("It is gone.");
  expect(linesOf(model, { kind: "pending" }, 60_000)).toEqual(["Every pod has a node."]);
  expect(linesOf(model, { kind: "service", service: "shop/web" }, 60_000)[0]).toBe(
    "shop/web has 1 of 1 Ready pods.",
  );
});

test("a finding says whether what would help was rehearsed", () => {
  const [suggestion] = story.verdict.findings[0]!.suggestions;
  const fix = {
    suggestion: suggestion!,
    resolved: [],
    introduced: [],
    remaining: [],
    verdict: story.verdict,
  };
  const heading = (repairs: NonNullable<typeof story.repairs>) =>
    linesOf(storyModel({ repairs }), { kind: "finding", index: 0 }).find((line) =>
      line.startsWith("What would"),
    );
  expect(heading({ fixes: [], failed: [] })).toBe("What would help, 1");
  expect(heading({ fixes: [fix], failed: [] })).toBe("What would help, 1 (rehearsed: it helps)");
  expect(heading({ fixes: [], failed: [fix] })).toBe("What would help, 1 (rehearsed: it does not help)");
});

test("the verdict says what it rests on and what it does not know", () => {
  const lines = linesOf(model, { kind: "verdict" });
  expect(lines).toContain("HANGS for ever, on 1 of 2 pods: data/queue-1.");
  expect(lines).toContain("The client never returns.");
  expect(lines).toContain("hangs node-1  at 0 s, 1 pod, 1 still there");
  expect(lines).toContain("whether queue accepts a third member");
  expect(lines.join()).toContain("seed 1, median durations");
});

test("of nodes that are cordoned one after another, a chain names the last", () => {
  const real = hangingModel();
  const refused = real.session.trace.events.findIndex(({ kind }) => kind === "eviction.refused");
  expect(linesOf(real, { kind: "event", number: refused })).toContain(
    "0 s node-3 is cordoned, after 2 nodes before it",
  );
});

test("every line of a real rehearsal's log leads to a page that ends in the plan or says that nothing does", () => {
  const real = hangingModel();
  for (const { numbers } of logList(real, after(real, "toEnd showAll")).entries.slice(1)) {
    const text = linesOf(real, { kind: "event", number: numbers[0]! }).join("\n");
    expect(text).toMatch(/That is what the plan says|it would have happened anyway/);
  }
});
