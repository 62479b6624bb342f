import type { ProgramStep } from "../exec/program.ts";

export type ParseResult =
  | { readonly ok: true; readonly steps: readonly ProgramStep[] }
  /** What kubectl would print before it asks anything of the cluster. */
  | { readonly ok: false; readonly lines: readonly string[] };

/** Flags by name, as they were given. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** What a command makes of its words and flags, in a namespace. */
export type Command = (words: readonly string[], flags: Flags, namespace: string) => ParseResult;

export function refuse(...lines: readonly string[]): ParseResult {
  return { ok: false, lines };
}

export function steps(...list: readonly ProgramStep[]): ParseResult {
  return { ok: true, steps: list };
}
