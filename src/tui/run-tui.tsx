import { openSync } from "node:fs";
import { ReadStream } from "node:tty";
import { supportsColor, type ColorSupportLevel } from "chalk";
import { render } from "ink";
import { App } from "./App.tsx";
import { realClock } from "./hooks/clock.ts";
import type { TuiOptions } from "./open-tui.ts";
import { ScreenReaderApp } from "./ScreenReaderApp.tsx";
import { createModel, type TuiSession } from "./state/model.ts";
import { createTheme } from "./theme.ts";

const defaultFps = 15;

/** Ink may write this often; with no more than the frames of playback, every other one would be lost. */
const maxFps = 60;

/** Renders the interface until its reader quits: what `openTui` does once Ink is loaded. */
export async function runTui(session: TuiSession, options: TuiOptions): Promise<void> {
  const { stdout = process.stdout, screenReader = false } = options;
  const { stdin, release } = keyboardOf(options.stdin);
  const model = createModel(session);
  const clock = options.clock ?? realClock;
  const theme = createTheme({
    level: screenReader ? 0 : colorLevel(options.color ?? "auto", process.env),
    ascii: options.ascii ?? false,
  });
  const fps = Math.max(1, Math.min(options.fps ?? defaultFps, maxFps));
  const app = screenReader ? (
    <ScreenReaderApp model={model} clock={clock} />
  ) : (
    <App model={model} theme={theme} clock={clock} fps={fps} />
  );
  try {
    const instance = render(app, {
      stdin,
      stdout,
      interactive: true,
      alternateScreen: !screenReader,
      incrementalRendering: !screenReader && (options.incremental ?? true),
      isScreenReaderEnabled: screenReader,
      maxFps,
      exitOnCtrlC: true,
      // What is logged to another screen than this one does not disturb it.
      patchConsole: stdout === process.stdout,
    });
    await instance.waitUntilExit();
  } finally {
    release();
  }
}

/** Where keys come from: standard input, or the terminal itself where a snapshot is piped in there. */
function keyboardOf(given: NodeJS.ReadStream | undefined): {
  readonly stdin: NodeJS.ReadStream;
  readonly release: () => void;
} {
  const stdin = given ?? process.stdin;
  if (stdin.isTTY || process.platform === "win32") return { stdin, release: () => undefined };
  const terminal = new ReadStream(openSync("/dev/tty", "r"));
  return { stdin: terminal, release: () => terminal.destroy() };
}

/** How many colours to use: 0 none, 1 sixteen, 2 256, 3 all. */
export function colorLevel(
  color: NonNullable<TuiOptions["color"]>,
  env: Readonly<Record<string, string | undefined>>,
): ColorSupportLevel {
  if (color === "never") return 0;
  const detected = supportsColor ? supportsColor.level : 0;
  if (color === "always") return detected > 0 ? detected : 2;
  if ((env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb") return 0;
  return detected;
}
