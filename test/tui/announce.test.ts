import { expect, test } from "vitest";
import { announce, introduce } from "../../src/tui/state/announce.ts";
import { after } from "./commands.ts";
import { storyModel } from "./story.ts";

const model = storyModel();

/** What is said when `words` follow after `before`. */
function said(before: string, words: string): readonly string[] {
  const from = after(model, before);
  return announce(model, from, after(model, words, from));
}

test("it begins with what this is, what came of it, and where one is", () => {
  expect(introduce(model, after(model, ""))).toEqual([
    "Rehearsal, nothing is touched: drain node-1 on prod-eu, v1.33.4, seed 1.",
    "Verdict: HANGS for ever, on 1 of 2 pods: data/queue-1.",
    "It lasts 5m00s. 3 findings, 3 nodes, 2 services.",
    "Keys: n next finding, right next event, Enter why, v verdict, Tab next pane, question mark all keys, q quit.",
    "findings: 3 items.",
    "1 of 3: error, drain-never-ends, node-1: 2 healthy - 2 needed = 0 allowed, at 5.1 s",
  ]);
});

test.each([
  ["", "playPause", ["Playing."]],
  ["", "pane1", ["rack: 4 items.", "1 of 4: node-1, zone eu-a, ready, pods: 2 Ready, 1 stays"]],
  ["pane1", "down", ["2 of 4: node-2, zone eu-b, ready, pods: 1 stays"]],
  ["pane1 down down", "down", ["4 of 4: 0 pods without a node"]],
  [
    "toEnd",
    "pane1",
    [
      "rack: 4 items.",
      "1 of 4: node-1, zone eu-a, draining, pods: 1 refused, 1 stays, waits: data/queue-1 refused: 2 healthy - 2 needed = 0 allowed",
    ],
  ],
  ["pane3", "down", ["2 of 2: data/queue, 2 of 2 Ready now, never down"]],
  [
    "pane2",
    "last",
    ["12 of 12: 5m00s: the rehearsal ends: nothing is left that could change anything, still to come"],
  ],
  [
    "nextFinding",
    "stepBack",
    ["Back. At 0 s, the last thing is: data/queue-1 refused: 2 healthy - 2 needed = 0 allowed."],
  ],
  ["toEnd", "stepForward", ["This is the end of the run."]],
  ["open", "down", ["2 healthy - 2 needed = 0 allowed"]],
  [
    "open",
    "back",
    [
      "Back to findings.",
      "1 of 3: error, drain-never-ends, node-1: 2 healthy - 2 needed = 0 allowed, at 5.1 s",
    ],
  ],
  ["", "faster", ["Speed 3.34 times real time."]],
  ["pane2", "showAll", ["The log shows every event."]],
] as const)("after %j, %s says its news once", (before, words, lines) => {
  expect(said(before, words)).toEqual(lines);
});

test("what happens while it plays is said; of a flood, the first five, and how many more", () => {
  const lines = said("playPause", "30000");
  expect(lines[0]).toBe("Paused at 5m00s.");
  expect(lines.slice(1)).toHaveLength(6);
  expect(lines.at(-1)).toBe("and 5 more.");
});

test("a moment without news is passed over in silence", () => {
  expect(said("nextFinding nextFinding playPause", "100")).toEqual([]);
});
