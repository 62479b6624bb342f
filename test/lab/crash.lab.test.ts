import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LabControlPlane } from "../../lab/control-plane.ts";
import { hash32 } from "../../src/lib/hash.ts";
import { auditOf } from "./audit.ts";
import * as on from "./execute.ts";
import { labBin, startLab } from "./lab.ts";

/**
 * Kills the process that loads it at its n-th step: before and after each line of the journal, each request and each
 * answer. Reading the whole cluster, page by page, for a rehearsal is no step: it leaves nothing behind.
 */
const killer = `import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { subscribe } from "node:diagnostics_channel";
let steps = 0;
const step = () => { if (steps++ === Number(process.env.CRASH_AT)) process.kill(process.pid, "SIGKILL"); };
const { fsyncSync } = fs;
fs.fsyncSync = (file) => { step(); fsyncSync(file); step(); };
syncBuiltinESMExports();
const request = ({ request: { path } }) => { if (!path.includes("limit=")) step(); };
subscribe("undici:request:create", request);
subscribe("undici:request:headers", request);
`;

const isAll = process.env["SEATRIAL_LAB_ALL"] !== undefined;
/** A run of this plan has a few more. */
const mostSteps = 110;

/** All of them, or ten that the commit chooses. */
function points(): number[] {
  if (isAll) return Array.from({ length: 10_000 }, (_, index) => index);
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  return Array.from({ length: 10 }, (_, index) => hash32(commit, index) % mostSteps);
}

/** As a person would: with the journal, where there is one; anew, where the run had not begun. */
async function goOn(lab: LabControlPlane, folder: string, words: readonly string[]): Promise<void> {
  const hasBegun = existsSync(join(folder, "run.journal"));
  const isOver = hasBegun && on.recordsOf(folder).at(-1)?.kind === "ended";
  if (!hasBegun) await on.leaseRunsOut(lab);
  const again = hasBegun ? ["execute", "--resume", "run.journal", "--yes"] : words;
  const run = on.start(lab, folder, again);
  await on.exits(run, isOver ? 2 : 0);
  expect(run.output()).toMatch(isOver ? /this run is over: done\. There is nothing to resume\./ : /./);
}

describe.skipIf(labBin === undefined)("a run that is killed", () => {
  let lab: LabControlPlane;
  beforeAll(async () => {
    lab = await startLab();
    await lab.startControllers();
    await on.prepare(lab, "crash", on.web("crash", "Deployment", 1));
  }, 120_000);
  afterAll(() => lab.remove());

  test(
    "is resumed, and ends as one that was not",
    async () => {
      let from = "crash-a";
      let killed = 0;
      for (const point of points()) {
        // A run that begins while pods are still starting takes them for pods that stay so.
        await on.settle(lab, "crash", 2);
        await on.leaseRunsOut(lab);
        const to = from === "crash-a" ? "crash-b" : "crash-a";
        const folder = on.planFolder(`- drain: { nodes: [${from}] }\n- uncordon: { nodes: [${from}] }`);
        await on.grant(lab, folder);
        const kill = join(folder, "killer.mjs");
        writeFileSync(kill, killer);
        const words = ["execute", "plan.yaml", "--yes", "--journal", "run.journal"];
        const first = on.start(lab, folder, words, {
          NODE_OPTIONS: `--import ${kill}`,
          CRASH_AT: String(point),
        });
        const code = await first.exit;
        // A process that was killed has no exit code.
        if (code > 0) throw new Error(`not killed at step ${point}:\n${first.output()}`);
        if (code === 0 && isAll) break;
        if (code !== 0) {
          killed++;
          await goOn(lab, folder, words);
        }
        expect(on.nodesOfPods(lab, "crash"), `killed at step ${point}`).toEqual([to]);
        expect(on.isCordoned(lab, from), `killed at step ${point}`).toBe(false);
        auditOf(lab).check();
        from = to;
      }
      expect(killed).toBeGreaterThan(0);
      expect(Object.values(on.evictionsIn(lab, "crash")).every((count) => count === 1)).toBe(true);
      console.log(`killed at ${killed} points`);
    },
    isAll ? 3 * 3_600_000 : 600_000,
  );
});
