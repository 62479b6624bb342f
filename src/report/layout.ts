import stringWidth from "string-width";
import { plain } from "./escape.ts";

/** A screen of text as data: blocks with a label in a column of their own, and lines that wrap under each other. */

export type Tone = "error" | "warning" | "info" | "good" | "strong" | "quiet";

export interface Line {
  readonly text: string;
  /** Columns from the start of the text column. */
  readonly indent?: number;
  /** Where it goes on when it does not fit, further in than `indent`; default 0. */
  readonly hang?: number;
  /** A command: it is broken with a backslash, so that it can be copied whole. */
  readonly isCommand?: boolean;
  readonly tone?: Tone;
}

export interface Block {
  /** Stands left of the first line: `Moves`, `error`. */
  readonly label: string;
  readonly tone?: Tone;
  readonly lines: readonly Line[];
  /** An empty line before it. */
  readonly gap?: boolean;
}

/** Puts text in a tone; without colours it returns the text. */
export type Paint = (tone: Tone, text: string) => string;

export const unpainted: Paint = (_tone, text) => text;

/** The width of the label column. */
const labelWidth = 10;

/** The lines of a screen that is `width` columns wide. Text from a cluster cannot control the terminal. */
export function layOut(blocks: readonly Block[], width: number, paint: Paint): string[] {
  return blocks.flatMap((block, index) => {
    const lines = block.lines.flatMap((line) => wrapLine(line, width - labelWidth, paint));
    const label = plain(block.label).padEnd(labelWidth);
    const tinted = block.tone ? paint(block.tone, label) : label;
    const body = lines.map((line, at) => (at === 0 ? tinted : " ".repeat(labelWidth)) + line);
    return block.gap && index > 0 ? ["", ...body] : body;
  });
}

function wrapLine(line: Line, width: number, paint: Paint): string[] {
  const { hang = 0, isCommand = false, tone } = line;
  const text = plain(line.text);
  // A table's first column may begin with spaces.
  const indent = (line.indent ?? 0) + text.length - text.trimStart().length;
  const rows = wrap(text.trimStart(), width - indent, hang, isCommand);
  return rows.map((row, index) => {
    const padded = " ".repeat(indent + (index === 0 ? 0 : hang));
    const shown = row.replaceAll(noBreak, " ");
    return (padded + (tone ? paint(tone, shown) : shown)).trimEnd();
  });
}

const noBreak = "\u00A0";

/** Text that stands on one line: where a line is too short for it, it goes to the next one whole. */
export function unbroken(text: string): string {
  return text.replaceAll(" ", noBreak);
}

/** Breaks text at spaces, and a word that is longer than a line inside; a word of a command stays whole. */
function wrap(text: string, width: number, hang: number, isCommand: boolean): string[] {
  const rows: string[] = [];
  const tail = isCommand ? 2 : 0;
  let row = "";
  const words = text.split(" ").flatMap((word) =>
    (isCommand ? [word] : pieces(word, width - hang)).map((piece, index) => ({
      piece,
      // Nothing comes between the pieces of a name.
      gap: index === 0 ? " " : "",
    })),
  );
  for (const { piece, gap } of words) {
    const room = width - (rows.length === 0 ? 0 : hang) - tail;
    if (row !== "" && stringWidth(row + gap + piece) > room) {
      rows.push(isCommand ? `${row} \\` : row);
      row = piece;
    } else row = row === "" ? piece : row + gap + piece;
  }
  return [...rows, row];
}

/** A name that no line can hold, in pieces that end where its parts do; what is quoted for a shell stays whole. */
function pieces(word: string, width: number): string[] {
  if (width < 8 || stringWidth(word) <= width || word.startsWith("'")) return [word];
  const head = word.slice(0, width);
  const end = /^.*[-/.,:_\u00A0]/.exec(head)?.[0] ?? head;
  return [end.trimEnd(), ...pieces(word.slice(end.length), width)];
}

/** Columns of a table, each as wide as its widest cell; numbers to the right. */
export function table(
  rows: readonly (readonly string[])[],
  alignRight: readonly boolean[],
  widest: readonly number[] = [],
): string[] {
  return aligned(rows, alignRight, widest).rows;
}

/** Further in than this a column is too narrow to go on in: some 24 columns are left of 80. */
const mostHang = 46;

/** A table whose last column is text: where it is too long for its line, it goes on below itself, or below the names. */
export function tableLines(
  rows: readonly (readonly string[])[],
  alignRight: readonly boolean[],
  widest: readonly number[] = [],
): Line[] {
  const { rows: texts, starts } = aligned(rows, alignRight, widest);
  const last = starts.at(-1) ?? 0;
  const column = last <= mostHang ? last : (starts[alignRight.indexOf(false)] ?? 0) + 2;
  return texts.map((text) => ({ text, hang: column - (text.length - text.trimStart().length) }));
}

/** The rows of a table, and the column in which each of its columns begins. */
function aligned(
  rows: readonly (readonly string[])[],
  alignRight: readonly boolean[],
  widest: readonly number[],
): { readonly rows: string[]; readonly starts: readonly number[] } {
  const columns = alignRight.map((_, column) =>
    fitted(
      rows.map((row) => plain(row[column] ?? "")),
      widest[column] ?? Infinity,
    ),
  );
  const cells = rows.map((row, index) => row.map((_, column) => columns[column]![index]!));
  const widths = alignRight.map((_, column) =>
    Math.max(...cells.map((row) => stringWidth(row[column] ?? ""))),
  );
  const starts = widths.map((_, column) => widths.slice(0, column).reduce((sum, each) => sum + each + 2, 0));
  const texts = cells.map((row) =>
    row
      .map((cell, column) => {
        const gap = " ".repeat(Math.max(0, widths[column]! - stringWidth(cell)));
        if (column === row.length - 1 && !alignRight[column]) return cell;
        return alignRight[column] ? gap + cell : cell + gap;
      })
      .join("  ")
      .trimEnd(),
  );
  return { rows: texts, starts };
}

/**
 * The cells of a column that is at most so wide. Names that are too long lose the domain that they share, as long as
 * they can still be told apart; then their middle.
 */
function fitted(cells: readonly string[], most: number): string[] {
  if (cells.every((cell) => stringWidth(cell) <= most)) return [...cells];
  const hosts = cells.map((cell) => cell.replace(/\.[a-z]\S*$/i, ""));
  const isClear = new Set(hosts).size === new Set(cells).size && !hosts.includes("");
  return (isClear ? hosts : cells).map((cell) => shorten(cell, most));
}

/** The text, or its beginning and end around an ellipsis where it is longer than `most` columns. */
export function shorten(text: string, most: number): string {
  if (stringWidth(text) <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (most - 1 - head))}`;
}
