import type { Clock } from "./hooks/clock.ts";
import type { TuiSession } from "./state/model.ts";

export type { TuiSession } from "./state/model.ts";

/** How the terminal interface is opened. Without options: in colour where the terminal has any, at 15 frames a second. */
export interface TuiOptions {
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout?: NodeJS.WriteStream;
  /** `auto` asks NO_COLOR, FORCE_COLOR, TERM and the terminal. */
  readonly color?: "auto" | "always" | "never";
  /** Nothing but ASCII. */
  readonly ascii?: boolean;
  /** Frames a second while it plays. */
  readonly fps?: number;
  /** Writes only what changed; `false` for terminals that draw some characters wider than they are. */
  readonly incremental?: boolean;
  /** Plain lines, each said once, in place of a screen. */
  readonly screenReader?: boolean;
  /** For tests. */
  readonly clock?: Clock;
}

/**
 * Opens the terminal interface on a rehearsal and resolves once its reader has quit; rejects with what was thrown
 * inside. Whichever way it ends, by a key, a signal or an exception, the terminal is left as it was. Ink and React
 * are only loaded here.
 */
export async function openTui(session: TuiSession, options: TuiOptions = {}): Promise<void> {
  const { runTui } = await import("./run-tui.tsx");
  await runTui(session, options);
}
