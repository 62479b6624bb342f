import type { ReadProgram } from "../facts/autoscaler-flags.ts";

/** Flags of a command line by name, without their dashes. */
export type Flags = Readonly<Record<string, string>>;

/** What a container runs, where that is a component of the control plane or an autoscaler. */
export interface CommandLine {
  readonly program: ReadProgram;
  readonly flags: Flags;
}
