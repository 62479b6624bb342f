import { RowBuilder } from "../row-builder.ts";
import type { Theme } from "../theme.ts";
import { columnsOf } from "../text.ts";

/** The frame of a pane: a rule with its title above, and exactly as many rows as it is high. */
export interface PaneFrame {
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Stands at the right end of the rule. */
  readonly note?: string;
  readonly isFocused: boolean;
}

/** The rule above a pane. The focused one is heavier and has a pointer: it can be told without colours. */
export function ruleRow({ theme, width, title, note = "", isFocused }: Omit<PaneFrame, "height">): string {
  const { glyphs } = theme;
  const rule = isFocused ? glyphs.focusedRule : glyphs.rule;
  const style = isFocused ? "accent" : "muted";
  const row = new RowBuilder(theme, width);
  row.add(style, isFocused ? `${rule}${glyphs.focus} ` : `${rule}${rule} `);
  row.add(isFocused ? "title" : "strong", title).add(style, " ");
  const tail = note === "" ? 0 : columnsOf(note) + 3;
  const line = Math.max(0, row.room - tail);
  row.add(style, rule.repeat(line));
  if (note !== "" && row.room >= tail) row.add("muted", ` ${note} `).add(style, rule);
  return row.build();
}

/** Rule and rows, cut or filled up to the height of the pane. */
export function framed(frame: PaneFrame, rows: readonly string[]): string[] {
  const blank = " ".repeat(frame.width);
  const body = rows.slice(0, frame.height - 1);
  const fill = Array.from({ length: Math.max(0, frame.height - 1 - body.length) }, () => blank);
  return [ruleRow(frame), ...body, ...fill].slice(0, frame.height);
}

/** How much a filter leaves. */
export function filterNote(filter: string, shown: number, all: number): string {
  return `/${filter}  ${shown} of ${all}`;
}

/** A row of muted text, for panes that have nothing to list. */
export function mutedRow(theme: Theme, width: number, text: string): string {
  return new RowBuilder(theme, width).add("muted", ` ${text}`).build();
}
