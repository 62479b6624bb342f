import type { JournalHeader } from "../adapter/journal.ts";
import type { RunEvent } from "../adapter/fold.ts";
import { plain } from "../report/escape.ts";
import type { RunNews, RunView } from "../report/run-view.ts";
import type { TuiOptions } from "../tui/open-tui.ts";
import { openRun } from "../tui/run/open-run.ts";
import type { RunSource } from "../tui/run/source.ts";
import type { Shown } from "../tui/show.ts";
import type { RunAccount, RunLine } from "./run-account.ts";
import { print, type RunScreen, type ShownRun, textScreen } from "./run-screen.ts";

export interface TuiScreenParts {
  readonly account: RunAccount;
  readonly header: JournalHeader;
  readonly journal: string;
  /** What was said before this process went on with the run. */
  readonly past: readonly RunLine[];
  readonly options: Omit<TuiOptions, "screenReader">;
}

interface Question {
  readonly text: string;
  readonly answer: (text: string | undefined) => void;
}

/**
 * A run in the terminal interface. What the text form would have printed is kept, and printed once the terminal is given
 * back: the scrollback is the same. Where the interface fails, the run goes on as text.
 */
export class TuiScreen implements RunScreen {
  readonly #parts: TuiScreenParts;
  /** For the interface: lines by step. */
  readonly #lines: RunLine[];
  /** What a text run would have printed, as long as that cannot be done. */
  #held: string[] = [];
  #text: RunScreen | undefined;
  #shown: Shown | undefined;
  #question: Question | undefined;
  #news: () => void = () => undefined;

  constructor(parts: TuiScreenParts) {
    this.#parts = parts;
    this.#lines = [...parts.past];
  }

  readonly hear = (event: RunEvent): void => {
    if (this.#text) return this.#text.hear(event);
    for (const line of this.#parts.account.hear(event)) this.#take(line.step, line.text);
    this.#news();
  };

  readonly tell = (news: RunNews, line?: string): void => {
    if (this.#text) return this.#text.tell(news, line);
    this.#parts.account.add(news);
    if (line !== undefined) this.#take("", line);
    this.#news();
  };

  readonly reply = (news: RunNews, line: string): void => {
    if (this.#text) return this.#text.reply(news, line);
    this.tell(news, `\n${line}\n`);
  };

  readonly say = (line: string): void => {
    if (this.#text) return this.#text.say(line);
    this.#take("", line);
    this.#news();
  };

  readonly ask = (text: string, signal?: AbortSignal): Promise<string | undefined> => {
    if (this.#text) return this.#text.ask(text, signal);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const question: Question = { text, answer: resolve };
    const withdraw = () => this.#answer(question, undefined);
    if (signal?.aborted) withdraw();
    else {
      this.#question = question;
      signal?.addEventListener("abort", withdraw, { once: true });
    }
    this.#news();
    return promise;
  };

  readonly view = (): RunView => this.#parts.account.view;

  readonly open = async (run: ShownRun): Promise<void> => {
    try {
      this.#shown = await openRun(this.#source(run), this.#parts.options);
      void this.#shown.closed.catch((error: unknown) => this.#goOnAsText(error));
    } catch (error) {
      void this.#goOnAsText(error);
    }
  };

  readonly close = (): void => {
    if (!this.#text) this.#giveBack();
  };

  #giveBack(): RunScreen {
    this.#shown?.close();
    const text = textScreen(this.#parts.account);
    for (const line of this.#held) print(line);
    this.#held = [];
    this.#text = text;
    return text;
  }

  #take(step: string, text: string): void {
    this.#held.push(text);
    for (const line of text.split("\n")) if (line !== "") this.#lines.push({ step, text: line });
  }

  #answer(question: Question, text: string | undefined): void {
    if (this.#question === question) this.#question = undefined;
    if (text !== undefined) this.#take("", `${question.text}${plain(text)}`);
    question.answer(text?.trim());
    this.#news();
  }

  /** Nothing is lost by that: the lines so far are printed, and whoever was asked is asked again. */
  async #goOnAsText(error: unknown): Promise<void> {
    if (this.#text) return;
    const text = this.#giveBack();
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `seatrial: the terminal interface failed: ${plain(message)}. The run goes on as text.\n`,
    );
    const question = this.#question;
    if (question) question.answer(await text.ask(question.text));
  }

  #source({ now, stop }: ShownRun): RunSource {
    const { account, header, journal } = this.#parts;
    return {
      title: header.plan.name,
      context: header.cluster.context,
      journal,
      view: () => account.view,
      now,
      lines: () => this.#lines,
      question: () => this.#question?.text,
      answer: (text) => this.#question && this.#answer(this.#question, text),
      // A key that is pressed twice by mistake does not end the process.
      stop: (by) =>
        by === "ctrl-C" ? stop("SIGINT") : account.view.stopping === undefined && stop("the key q"),
      subscribe: (listener) => {
        this.#news = listener;
        return () => (this.#news = () => undefined);
      },
    };
  }
}
