import type { RunEvent } from "../adapter/fold.ts";
import type { RunNews, RunView } from "../report/run-view.ts";
import { ask } from "./confirm.ts";
import type { RunAccount } from "./run-account.ts";

/** What a screen needs of the run that it shows. */
export interface ShownRun {
  /** How long it has been under way. Milliseconds. */
  readonly now: () => number;
  /** Asks for its end: `by` is what did. */
  readonly stop: (by: string) => void;
}

/** Where a run is shown while it is under way, and where a person is asked. */
export interface RunScreen {
  readonly hear: (event: RunEvent) => void;
  /** Something that stands in no journal, and the line for it, if it is worth one. */
  readonly tell: (news: RunNews, line?: string) => void;
  /** An answer to who has asked for the end of the run. */
  readonly reply: (news: RunNews, line: string) => void;
  readonly say: (line: string) => void;
  /** The answer without blanks around it; undefined where there is none. */
  readonly ask: (question: string, signal?: AbortSignal) => Promise<string | undefined>;
  readonly view: () => RunView;
  /** The run begins. */
  readonly open: (run: ShownRun) => Promise<void>;
  /** Gives the terminal back; whatever was said stands there then. */
  readonly close: () => void;
}

/** A run as lines of text, each printed once, when it happens. */
export function textScreen(account: RunAccount): RunScreen {
  return {
    hear: (event) => account.hear(event).forEach(({ text }) => print(text)),
    tell: (news, line) => {
      account.add(news);
      if (line !== undefined) print(line);
    },
    // Who has pressed Ctrl-C may have sent the rest to a file.
    reply: (news, line) => {
      account.add(news);
      process.stderr.write(`\n${line}\n\n`);
    },
    say: print,
    ask,
    view: () => account.view,
    open: () => Promise.resolve(),
    close: () => undefined,
  };
}

/** Writes a line to standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
