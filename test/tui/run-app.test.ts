import { afterEach, expect, test, vi } from "vitest";
import { afterNews, type RunView } from "../../src/report/run-view.ts";
import { openRun } from "../../src/tui/run/open-run.ts";
import type { Shown } from "../../src/tui/show.ts";
import { ended } from "../report/run-views.ts";
import { FakeRun } from "./runs.ts";
import { keys, Terminal } from "./terminal.ts";

/** A run in a terminal, with a person before it. */
async function opened(run: FakeRun, columns = 80, rows = 24) {
  const terminal = new Terminal(columns, rows);
  const { promise, resolve } = Promise.withResolvers<Shown>();
  terminal.show(async (own) => {
    const shown = await openRun(run, { ...own, color: "never", ascii: true });
    resolve(shown);
    await shown.closed;
  });
  const shown = await promise;
  await terminal.shows("steps");
  return { terminal, shown };
}

const news = (terminal: Terminal) => terminal.play(100);

afterEach(() => vi.restoreAllMocks());

test("news and the clock come onto the screen; q and ctrl-C ask for the end of the run, and close nothing", async () => {
  const run = new FakeRun();
  const { terminal, shown } = await opened(run);
  expect(terminal).toMatchObject({ isAlternate: true, isRaw: true });
  await terminal.shows("2m28s of");
  run.time = 152_000;
  news(terminal);
  await terminal.shows("2m32s of");
  run.change(() => (run.shown = afterNews(run.shown, [ended(153, "plan/1/node-2/0")])));
  news(terminal);
  await terminal.until((rows) => rows.some((row) => /^ \+ +drain/.test(row)));
  terminal.press("q", keys.ctrlC);
  await expect.poll(() => run.stops).toEqual(["key", "ctrl-C"]);
  expect(terminal.isAlternate).toBe(true);
  shown.close();
  await terminal.closed;
  expect(terminal).toMatchObject({ isAlternate: false, isRaw: false });
  expect(terminal.written).toContain("\u001b[?25h");
});

test("nothing is written while nothing happens", async () => {
  const run = new FakeRun();
  const { terminal, shown } = await opened(run);
  await terminal.rest();
  const before = terminal.written.length;
  for (let times = 0; times < 5; times++) news(terminal);
  await terminal.rest();
  expect(terminal.written.length).toBe(before);
  run.time += 1_000;
  news(terminal);
  await terminal.shows("2m29s of");
  // One second more is a few characters more, and not the whole screen again.
  expect(terminal.written.length - before).toBeLessThan(1_000);
  shown.close();
});

test("a question is answered with what is typed, whatever the keys mean else", async () => {
  const run = new FakeRun();
  const { terminal, shown } = await opened(run);
  run.change(() => (run.asked = "restart the machine of node-2: type done once it is: "));
  news(terminal);
  await terminal.shows("? restart the machine of node-2");
  terminal.press("qx", "\u007f", "uit");
  await terminal.shows("> quit_");
  terminal.press(keys.escape);
  await terminal.until((rows) => rows.some((row) => row.trim() === "> _"));
  terminal.press("done\r");
  await expect.poll(() => run.answers).toEqual(["done"]);
  news(terminal);
  await terminal.until((rows) => !rows.some((row) => row.includes("restart the machine")));
  expect(run.stops).toEqual([]);
  shown.close();
});

test("it follows the window, and says when that is too small", async () => {
  const run = new FakeRun();
  const { terminal, shown } = await opened(run, 120, 40);
  terminal.resize(50, 10);
  await terminal.shows("Seatrial needs 60x16");
  terminal.resize(60, 16);
  await terminal.shows("1 of 3 over");
  shown.close();
  await terminal.closed;
});

test("keys move in the steps and in the log, and open pages", async () => {
  const run = new FakeRun();
  const { terminal, shown } = await opened(run);
  terminal.press("G", keys.enter);
  await terminal.shows("state     not begun");
  terminal.press(keys.escape);
  await terminal.shows("steps");
  terminal.press(keys.escape);
  await terminal.until((rows) => rows.some((row) => /^>v +drain/.test(row)));
  terminal.press(keys.enter);
  await terminal.shows("rollout workers > node-2 > drain");
  terminal.press("?");
  await terminal.shows("Each write stands in its journal");
  terminal.press(keys.escape);
  await terminal.shows("steps");
  terminal.press(keys.tab, "z");
  await terminal.until(
    (rows) => rows.some((row) => row.startsWith("=> log")) && !rows.some((row) => /^.. steps/.test(row)),
  );
  shown.close();
});

test("what is thrown inside comes out, and the terminal is as it was", async () => {
  const run = new FakeRun();
  const { terminal } = await opened(run);
  await terminal.rest();
  run.change(() => {
    const broken: RunView = { ...run.shown };
    Object.defineProperty(broken, "pods", {
      get: () => {
        throw new Error("a fault in a view");
      },
    });
    run.shown = broken;
  });
  news(terminal);
  await expect(terminal.closed).rejects.toThrow("a fault in a view");
  expect(terminal).toMatchObject({ isAlternate: false, isRaw: false });
});
