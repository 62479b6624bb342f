import { expect, test } from "vitest";
import type { StopReason } from "../../src/adapter/stopped.ts";
import { stopperOf } from "../../src/cli/run-signals.ts";

/** What comes of these wishes, one after another. */
function after(...wishes: readonly string[]): readonly string[] {
  const seen: string[] = [];
  const run = { now: 5_000, stop: (reason: StopReason) => void seen.push(`stop ${reason.kind}`) };
  const screen = {
    reply: (_: unknown, line: string) => void seen.push(line),
    close: () => void seen.push("close"),
  };
  const stop = stopperOf(run, screen, () => void seen.push("exit"));
  for (const wish of wishes) stop(wish);
  return seen;
}

test("the first wish stops the run, and says what the next one does", () => {
  expect(after("SIGINT")).toEqual([
    "SIGINT: stopping once what was sent is answered; again: at once",
    "stop asked",
  ]);
  expect(after("the key q")[0]).toBe("the key q: stopping once what was sent is answered; ctrl-C: at once");
});

test("the second one gives the terminal back and ends the process", () => {
  expect(after("SIGTERM", "SIGINT").slice(2)).toEqual(["close", "exit"]);
});

test("near miss: a terminal that is closed says so twice, and the run stops in order all the same", () => {
  expect(after("SIGHUP", "SIGHUP").slice(2)).toEqual([]);
});
