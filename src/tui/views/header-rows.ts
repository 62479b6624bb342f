import { humanDuration } from "../../lib/duration.ts";
import { wordStyle } from "../pages/verdict-page.ts";
import { RowBuilder } from "../row-builder.ts";
import type { Model } from "../state/model.ts";
import type { TuiState } from "../state/state.ts";
import { clip, clipMiddle, columnsOf, fitRight, wrap } from "../text.ts";
import type { Theme } from "../theme.ts";
import type { Word } from "../../verdict/verdict.ts";

/** From here on the clock says the end of the run, too; below, only the timeline does. */
const wideEnough = 100;

/** What must be on every screen, so that it can be judged a week later: what it is, of what, and what came of it. */
export function headerRows(
  model: Model,
  state: TuiState,
  theme: Theme,
  width: number,
  height: number,
): string[] {
  const { word } = model.session.verdict;
  const clock = clockWords(model, state, width);
  const hasSentence = height > 1;
  const tail = columnsOf(clock) + 1 + (hasSentence ? 0 : word.length + 4);
  const row = new RowBuilder(theme, width).add("badge", " REHEARSAL ").add("text", " ");
  addSubject(row, model, theme, width - tail - row.columns - 1);
  row.to(width - tail);
  if (!hasSentence) row.add(wordStyle[word], ` ${word} `).add("text", "  ");
  return [row.add("strong", clock).build(), ...headlineRows(model, theme, width, height - 1)];
}

/** How many rows the verdict's word and its sentence fill; none where there is no sentence. */
export function headlineHeight({ session: { headline = "", verdict } }: Model, width: number): number {
  return headline === "" ? 0 : wrap(headline, sentenceWidth(verdict.word, width)).length;
}

/** The word stands before its sentence, with a blank at each side. */
function sentenceWidth(word: Word, width: number): number {
  return width - word.length - 4;
}

function clockWords({ axis }: Model, { time }: TuiState, width: number): string {
  const end = humanDuration(axis.end);
  const now = fitRight(humanDuration(time), Math.max(6, columnsOf(end)));
  return width < wideEnough ? now : `${now} of ${end}`;
}

/** Cluster, version, seed and what is rehearsed, in `room` columns; names are shortened before anything is left out. */
function addSubject(row: RowBuilder, model: Model, theme: Theme, room: number): void {
  const { cluster, seed } = model.session.trace.header;
  const name = theme.safe(cluster.name);
  const title = model.title === cluster.name ? "" : theme.safe(model.title);
  const whole = theme.safe(cluster.version);
  const fixedOf = (version: string) => `${version === "" ? "" : `  ${version}`}  seed ${seed}`;
  const isTight = columnsOf(name + title + fixedOf(whole)) + 2 > room;
  const fixed = fixedOf(isTight ? whole.replace(/\+.*$/, "") : whole);
  const left = Math.max(0, room - columnsOf(fixed) - 2);
  const titleColumns = Math.min(columnsOf(title), Math.max(left - columnsOf(name), Math.ceil(left / 2)));
  row.add("strong", clipMiddle(name, Math.max(0, left - titleColumns))).add("muted", fixed);
  row.add("text", "  ").add("text", clipMiddle(title, titleColumns));
}

function headlineRows({ session }: Model, theme: Theme, width: number, height: number): string[] {
  const { headline = "", verdict } = session;
  const { word } = verdict;
  const room = sentenceWidth(word, width);
  const lines = wrap(theme.safe(headline), room);
  const shown = lines.slice(0, Math.max(0, height));
  const last = shown.length - 1;
  if (lines.length > shown.length && last >= 0)
    shown[last] = clip(`${shown[last]!} ${lines[last + 1]!}`, room);
  return shown.map((text, index) => {
    const row = new RowBuilder(theme, width);
    if (index === 0) row.add(wordStyle[word], ` ${word} `);
    return row
      .to(word.length + 3)
      .add("text", text)
      .build();
  });
}
