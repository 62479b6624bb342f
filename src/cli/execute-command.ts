import type { FormatOptions, InputOptions, RunOptions } from "./options.ts";

/** What `seatrial execute` takes. */
export interface ExecuteCommand extends InputOptions, RunOptions, Pick<FormatOptions, "color" | "verbose"> {
  readonly yes: boolean;
  readonly journal?: string;
  readonly resume?: string;
  readonly abort?: string;
  /** `KIND=PROGRAM`: what carries out steps of this kind. */
  readonly hook: readonly string[];
  /** Where gates and alerts ask that name no server. */
  readonly prometheus?: string;
  /** How long the API server may be away. */
  readonly giveUpAfter: string;
}
