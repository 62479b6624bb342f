import { expect, test } from "vitest";
import { after } from "./commands.ts";
import { frame, readable } from "./frame.tsx";
import { hanging } from "./sessions.ts";
import { story, storyModel } from "./story.ts";
import { createModel } from "../../src/tui/state/model.ts";
import type { TuiSession } from "../../src/tui/open-tui.ts";
import { keys, Terminal } from "./terminal.ts";

const plain = { color: "never", ascii: true } as const;

const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

test.each(sizes)(
  "at %i x %i it fills the screen, obeys keys, and leaves the screen as it was",
  async (columns, rows) => {
    const terminal = new Terminal(columns, rows).open(story, plain);
    await terminal.shows("1 rack");
    expect(terminal).toMatchObject({ isAlternate: true, isRaw: true });
    expect(terminal.rows[0]).toContain("REHEARSAL");
    expect(terminal.rows[rows - 1]).toContain("paused");
    terminal.press("n");
    await terminal.shows("draining");
    terminal.press(keys.enter);
    await terminal.shows("That is what the plan says");
    terminal.press(keys.escape);
    await terminal.until((all) => !all.some((row) => row.includes("Esc back")));
    terminal.press("q");
    await terminal.closed;
    expect(terminal).toMatchObject({ isAlternate: false, isRaw: false });
    expect(terminal.written).toContain("\u001b[?25h");
  },
);

test("after any keys the screen is what the state says, though only changes are written", async () => {
  const session = hanging();
  const terminal = new Terminal(100, 30).open(session, plain);
  await terminal.shows("1 rack");
  const pressed: [string, string][] = [
    ["n", "nextFinding"],
    [keys.right, "stepForward"],
    [keys.tab, "nextPane"],
    [keys.down, "down"],
    ["v", "verdict"],
    [keys.escape, "back"],
    [".", "scrubForward"],
    ["2", "pane2"],
    [keys.up, "up"],
    ["a", "showAll"],
    ["$", "toEnd"],
    ["z", "zoom"],
    ["?", "help"],
  ];
  let words = "";
  for (const [key, command] of pressed) {
    terminal.press(key);
    words += ` ${command}`;
    const model = createModel(session);
    const wanted = readable(frame(model, after(model, words), { columns: 100, rows: 30 }));
    await terminal.until((rows) => rows.every((row, index) => row.trimEnd() === wanted[index]));
  }
  terminal.press("q");
  await terminal.closed;
});

test("keys that come in one piece are keys one by one", async () => {
  const terminal = new Terminal(80, 24).open(story, plain);
  await terminal.shows("1 rack");
  terminal.press("1jj");
  await terminal.until((rows) => rows.some((row) => row.startsWith("c >")));
  terminal.press("/node-1", keys.enter);
  await terminal.shows("/node-1  1 of 3");
  terminal.press("q");
  await terminal.closed;
});

test("a filter takes every letter, also those of other keys", async () => {
  const terminal = new Terminal(80, 24).open(story, plain);
  await terminal.shows("1 rack");
  terminal.press("/qn?");
  await terminal.shows(" /qn?_");
  terminal.press(keys.escape);
  await terminal.shows("paused");
  terminal.press("q");
  await terminal.closed;
});

test("space plays, and playing stops at the end", async () => {
  const terminal = new Terminal(80, 24).open(story, plain);
  await terminal.shows("1 rack");
  terminal.press(" ");
  await terminal.shows("playing");
  terminal.play(2_000);
  await terminal.shows("draining");
  terminal.play(60_000);
  await terminal.shows("paused");
  await terminal.until((rows) => rows[0]!.endsWith("5m00s"));
  await expect.poll(() => terminal.isPlaying).toBe(false);
  terminal.press("q");
  await terminal.closed;
});

test("it fits itself to every size of the window, and says when that is too small", async () => {
  const model = storyModel();
  const terminal = new Terminal(120, 40).open(story, plain);
  await terminal.shows("3 services");
  for (const [columns, rows] of [
    [80, 24],
    [50, 10],
    [160, 45],
    [61, 17],
    [100, 28],
  ] as const) {
    terminal.resize(columns, rows);
    const wanted = readable(frame(model, after(model, ""), { columns, rows }));
    await terminal.until((all) => all.every((row, index) => row.trimEnd() === wanted[index]));
  }
  terminal.resize(50, 10);
  await terminal.shows("Seatrial needs 60x16");
  terminal.press("q");
  await terminal.closed;
  expect(terminal.isAlternate).toBe(false);
});

test("ctrl-C leaves the terminal as it was", async () => {
  const terminal = new Terminal(80, 24).open(story, plain);
  await terminal.shows("1 rack");
  terminal.press(keys.ctrlC);
  await terminal.closed;
  expect(terminal).toMatchObject({ isAlternate: false, isRaw: false });
});

test.each([
  ["by a key", (terminal: Terminal) => terminal.press(keys.right)],
  ["while painting", (terminal: Terminal) => terminal.resize(100, 30)],
] as const)("what is thrown %s comes out of the door, and the terminal is as it was", async (_, provoke) => {
  let isBroken = false;
  const broken: TuiSession = {
    ...story,
    get headline() {
      if (isBroken) throw new Error("a fault in a view");
      return "";
    },
  };
  const terminal = new Terminal(80, 24).open(broken, plain);
  await terminal.shows("1 rack");
  await terminal.rest();
  isBroken = true;
  provoke(terminal);
  await expect(terminal.closed).rejects.toThrow("a fault in a view");
  expect(terminal).toMatchObject({ isAlternate: false, isRaw: false });
});

test("colours are written where they are wanted, and nowhere else", async () => {
  const coloured = /\u001b\[(?:[0-9;]*;)?(?:3[0-9]|4[0-9]|1|7)m/;
  const always = new Terminal(80, 24).open(story, { color: "always" });
  await always.shows("1 rack");
  always.press("q");
  await always.closed;
  expect(always.written).toMatch(coloured);
  const never = new Terminal(80, 24).open(story, { color: "never" });
  await never.shows("1 rack");
  never.press("q");
  await never.closed;
  expect(never.written).not.toMatch(coloured);
});

test("for a screen reader lines are said once, in order, on the normal screen", async () => {
  const terminal = new Terminal(100, 50).open(story, { screenReader: true });
  await terminal.shows("Keys: n next finding");
  terminal.press("n");
  await terminal.shows("2 of 3: error, service-outage");
  terminal.press("1");
  const rows = await terminal.shows("1 of 4: node-1");
  expect(terminal.isAlternate).toBe(false);
  expect(rows.filter((row) => row.startsWith("Verdict:"))).toHaveLength(1);
  expect(rows.filter((row) => row.includes("node-1 is cordoned"))).toHaveLength(1);
  terminal.press("q");
  await terminal.closed;
  expect(terminal.isRaw).toBe(false);
});
