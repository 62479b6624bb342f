import type { TuiOptions } from "../open-tui.ts";
import type { Shown } from "../show.ts";
import type { RunSource } from "./source.ts";

/**
 * Opens the terminal interface on a run that is under way. It stays until it is closed: its reader can end the run, and
 * not only the interface. Ink and React are only loaded here.
 */
export async function openRun(
  source: RunSource,
  options: Omit<TuiOptions, "screenReader"> = {},
): Promise<Shown> {
  const { showRun } = await import("./show-run.tsx");
  return showRun(source, options);
}
