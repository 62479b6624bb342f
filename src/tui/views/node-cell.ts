import { RowBuilder } from "../row-builder.ts";
import { type NodeSummary, podStates } from "../state/node-summary.ts";
import { nodeStateStyle, nodeWords, podStateStyle } from "../state/state-words.ts";
import { clipMiddle, fit } from "../text.ts";
import type { Theme } from "../theme.ts";

/** What the cells of one rack have in common: the columns of each part. */
export interface CellColumns {
  /** The state as a word. */
  readonly word: number;
  readonly name: number;
  readonly pods: number;
  readonly fill: keyof typeof fillWidths;
  /** What the node waits for, in words. */
  readonly note: number;
}

/** Pointer, glyph, letter and a blank. */
const stateWidth = 4;

const wordWidth = 10;

/** How full a node is: not said, as `  41%  11%`, with a gauge each, and with their names. */
const fillWidths = { none: 0, percent: 11, gauge: 21, named: 30 } as const;

const gaugeWidth = 5;

const shortestNote = 20;

/** So much of a note is worth more than gauges. */
const readableNote = 36;

const longestNote = 48;

/** With so many cells a node's pods can be told apart; what it waits for is worth more than further ones. */
const enoughPods = 16;

/**
 * Divides a cell: the name first, then some pods, how full it is, its state in words, what it waits for; then more
 * of each.
 */
export function cellColumns(width: number, longestName: number, mostPods: number): CellColumns {
  let room = width - stateWidth;
  const take = (columns: number): boolean => {
    if (columns > room) return false;
    room -= columns;
    return true;
  };
  const fewPods = Math.min(mostPods, 8);
  const name = Math.min(longestName, Math.max(8, room - fewPods - 1));
  room -= name + 1;
  let pods = Math.max(0, Math.min(fewPods, room));
  room -= pods;
  let fill: CellColumns["fill"] = take(fillWidths.percent) ? "percent" : "none";
  const word = take(wordWidth) ? wordWidth : 0;
  const addPods = (most: number): void => {
    const more = Math.max(0, Math.min(most - pods, room));
    pods += more;
    room -= more;
  };
  addPods(Math.min(mostPods, enoughPods));
  let note = take(shortestNote + 2) ? shortestNote : 0;
  const addNote = (most: number): void => {
    const more = note === 0 ? 0 : Math.max(0, Math.min(most - note, room));
    note += more;
    room -= more;
  };
  addNote(readableNote);
  if (fill === "percent" && take(fillWidths.gauge - fillWidths.percent)) fill = "gauge";
  if (fill === "gauge" && take(fillWidths.named - fillWidths.gauge)) fill = "named";
  addNote(longestNote);
  addPods(mostPods);
  return { word, name, pods, fill, note };
}

export interface NodeCellProps {
  readonly theme: Theme;
  readonly width: number;
  readonly columns: CellColumns;
  readonly name: string;
  readonly summary: NodeSummary;
  /** What it waits for; empty for nothing. */
  readonly note: string;
  readonly isSelected: boolean;
}

/** One node in a rack with room for names. */
export function nodeCell({ theme, width, columns, name, summary, note, isSelected }: NodeCellProps): string {
  const { glyphs } = theme;
  const { state } = summary;
  const style = nodeStateStyle[state];
  const row = new RowBuilder(theme, width);
  row.add("accent", isSelected ? glyphs.pointer : " ");
  row.add(style, `${glyphs.node[state]}${nodeWords[state].letter} `);
  if (columns.word > 0) row.add(style, fit(nodeWords[state].word, columns.word));
  const label = fit(clipMiddle(theme.safe(name), columns.name), columns.name);
  row.add(isSelected ? "selected" : state === "absent" ? "muted" : "text", label).add("text", " ");
  if (state === "absent") return row.build();
  addPods(row, theme, summary, columns.pods);
  addFill(row, theme, summary, columns.fill);
  if (columns.note > 0) row.add("text", "  ").add("error", theme.safe(note));
  return row.build();
}

/** A cell for each pod, those that need attention first; what does not fit is counted. */
function addPods(row: RowBuilder, theme: Theme, { pods }: NodeSummary, width: number): void {
  const total = podStates.reduce((sum, state) => sum + pods[state], 0);
  const end = row.columns + width;
  let room = total > width ? width - `+${total}`.length : width;
  let shown = 0;
  for (const state of podStates) {
    const count = Math.min(pods[state], Math.max(0, room));
    row.add(podStateStyle[state], theme.glyphs.pod[state].repeat(count));
    room -= count;
    shown += count;
  }
  if (shown < total) row.add("muted", `+${total - shown}`);
  row.to(end);
}

function addFill(
  row: RowBuilder,
  theme: Theme,
  { cpu, memory }: NodeSummary,
  fill: CellColumns["fill"],
): void {
  if (fill === "none") return;
  const isNamed = fill === "named";
  const hasGauge = fill !== "percent";
  row.add("muted", isNamed ? "  cpu " : "  ");
  addShare(row, theme, cpu, hasGauge);
  row.add("muted", isNamed ? "  mem " : " ");
  addShare(row, theme, memory, hasGauge);
}

/** What is nearly full stands out: nothing more may fit there. */
const nearlyFull = 0.9;

function addShare(row: RowBuilder, theme: Theme, share: number | undefined, hasGauge: boolean): void {
  const { played, ahead } = theme.glyphs;
  const style = share !== undefined && share >= nearlyFull ? "warning" : "muted";
  const full = Math.max(0, Math.min(gaugeWidth, Math.round((share ?? 0) * gaugeWidth)));
  if (hasGauge)
    row
      .add(style === "warning" ? style : "accent", played.repeat(full))
      .add("muted", ahead.repeat(gaugeWidth - full));
  const percent = share === undefined ? "?" : String(Math.min(999, Math.round(share * 100)));
  row.add(style, `${percent.padStart(3)}%`);
}
