import { RowBuilder } from "../row-builder.ts";
import { clipMiddle } from "../text.ts";
import type { Style, Theme } from "../theme.ts";
import { framed } from "../views/pane-rows.ts";
import type { RunModel } from "./run-model.ts";
import type { RunState } from "./run-state.ts";

/** The last lines of the run, as its text form has them; writes are said as the kubectl command that does the same. */
export function lineRows(
  { moment }: RunModel,
  { focus, page, lastLine }: RunState,
  theme: Theme,
  width: number,
  height: number,
): string[] {
  const { lines, lineCount } = moment;
  const room = Math.max(0, height - 1);
  const end = Math.min(lineCount, Math.max(lastLine === undefined ? lineCount : lastLine + 1, room));
  const rows = lines.slice(Math.max(0, end - room), end).map(({ text }) => {
    const row = new RowBuilder(theme, width);
    // What a command is about stands at its end.
    const shown = text.startsWith(command) ? clipMiddle(theme.safe(text), width) : theme.safe(text);
    return row.add(styleOf(text), shown).build();
  });
  const isFocused = focus === "log" && !page;
  const note = end < lineCount ? `${end} of ${lineCount}  Esc: to the end` : `${lineCount} lines`;
  return framed({ theme, width, height, title: "log", note, isFocused }, rows);
}

const command = `${" ".repeat(9)}$ `;

/** A line of a step stands further left than what belongs to it. */
export function styleOf(text: string): Style {
  if (text.startsWith(command)) return "accent";
  if (/^ *\d[\d:d ]* {2}(failed|aborted|skipped): /.test(text)) return "errorStrong";
  if (/^ *\d[\d:d ]* {2}/.test(text)) return "strong";
  return /^ {9}(error|Warning)/.test(text) ? "warning" : "text";
}
