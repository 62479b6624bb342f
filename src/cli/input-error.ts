/** Something a person has to put right: what they typed, or what a file holds. Ends the program with exit code 2. */
export class InputError extends Error {
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines[0]);
    this.lines = lines;
  }
}
