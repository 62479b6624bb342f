import { humanDuration } from "../../lib/duration.ts";
import { windowFrom } from "../layout.ts";
import { severityStyle } from "../pages/finding-page.ts";
import { RowBuilder } from "../row-builder.ts";
import { findingList } from "../state/lists.ts";
import type { Model, PlacedFinding } from "../state/model.ts";
import type { TuiState } from "../state/state.ts";
import { clip, columnsOf, wrap } from "../text.ts";
import type { Theme } from "../theme.ts";
import type { Severity } from "../../verdict/verdict.ts";
import { filterNote, framed, mutedRow } from "./pane-rows.ts";

/** The letter of each severity: in the list and on the timeline. */
export const severityLetter: Readonly<Record<Severity, string>> = { error: "E", warning: "W", info: "i" };

/** Pointer, letter and a blank. */
const markWidth = 3;

/** The findings, worst first; below them what is not modelled, where there is room. */
export function findingRows(
  model: Model,
  state: TuiState,
  theme: Theme,
  width: number,
  height: number,
): string[] {
  const list = findingList(model, state);
  const isFocused = state.focus === "findings" && state.pages.length === 0;
  const selected = state.selected.findings;
  const room = height - 1;
  const lines = linesEach(list.length, room);
  const opened = isFocused ? Math.max(lines, Math.min(mostLines, Math.floor(room / 2))) : lines;
  const shown = Math.max(1, Math.floor((room - opened) / lines) + 1);
  const from = windowFrom(list.length, shown, selected);
  const rows = list.slice(from, from + shown).flatMap((placed, index) => {
    const isSelected = isFocused && from + index === selected;
    const height = isSelected ? opened : lines;
    return height === 1
      ? [shortRow(placed, state, theme, width, isSelected)]
      : longRows(placed, state, theme, width, height, isSelected);
  });
  const body = list.length === 0 ? emptyRows(model, theme, width) : rows;
  const unknown = unknownRows(model, theme, width, room - body.length);
  return framed(
    { theme, width, height, title: "4 findings", note: noteOf(model, state, list.length), isFocused },
    [...body, ...unknown],
  );
}

/** A title and its message. */
const mostLines = 4;

/** As many lines for each finding as there is room for. The selected one gets more where the others have few. */
function linesEach(count: number, room: number): number {
  return Math.max(1, Math.min(mostLines, Math.floor(room / Math.max(1, count))));
}

function shortRow(
  placed: PlacedFinding,
  state: TuiState,
  theme: Theme,
  width: number,
  isSelected: boolean,
): string {
  const { finding, time } = placed;
  const row = start(finding.severity, theme, width, isSelected);
  const at = whenWords(placed);
  const text = theme.safe(`${finding.rule}  ${finding.subject}: ${finding.message}`);
  const room = Math.max(0, row.room - columnsOf(at) - 2);
  row.add(isSelected ? "selected" : isReached(time, state) ? "text" : "muted", clip(text, room));
  return row
    .to(width - columnsOf(at) - 1)
    .add("muted", ` ${at}`)
    .build();
}

function longRows(
  placed: PlacedFinding,
  state: TuiState,
  theme: Theme,
  width: number,
  lines: number,
  isSelected: boolean,
): string[] {
  const { severity, rule, subject, message } = placed.finding;
  const row = start(severity, theme, width, isSelected);
  const at = whenWords(placed);
  row.add(severityStyle[severity], rule).add("text", "  ");
  const title = new RowBuilder(theme, Math.max(0, row.room - columnsOf(at) - 1));
  title.add(isSelected ? "selected" : "strong", theme.safe(subject));
  const head =
    row.buildOpen() + title.build() + new RowBuilder(theme, columnsOf(at) + 1).add("muted", ` ${at}`).build();
  const wrapped = wrap(theme.safe(message), width - markWidth - 1);
  const kept = wrapped.slice(0, lines - 1);
  if (wrapped.length > kept.length && kept.length > 0)
    kept[kept.length - 1] = clip(`${kept.at(-1)!} ${wrapped[kept.length]!}`, width - markWidth - 1);
  const style = isReached(placed.time, state) ? "text" : "muted";
  return [head, ...kept.map((text) => new RowBuilder(theme, width).to(markWidth).add(style, text).build())];
}

function start(severity: Severity, theme: Theme, width: number, isSelected: boolean): RowBuilder {
  return new RowBuilder(theme, width)
    .add("accent", isSelected ? theme.glyphs.pointer : " ")
    .add(severityStyle[severity], `${severityLetter[severity]} `);
}

function whenWords({ time, isBefore }: PlacedFinding): string {
  return isBefore ? "before" : humanDuration(time);
}

/** Whether playback has come to it: what lies ahead is dimmer. */
function isReached(time: number, state: TuiState): boolean {
  return time <= state.time;
}

function emptyRows({ findings }: Model, theme: Theme, width: number): string[] {
  if (findings.length > 0) return [mutedRow(theme, width, "None matches.")];
  return [mutedRow(theme, width, "None.")];
}

/** What nobody looked at is said, too: silence is not a promise. */
function unknownRows({ session }: Model, theme: Theme, width: number, room: number): string[] {
  const { unknown } = session.verdict;
  if (room < 3 || unknown.length === 0) return [];
  const lines = unknown.flatMap((text) =>
    wrap(theme.safe(text), width - markWidth - 1).map((line, index) =>
      new RowBuilder(theme, width).add("muted", `${index === 0 ? " ? " : "   "}${line}`).build(),
    ),
  );
  const kept = lines.length > room - 2 ? lines.slice(0, room - 2) : lines;
  return [
    " ".repeat(width),
    new RowBuilder(theme, width).add("muted", " not known, and it may matter:").build(),
    ...kept,
  ];
}

function noteOf({ findings }: Model, { filters }: TuiState, shown: number): string {
  if (filters.findings !== "") return filterNote(filters.findings, shown, findings.length);
  const count = (severity: Severity) =>
    findings.filter(({ finding }) => finding.severity === severity).length;
  const parts = (["error", "warning", "info"] as const)
    .filter((severity) => count(severity) > 0)
    .map(
      (severity) => `${count(severity)} ${severity}${severity !== "info" && count(severity) > 1 ? "s" : ""}`,
    );
  return parts.join("  ");
}
