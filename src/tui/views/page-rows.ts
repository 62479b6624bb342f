import { windowFrom } from "../layout.ts";
import type { Page, PageLine } from "../pages/page.ts";
import { RowBuilder } from "../row-builder.ts";
import { columnsOf, wrap } from "../text.ts";
import type { Theme } from "../theme.ts";
import { framed } from "./pane-rows.ts";

export interface PageView {
  readonly page: Page;
  /** The titles of the pages below it. */
  readonly trail: readonly string[];
  /** The selected line. */
  readonly line: number;
}

/** A page over the panes, scrolled so that its selected line is in sight. */
export function pageRows(
  { page, trail, line }: PageView,
  theme: Theme,
  width: number,
  height: number,
): string[] {
  const painted = page.lines.map((each, index) => lineRows(each, theme, width, index === line));
  const starts: number[] = [];
  let total = 0;
  for (const rows of painted) {
    starts.push(total);
    total += rows.length;
  }
  const from = windowFrom(total, height - 1, starts[Math.min(line, starts.length - 1)] ?? 0);
  const title = theme.safe([...trail, page.title].join(" > "));
  const shown = columnsOf(title) > width - 24 ? theme.safe(page.title) : title;
  const note =
    total > height - 1
      ? `${Math.min(100, Math.round(((from + height - 1) / total) * 100))} %  Esc back`
      : "Esc back";
  return framed(
    { theme, width, height, title: shown, note, isFocused: true },
    painted.flat().slice(from, from + height - 1),
  );
}

function lineRows(
  { text, style, mark, markStyle, target }: PageLine,
  theme: Theme,
  width: number,
  isSelected: boolean,
): string[] {
  const before = mark === undefined ? "" : `${theme.safe(mark)} `;
  const indent = 2 + columnsOf(before);
  const rows = wrap(theme.safe(text), Math.max(8, width - indent - 1), target ? 2 : 0);
  return rows.map((content, index) => {
    const row = new RowBuilder(theme, width);
    row.add("accent", isSelected && index === 0 ? theme.glyphs.pointer : " ").add("text", " ");
    if (index === 0 && before !== "") row.add(markStyle ?? "muted", before.slice(0, -1)).add("text", " ");
    else row.to(indent);
    return row.add(isSelected && target ? "selected" : (style ?? "text"), content).build();
  });
}
