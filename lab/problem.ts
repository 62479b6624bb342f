/** The lab cannot be built, started or loaded: why, and what to do about it, a sentence a line. */
export class LabProblem extends Error {
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines[0]);
    this.lines = lines;
  }
}
