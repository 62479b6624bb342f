import stringWidth from "string-width";
import { plain } from "../report/escape.ts";

/** How text fills columns: measured, clipped, padded. None of it may hold escape sequences. */

/** The text with everything spelt out that a terminal would obey, or that would not show. */
export function visible(text: string): string {
  if (narrow.test(text)) return text;
  return plain(text).replace(/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16)}`;
  });
}

/** Printable ASCII, box drawing, blocks and geometric shapes: one column each, and nearly all that is ever shown. */
const narrow = /^[\x20-\x7e\u2190-\u2193\u2298\u2500-\u25ff\u21bb\u2713\u2717]*$/;

/** How many columns a text takes. */
export function columnsOf(text: string): number {
  return narrow.test(text) ? text.length : stringWidth(text);
}

const cut = "..";

/** The text within `width` columns; where it is longer, its beginning and two dots. */
export function clip(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  if (width <= cut.length) return head(text, Math.max(0, width));
  return head(text, width - cut.length) + cut;
}

/** The text within `width` columns; where it is longer, its beginning and its end, which tells pods apart. */
export function clipMiddle(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  if (width < 6 || !narrow.test(text)) return clip(text, width);
  const end = Math.floor((width - cut.length) / 2);
  return text.slice(0, width - cut.length - end) + cut + text.slice(text.length - end);
}

/** The text within `width` columns; where it is longer, two dots and its end, which tells nodes apart. */
export function clipStart(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  if (width < 4 || !narrow.test(text)) return clip(text, width);
  return cut + text.slice(text.length - width + cut.length);
}

/** A `namespace/name` within `width` columns: the name as long as it can be, of the namespace what is left. */
export function clipRef(text: string, width: number): string {
  const slash = text.indexOf("/");
  const room = width - columnsOf(text.slice(slash));
  if (slash < 0 || room < 6 || columnsOf(text) <= width) return clipMiddle(text, width);
  return clipMiddle(text.slice(0, slash), room) + text.slice(slash);
}

/** The text in exactly `width` columns. */
export function fit(text: string, width: number): string {
  const clipped = clip(text, width);
  return clipped + " ".repeat(Math.max(0, width - columnsOf(clipped)));
}

/** The text in exactly `width` columns, at their right end. */
export function fitRight(text: string, width: number): string {
  const clipped = clip(text, width);
  return " ".repeat(Math.max(0, width - columnsOf(clipped))) + clipped;
}

/** Lines of at most `width` columns, broken at spaces; those after the first stand `hang` columns further in. */
export function wrap(text: string, width: number, hang = 0): string[] {
  const margin = /^ */.exec(text)?.[0] ?? "";
  const room = Math.max(1, width);
  const rows: string[] = [];
  let row = margin;
  let isEmpty = true;
  for (const word of text.slice(margin.length).split(" ")) {
    if (!isEmpty && columnsOf(row) + 1 + columnsOf(word) > room) {
      rows.push(row);
      row = margin + " ".repeat(hang);
      isEmpty = true;
    }
    row += isEmpty ? word : ` ${word}`;
    isEmpty = false;
    while (columnsOf(row) > room) {
      const part = head(row, room) || (Array.from(row)[0] ?? "");
      rows.push(part);
      row = row.slice(part.length);
    }
  }
  return [...rows, row];
}

/** As many characters from the beginning as fit. */
function head(text: string, width: number): string {
  if (narrow.test(text)) return text.slice(0, width);
  let taken = "";
  let columns = 0;
  for (const character of text) {
    columns += stringWidth(character);
    if (columns > width) break;
    taken += character;
  }
  return taken;
}
