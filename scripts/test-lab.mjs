// Runs the tests that need a real control plane (test/lab). Builds it first, which takes ten minutes the first time.
// Words are vitest's own, and `--all`: every crash point and plan, in place of the few that `.ci/run` takes.
import { spawnSync } from "node:child_process";
import { labBinaries } from "../lab/binaries.ts";
import { LabProblem } from "../lab/problem.ts";

const words = process.argv.slice(2);
try {
  const bin = await labBinaries("lab", (line) => console.log(line));
  const all = words.includes("--all") ? { SEATRIAL_LAB_ALL: "1" } : {};
  const { status } = spawnSync(
    process.execPath,
    [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--no-file-parallelism",
      "test/lab",
      ...words.filter((word) => word !== "--all"),
    ],
    { stdio: "inherit", env: { ...process.env, SEATRIAL_LAB_BIN: bin, ...all } },
  );
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof LabProblem)) throw error;
  console.error(error.lines.join("\n"));
  process.exitCode = 2;
}
