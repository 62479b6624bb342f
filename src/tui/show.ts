import { openSync } from "node:fs";
import { ReadStream } from "node:tty";
import { supportsColor, type ColorSupportLevel } from "chalk";
import { render } from "ink";
import type { ReactNode } from "react";
import type { TuiOptions } from "./open-tui.ts";

/** Something that is shown on the terminal until its reader, or who has opened it, closes it. */
export interface Shown {
  /** Settles once the terminal is as it was before; rejects with what was thrown inside. */
  readonly closed: Promise<void>;
  /** Gives the terminal back, at once. */
  readonly close: () => void;
}

export interface ShowOptions extends Pick<TuiOptions, "stdin" | "stdout" | "incremental" | "screenReader"> {
  /** Whether ctrl-C closes it. */
  readonly exitOnCtrlC: boolean;
}

const defaultFps = 15;

/** Ink may write this often; with no more than the frames of playback, every other one would be lost. */
const maxFps = 60;

/** Frames a second that are asked for, within what makes sense. */
export function framesOf({ fps = defaultFps }: Pick<TuiOptions, "fps">): number {
  return Math.max(1, Math.min(fps, maxFps));
}

/** Shows an app on a whole screen, or as lines for a screen reader. */
export function show(app: ReactNode, options: ShowOptions): Shown {
  const { stdout = process.stdout, screenReader = false, exitOnCtrlC } = options;
  const { stdin, release } = keyboardOf(options.stdin);
  const instance = render(app, {
    stdin,
    stdout,
    interactive: true,
    alternateScreen: !screenReader,
    incrementalRendering: !screenReader && (options.incremental ?? true),
    isScreenReaderEnabled: screenReader,
    maxFps,
    exitOnCtrlC,
    // What is logged to another screen than this one does not disturb it.
    patchConsole: stdout === process.stdout,
  });
  const closed = instance
    .waitUntilExit()
    .then(() => undefined)
    .finally(release);
  return { closed, close: () => instance.unmount() };
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
