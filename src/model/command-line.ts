import type { FlaggedProgram } from "../facts/control-plane-flags.ts";

/** Flags of a command line by name, without their dashes. */
export type Flags = Readonly<Record<string, string>>;

/** What a container runs, where that is a component of the control plane. */
export interface CommandLine {
  readonly program: FlaggedProgram;
  readonly flags: Flags;
}
