import { realClock } from "../hooks/clock.ts";
import type { TuiOptions } from "../open-tui.ts";
import { colorLevel, framesOf, show, type Shown } from "../show.ts";
import { createTheme } from "../theme.ts";
import { RunApp } from "./RunApp.tsx";
import type { RunSource } from "./source.ts";

/** Shows a run: what `openRun` does once Ink is loaded. */
export function showRun(source: RunSource, options: Omit<TuiOptions, "screenReader">): Shown {
  const theme = createTheme({
    level: colorLevel(options.color ?? "auto", process.env),
    ascii: options.ascii ?? false,
  });
  const app = (
    <RunApp source={source} theme={theme} clock={options.clock ?? realClock} fps={framesOf(options)} />
  );
  return show(app, { ...options, exitOnCtrlC: false });
}
