import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { JournalHeader } from "../../src/adapter/journal.ts";
import { RunAccount } from "../../src/cli/run-account.ts";
import { type RunScreen, textScreen } from "../../src/cli/run-screen.ts";
import { TuiScreen } from "../../src/cli/run-tui-screen.ts";
import { headerOf, planOf } from "../support/live-run.ts";
import { keys, Terminal } from "../tui/terminal.ts";

const plan = planOf("- wait: { duration: 4s }");
const header: JournalHeader = {
  ...headerOf(plan),
  predicted: [{ step: "plan/0", what: "wait", node: "", from: 0, to: 4_000, outcome: "done", reason: "" }],
};

let printed = "";

beforeEach(() => {
  printed = "";
  const keep = (text: string | Uint8Array) => {
    printed += String(text);
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(keep);
  vi.spyOn(process.stderr, "write").mockImplementation(keep);
});

afterEach(() => vi.restoreAllMocks());

/** A screen in a terminal; what is printed beside it is kept. */
async function opened(account = new RunAccount(header), stops: string[] = []) {
  const terminal = new Terminal(80, 24);
  const { promise, resolve } = Promise.withResolvers<TuiScreen>();
  terminal.show(async (own) => {
    const options = { ...own, color: "never", ascii: true } as const;
    const screen = new TuiScreen({ account, header, journal: "run.journal", past: [], options });
    await screen.open({ now: () => account.view.now, stop: (by) => void stops.push(by) });
    resolve(screen);
  });
  const screen = await promise;
  await terminal.shows("steps");
  return { terminal, screen, stops };
}

/** Something of everything that a run has to say. */
function tell(screen: RunScreen): void {
  screen.say("\nRun r on c as u; its journal is run.journal\n");
  screen.hear({
    kind: "said",
    now: 0,
    output: { kind: "stepStarted", step: "plan/0", what: "wait", node: "" },
  });
  screen.tell(
    { kind: "silent", now: 1_000, message: "no route" },
    "         c does not answer: no route; waiting",
  );
  screen.tell({ kind: "looking", now: 2_000, step: "plan/0" });
  screen.hear({
    kind: "said",
    now: 4_000,
    output: { kind: "stepEnded", step: "plan/0", outcome: "done", reason: "" },
  });
  screen.reply({ kind: "stopping", now: 4_000, by: "SIGINT" }, "SIGINT: stopping");
}

test("once it is closed there stands what a run as text prints, and what is said then follows", async () => {
  tell(textScreen(new RunAccount(header)));
  const wanted = printed;
  printed = "";
  const { terminal, screen } = await opened();
  tell(screen);
  terminal.play(100);
  await terminal.shows("does not answer: no route");
  expect(printed).toBe("");
  screen.close();
  expect(printed).toBe(wanted);
  await expect.poll(() => terminal.isAlternate).toBe(false);
  screen.close();
  screen.say("Done");
  expect(printed).toBe(`${wanted}Done\n`);
});

test("a question is asked in it, and the answer stands in what is printed", async () => {
  const { terminal, screen } = await opened();
  const answer = screen.ask("         Who approves? ");
  terminal.play(100);
  await terminal.shows("? Who approves?");
  terminal.press("ann ", keys.enter);
  expect(await answer).toBe("ann");
  screen.close();
  expect(printed).toContain("Who approves? ann");
});

test("a question that is over before it is answered is taken back", async () => {
  const { terminal, screen } = await opened();
  const abort = new AbortController();
  const answer = screen.ask("well? ", abort.signal);
  terminal.play(100);
  await terminal.shows("? well?");
  abort.abort();
  expect(await answer).toBeUndefined();
  terminal.play(100);
  await terminal.until((rows) => !rows.some((row) => row.includes("well?")));
  expect(await screen.ask("and now? ", abort.signal)).toBeUndefined();
  screen.close();
});

test("q asks for the end once, ctrl-C each time", async () => {
  const account = new RunAccount(header);
  const { terminal, screen, stops } = await opened(account);
  terminal.press("q");
  await expect.poll(() => stops).toEqual(["the key q"]);
  account.add({ kind: "stopping", now: 0, by: "the key q" });
  terminal.press("q", keys.ctrlC, keys.ctrlC);
  await expect.poll(() => stops).toEqual(["the key q", "SIGINT", "SIGINT"]);
  screen.close();
});

test("where the interface fails, the run goes on as text, and nothing is lost", async () => {
  const account = new RunAccount(header);
  const { terminal, screen } = await opened(account);
  screen.say("before");
  const broken = { ...account.view };
  Object.defineProperty(broken, "words", { get: () => fail() });
  vi.spyOn(account, "view", "get").mockReturnValue(broken);
  screen.say("meanwhile");
  terminal.play(100);
  await expect.poll(() => printed).toContain("The run goes on as text");
  await expect.poll(() => terminal.isAlternate).toBe(false);
  screen.say("after");
  expect(printed).toMatch(/^before\nmeanwhile\nseatrial: the terminal interface failed: .*\nafter\n$/);
});

function fail(): never {
  throw new Error("a fault in a view");
}
