import { closeSync, openSync, writeSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { Chalk, type ChalkInstance } from "chalk";
import { describeSystemError } from "../read/files.ts";
import { layOut, type Block, type Paint, type Tone, unpainted } from "../report/layout.ts";
import { encodeTrace } from "../trace/codec.ts";
import type { Trace } from "../trace/trace.ts";
import { InputError } from "./input-error.ts";
import type { FormatOptions } from "./options.ts";

/** Standard output as a terminal or not: widths, colours, and what goes to files. */

/** Text for pipes and files is as wide as the narrowest usual terminal; a wide terminal is used up to a point. */
const textWidth = 80;
const widest = 110;

/** Prints blocks as text, in colour where the terminal has any. */
export function printBlocks(blocks: readonly Block[], { color }: Pick<FormatOptions, "color">): void {
  const { isTTY, columns } = process.stdout;
  const width = isTTY ? Math.max(textWidth, Math.min(widest, columns)) : textWidth;
  process.stdout.write(`${layOut(blocks, width, paintFor(color)).join("\n")}\n`);
}

/** Whether colours are wanted: as said, else by NO_COLOR and FORCE_COLOR, else on a terminal. */
export function wantsColor(color: FormatOptions["color"]): boolean {
  if (color !== "auto") return color === "always";
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0";
  return process.stdout.isTTY && TERM !== "dumb";
}

function paintFor(color: FormatOptions["color"]): Paint {
  if (!wantsColor(color)) return unpainted;
  const chalk = new Chalk({ level: 1 });
  const tones: Readonly<Record<Tone, ChalkInstance>> = {
    error: chalk.red.bold,
    warning: chalk.yellow,
    info: chalk.blue,
    good: chalk.green.bold,
    strong: chalk.bold,
    quiet: chalk.dim,
  };
  return (tone, text) => tones[tone](text);
}

/** Whether the terminal interface can be opened here: keys come from the terminal also where input is piped. */
export function hasTerminal(): boolean {
  return process.stdout.isTTY && process.env["TERM"] !== "dumb";
}

/** Whether somebody sits there: what opens the terminal interface unasked. */
export function isInteractive(): boolean {
  return hasTerminal() && process.stdin.isTTY && (process.env["CI"] ?? "") === "";
}

/** Writes a trace as JSON Lines, gzipped where the name says so. Throws InputError where it cannot be written. */
export function writeTrace(path: string, trace: Trace): void {
  try {
    const file = openSync(path, "w");
    try {
      if (path.endsWith(".gz")) writeSync(file, gzipSync([...encodeTrace(trace)].join("")));
      else for (const line of encodeTrace(trace)) writeSync(file, line);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new InputError(`--trace ${path}: ${describeSystemError(error)}`);
  }
}
