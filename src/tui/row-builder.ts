import { clip, columnsOf } from "./text.ts";
import type { Style, Theme } from "./theme.ts";

/** Styles that show where there is no character: a blank in them is not just any blank. */
const filled: ReadonlySet<Style> = new Set<Style>([
  "selected",
  "badge",
  "badgeGood",
  "badgeWarning",
  "badgeError",
  "podRefused",
  "podPending",
  "outage",
]);

/** Builds one painted row from left to right. Neighbours of one style are painted together: the cost of a frame is in its escape sequences. */
export class RowBuilder {
  readonly #theme: Theme;
  readonly #limit: number;
  #done = "";
  #run = "";
  #style: Style = "text";
  #columns = 0;

  constructor(theme: Theme, limit: number) {
    this.#theme = theme;
    this.#limit = limit;
  }

  get columns(): number {
    return this.#columns;
  }

  /** How many columns are left. */
  get room(): number {
    return Math.max(0, this.#limit - this.#columns);
  }

  /** Adds text; what does not fit is clipped. */
  add(style: Style, text: string): this {
    const clipped = clip(text, this.room);
    if (clipped === "") return this;
    const isBlank = !filled.has(style) && !filled.has(this.#style) && clipped.trim() === "";
    if (style !== this.#style && !isBlank) this.#flush(style);
    this.#run += clipped;
    this.#columns += columnsOf(clipped);
    return this;
  }

  /** Adds blanks up to a column. */
  to(column: number): this {
    const gap = Math.min(column, this.#limit) - this.#columns;
    return gap > 0 ? this.add("text", " ".repeat(gap)) : this;
  }

  /** The row, filled up with blanks. */
  build(): string {
    this.to(this.#limit);
    this.#flush("text");
    return this.#done;
  }

  /** The row as far as it goes. */
  buildOpen(): string {
    this.#flush("text");
    return this.#done;
  }

  #flush(next: Style): void {
    this.#done += this.#theme.paint(this.#style, this.#run);
    this.#run = "";
    this.#style = next;
  }
}
