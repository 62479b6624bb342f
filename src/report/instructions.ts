import { shellWord } from "../lib/shell-word.ts";

/** What a person does for one step, and what to look at afterwards. Commands hold no comments: each can be pasted. */
export interface Instructions {
  /** Sentences before the commands, in plain text. */
  readonly said: readonly string[];
  readonly blocks: readonly CommandBlock[];
  /** Shows whether it has worked. */
  readonly checks: readonly Check[];
}

export interface CommandBlock {
  /** Where or when they are typed: `On node-1`; empty for anywhere with kubectl. */
  readonly where: string;
  readonly language: "sh" | "powershell";
  readonly commands: readonly string[];
}

export interface Check {
  readonly command: string;
  /** What it has to show. */
  readonly expect: string;
}

export function kubectlOnly(commands: readonly string[], checks: readonly Check[] = []): Instructions {
  return { said: [], blocks: [{ where: "", language: "sh", commands }], checks };
}

/** Nothing to type: only sentences and checks. */
export function saidOnly(said: readonly string[], checks: readonly Check[] = []): Instructions {
  return { said, blocks: [], checks };
}

/** The command that shows one node, and what it has to show. */
export function nodeCheck(node: string, expect: string): Check {
  return { command: `kubectl get node ${shellWord(node)}`, expect };
}
