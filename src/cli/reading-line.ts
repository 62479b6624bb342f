import type { ReadingProgress } from "../adapter/read-cluster.ts";
import { plain } from "../report/escape.ts";

/** As much of a stream as the line needs. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

const barWidth = 20;
/** More often nobody can read it. */
const everyMillis = 50;
const clearLine = "\r\u001B[2K";

/** How far the reading of a live cluster is, on one line of a terminal; elsewhere nothing. */
export class ReadingLine {
  readonly #terminal: Terminal;
  readonly #context: string;
  #shownAt = -Infinity;
  #isShown = false;

  constructor(terminal: Terminal, context: string) {
    this.#terminal = terminal;
    this.#context = context;
  }

  show(progress: ReadingProgress): void {
    if (!this.#terminal.isTTY) return;
    const now = Date.now();
    if (now - this.#shownAt < everyMillis) return;
    this.#shownAt = now;
    this.#isShown = true;
    const { columns = 80 } = this.#terminal;
    this.#terminal.write(`${clearLine}${readingText(plain(this.#context), progress).slice(0, columns - 1)}`);
  }

  /** Leaves nothing behind. */
  clear(): void {
    if (this.#isShown) this.#terminal.write(clearLine);
    this.#isShown = false;
  }
}

/** `reading staging [#####---------------] 12500 of 50000 objects, now pods`: those that are known to be there. */
export function readingText(context: string, { resource, objects, remaining }: ReadingProgress): string {
  const total = objects + remaining;
  const filled = total === 0 ? 0 : Math.floor((objects / total) * barWidth);
  const bar = `${"#".repeat(filled)}${"-".repeat(barWidth - filled)}`;
  return `reading ${context} [${bar}] ${objects} of ${total} objects, now ${resource}`;
}
