import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { seatrial } from "../support/command-line.ts";

/** docs/cli.md has every command and every option that --help lists, and no other. */

const root = join(import.meta.dirname, "../..");
const text = readFileSync(join(root, "docs/cli.md"), "utf8");

/** The text of a section, up to the next of its level. */
function section(title: string): string {
  return text.split(/^## /m).find((each) => each.startsWith(`${title}\n`)) ?? "";
}

function help(...words: readonly string[]): string {
  return seatrial(root, [...words, "--help"]).stdout;
}

const commands = [...help().matchAll(/^ {2}([a-z]+) \[/gm)]
  .map(([, name = ""]) => name)
  .filter((name) => name !== "help");

/** `--from`, `-l` and so on, as --help lists them at the start of a line. */
function listedOptions(command: string): string[] {
  return [...help(command).matchAll(/^ {2}(?:(-\w), )?(--[a-z-]+)/gm)]
    .flatMap(([, short, long = ""]) => [...(short === undefined ? [] : [short]), long])
    .filter((option) => option !== "--help" && option !== "-h");
}

/** The options that a section's tables explain. */
function explained(title: string): string[] {
  return [...section(title).matchAll(/^\| (`-[^|]*?) +\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/--?[a-z-]+/g)].map(([option]) => option),
  );
}

const shared = [
  "Where the cluster comes from",
  "How it is rehearsed",
  "What is printed",
  "The terminal interface",
];

test("there is a section for each command, and no other", () => {
  const sections = [...text.matchAll(/^## seatrial (.*)$/gm)].map(([, name]) => name);
  expect(sections).toEqual(commands);
});

describe.each(commands)("%s", (command) => {
  test("every option of --help is explained", () => {
    const known = new Set([`seatrial ${command}`, ...shared].flatMap(explained));
    expect(listedOptions(command).filter((option) => !known.has(option))).toEqual([]);
  });

  test("what its section explains, it takes", () => {
    const takes = new Set(listedOptions(command));
    expect(explained(`seatrial ${command}`).filter((option) => !takes.has(option))).toEqual([]);
  });
});

test("an option of all is one that some command takes", () => {
  const takes = new Set(commands.flatMap(listedOptions));
  expect(shared.flatMap(explained).filter((option) => !takes.has(option))).toEqual([]);
});
