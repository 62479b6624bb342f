import { stripVTControlCharacters } from "node:util";
import { renderToString } from "ink";
import type { Model } from "../../src/tui/state/model.ts";
import type { TuiState } from "../../src/tui/state/state.ts";
import { createTheme, type Theme } from "../../src/tui/theme.ts";
import { Screen } from "../../src/tui/views/Screen.tsx";

/** Frames without a terminal. */

export const asciiTheme: Theme = createTheme({ level: 0, ascii: true });

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The rows of one frame, with their escape sequences. */
export function frame(model: Model, state: TuiState, { columns, rows }: Size, theme = asciiTheme): string[] {
  const screen = <Screen model={model} state={state} theme={theme} columns={columns} rows={rows} />;
  return renderToString(screen, { columns }).split("\n");
}

/** The same as a person reads it, without blanks at the ends. */
export function readable(rows: readonly string[]): string[] {
  return rows.map((row) => stripVTControlCharacters(row).trimEnd());
}
