import type { FormatOptions, InputOptions, RunOptions, ScreenOptions } from "./options.ts";

/** What `seatrial execute` takes. */
export interface ExecuteCommand
  extends InputOptions, RunOptions, ScreenOptions, Pick<FormatOptions, "color" | "verbose"> {
  /** Whether the terminal interface is wanted; undefined: where somebody sits there. */
  readonly tui?: boolean;
  readonly yes: boolean;
  readonly journal?: string;
  readonly resume?: string;
  readonly abort?: string;
  /** Takes a plan that was made for another cluster. */
  readonly onAnotherCluster: boolean;
  /** `KIND=PROGRAM`: what carries out steps of this kind. */
  readonly hook: readonly string[];
  /** Steps that a person agrees to, `NAME` or `NAME@NODE`; who, and on which ticket. */
  readonly approve: readonly string[];
  readonly approver?: string;
  readonly ticket?: string;
  /** Steps that were asked for and that a person has done since. */
  readonly done: readonly string[];
  /** `STEP=again`, `skip` or `stop`: what comes of a step at whose failure the plan pauses. */
  readonly decide: readonly string[];
  /** Where gates and alerts ask that name no server. */
  readonly prometheus?: string;
  /** How long the API server may be away. */
  readonly giveUpAfter: string;
}
