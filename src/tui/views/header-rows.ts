import { humanDuration } from "../../lib/duration.ts";
import { RowBuilder } from "../row-builder.ts";
import type { Model } from "../state/model.ts";
import type { TuiState } from "../state/state.ts";
import { clipMiddle, columnsOf } from "../text.ts";
import type { Style, Theme } from "../theme.ts";
import type { Word } from "../../verdict/verdict.ts";

const wordStyle: Readonly<Record<Word, Style>> = {
  FINISHES: "badgeGood",
  HURTS: "badgeWarning",
  HANGS: "badgeError",
  REFUSES: "badgeError",
  STOPS: "badgeError",
};

/** What must be on every screen, so that it can be judged a week later: what it is, of what, and what came of it. */
export function headerRows(
  model: Model,
  state: TuiState,
  theme: Theme,
  width: number,
  height: number,
): string[] {
  const { verdict, headline, trace } = model.session;
  const { cluster, seed } = trace.header;
  const clock = `${humanDuration(state.time)} of ${humanDuration(model.axis.end)}`;
  const row = new RowBuilder(theme, width);
  const tail = columnsOf(clock) + verdict.word.length + 2 + 3;
  const fixed = ["REHEARSAL", cluster.version, `seed ${seed}`].reduce(
    (sum, text) => sum + columnsOf(text) + 2,
    2,
  );
  const room = Math.max(0, width - tail - fixed - 2);
  const name = clipMiddle(theme.safe(cluster.name), Math.max(8, Math.floor(room * 0.45)));
  row.add("badge", " REHEARSAL ").add("text", " ").add("strong", name);
  if (cluster.version !== "") row.add("text", `  ${theme.safe(cluster.version)}`);
  row.add("muted", `  seed ${seed}`);
  const title = clipMiddle(theme.safe(model.title), Math.max(0, width - tail - row.columns - 2));
  row.add("text", `  ${title}`);
  row.to(width - tail);
  row.add(wordStyle[verdict.word], ` ${verdict.word} `).add("text", "  ").add("strong", clock);
  if (height < 2) return [row.build()];
  const sentence = new RowBuilder(theme, width).add("text", " ").add("text", theme.safe(headline ?? ""));
  return [row.build(), sentence.build()];
}
