import { App } from "./App.tsx";
import { realClock } from "./hooks/clock.ts";
import type { TuiOptions } from "./open-tui.ts";
import { ScreenReaderApp } from "./ScreenReaderApp.tsx";
import { colorLevel, framesOf, show } from "./show.ts";
import { createModel, type TuiSession } from "./state/model.ts";
import { createTheme } from "./theme.ts";

/** Renders the interface until its reader quits: what `openTui` does once Ink is loaded. */
export async function runTui(session: TuiSession, options: TuiOptions): Promise<void> {
  const { screenReader = false } = options;
  const model = createModel(session);
  const clock = options.clock ?? realClock;
  const theme = createTheme({
    level: screenReader ? 0 : colorLevel(options.color ?? "auto", process.env),
    ascii: options.ascii ?? false,
  });
  const app = screenReader ? (
    <ScreenReaderApp model={model} clock={clock} />
  ) : (
    <App model={model} theme={theme} clock={clock} fps={framesOf(options)} />
  );
  await show(app, { ...options, exitOnCtrlC: true }).closed;
}
