// Fills the blocks of pages that show what a command prints: each follows a marker such as
// <!-- $ seatrial demo -->, and holds what the bundle prints today. test/readme.test.ts compares them.
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

for (const page of ["README.md", "docs/upgrade.md"]) {
  const path = join(root, page);
  const filled = readFileSync(path, "utf8").replace(
    /<!-- \$ (seatrial .*?) -->\n\n```(\w+)\n[^]*?```\n/g,
    (_block, commandLine, language) =>
      `<!-- $ ${commandLine} -->\n\n\`\`\`${language}\n$ ${commandLine}\n${printed(commandLine)}\n\`\`\`\n`,
  );
  writeFileSync(path, filled);
}
