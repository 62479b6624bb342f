import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { seatrial } from "./support/command-line.ts";

/** README.md shows what the commands print. `npm run readme` fills it in again. */

const root = join(import.meta.dirname, "..");
const text = readFileSync(join(root, "README.md"), "utf8");
const upgrades = readFileSync(join(root, "docs/upgrade.md"), "utf8");
const blocksOf = (page: string) =>
  [...page.matchAll(/<!-- \$ (seatrial .*?) -->\n\n```\w+\n([^]*?)```\n/g)].map(
    ([, commandLine = "", shown = ""]) => ({ commandLine, shown }),
  );

const blocks = blocksOf(text);

test.each(blocksOf(upgrades))(
  "docs/upgrade.md shows what is printed now: $commandLine",
  ({ commandLine, shown }) => {
    const { stdout, stderr } = seatrial(root, commandLine.split(" ").slice(1));
    expect(shown).toBe(`$ ${commandLine}\n${`${stdout}${stderr}`.trimEnd()}\n`);
  },
);

describe("README.md shows what is printed now (npm run readme)", () => {
  test.each(blocks)("$commandLine", ({ commandLine, shown }) => {
    const { stdout, stderr } = seatrial(root, commandLine.split(" ").slice(1));
    expect(shown).toBe(`$ ${commandLine}\n${`${stdout}${stderr}`.trimEnd()}\n`);
  });

  test("it shows every command, and no marker without its block", () => {
    expect(text.match(/<!-- \$/g)?.length).toBe(blocks.length);
    const shown = blocks.map(({ commandLine }) => commandLine.split(" ")[1]);
    expect(new Set(shown)).toEqual(new Set(["demo", "drain", "check", "rehearse"]));
  });
});

test("README.md promises no safety: it says what was found, assumed and not modelled", () => {
  expect(text).not.toMatch(/\bsafe(ly|ty)?\b/i);
});
