import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import xterm from "@xterm/headless";
import type { Clock } from "../../src/tui/hooks/clock.ts";
import { openTui, type TuiOptions, type TuiSession } from "../../src/tui/open-tui.ts";

/** A terminal with a person before it: what Ink writes goes to an emulator, and keys come from the test. */
export class Terminal {
  readonly #screen: xterm.Terminal;
  readonly #stdout: NodeJS.WriteStream;
  readonly #stdin: Keyboard;
  readonly #tick: { callback?: (millis: number) => void } = {};
  #done: Promise<void> = Promise.resolve();
  #written = "";
  /** Callers waiting for the screen to change. */
  readonly #painted = new EventEmitter();

  constructor(columns: number, rows: number) {
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.#written += chunk.toString("utf8");
        this.#screen.write(chunk, () => {
          done();
          this.#painted.emit("painted");
        });
      },
    });
    this.#stdout = Object.assign(stream, { columns, rows, isTTY: true }) as unknown as NodeJS.WriteStream;
    this.#stdin = new Keyboard();
  }

  open(session: TuiSession, options: TuiOptions = {}): this {
    return this.show((own) => openTui(session, { ...own, ...options }));
  }

  /** Opens something by a function that gets this terminal, and real time as the test has it. */
  show(opens: (own: Pick<TuiOptions, "stdin" | "stdout" | "clock">) => Promise<void>): this {
    const clock: Clock = {
      every: (_, callback) => {
        this.#tick.callback = callback;
        return () => {
          delete this.#tick.callback;
        };
      },
    };
    this.#done = opens({
      stdin: this.#stdin as unknown as NodeJS.ReadStream,
      stdout: this.#stdout,
      clock,
    });
    // Whoever cares awaits `closed`; until then a rejection is not unhandled.
    this.#done.catch(() => undefined);
    return this;
  }

  /** Settles as what was opened does. */
  get closed(): Promise<void> {
    return this.#done;
  }

  press(...keys: readonly string[]): this {
    for (const key of keys) this.#stdin.send(key);
    return this;
  }

  /** Real time goes by, for what is playing. */
  play(millis: number): this {
    this.#tick.callback?.(millis);
    return this;
  }

  get isPlaying(): boolean {
    return this.#tick.callback !== undefined;
  }

  resize(columns: number, rows: number): this {
    this.#screen.resize(columns, rows);
    Object.assign(this.#stdout, { columns, rows });
    this.#stdout.emit("resize");
    return this;
  }

  /** The rows of the screen. */
  get rows(): readonly string[] {
    const { active } = this.#screen.buffer;
    return Array.from(
      { length: this.#screen.rows },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? "",
    );
  }

  /** Everything that was ever written, with its escape sequences. */
  get written(): string {
    return this.#written;
  }

  get isAlternate(): boolean {
    return this.#screen.buffer.active.type === "alternate";
  }

  /** Whether keys come as they are typed. */
  get isRaw(): boolean {
    return this.#stdin.isRaw;
  }

  /** Waits until the screen is as wanted; after some seconds it says what it is instead. */
  async until(wanted: (rows: readonly string[]) => boolean): Promise<readonly string[]> {
    const deadline = Date.now() + 8_000;
    while (!wanted(this.rows)) {
      if (Date.now() > deadline) throw new Error(`the screen is\n${this.rows.join("\n")}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#painted.once("painted", () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this.rows;
  }

  /** Waits until nothing more is painted. */
  async rest(): Promise<void> {
    for (let known = -1; known !== this.#written.length;) {
      known = this.#written.length;
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  }

  /** Waits until some row contains the text. */
  async shows(text: string): Promise<readonly string[]> {
    return this.until((rows) => rows.some((row) => row.includes(text)));
  }
}

class Keyboard extends EventEmitter {
  readonly isTTY = true;
  isRaw = false;
  readonly #queue: string[] = [];

  send(key: string): void {
    this.#queue.push(key);
    this.emit("readable");
  }

  read(): string | null {
    return this.#queue.shift() ?? null;
  }

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }

  setEncoding(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** Keys as terminals send them. */
export const keys = {
  right: "\u001b[C",
  left: "\u001b[D",
  up: "\u001b[A",
  down: "\u001b[B",
  enter: "\r",
  escape: "\u001b",
  tab: "\t",
  ctrlC: "\u0003",
} as const;
