// Fills the blocks of README.md that show what a command prints: each follows a marker such as
// <!-- $ seatrial demo -->, and holds what the bundle prints today. test/readme.test.ts compares the two.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bundle = join(root, "dist/seatrial.mjs");

/** What a command line prints in a pipe, run from the root of the repository. */
function printed(commandLine) {
  const args = commandLine.split(" ").slice(1);
  const { FORCE_COLOR: _force, SEATRIAL_DEBUG: _debug, ...env } = process.env;
  const { stdout, stderr } = spawnSync(process.execPath, [bundle, ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...env, NO_COLOR: "1" },
  });
  return `${stdout}${stderr}`.trimEnd();
}

const path = join(root, "README.md");
const text = readFileSync(path, "utf8");
const filled = text.replace(
  /<!-- \$ (seatrial .*?) -->\n\n```(\w+)\n[^]*?```\n/g,
  (_block, commandLine, language) =>
    `<!-- $ ${commandLine} -->\n\n\`\`\`${language}\n$ ${commandLine}\n${printed(commandLine)}\n\`\`\`\n`,
);
writeFileSync(path, filled);
