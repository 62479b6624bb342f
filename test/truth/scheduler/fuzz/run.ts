import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import type { Case } from "../format.ts";
import { caseVersion, runCase } from "../run-file.ts";
import { generateCase } from "./cluster.ts";

/**
 * Asks the real scheduler about generated clusters and compares. It needs a built oracle:
 *
 *   SEATRIAL_ORACLE=… node test/truth/scheduler/fuzz/run.ts --seed 7 --cases 200
 *
 * `--record FOLDER` keeps the cases there with the answers, as the truth runner reads them.
 * Each difference is printed with the seed and number of its case; the cases are kept in a temporary folder.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    cases: { type: "string", default: "100" },
    first: { type: "string", default: "0" },
    most: { type: "string", default: "10" },
    record: { type: "string", default: "" },
  },
});

const oracle = process.env["SEATRIAL_ORACLE"];
if (!oracle) {
  console.log("skipped: SEATRIAL_ORACLE not set");
  process.exit(0);
}

const version = spawnSync(oracle, ["-version"], { encoding: "utf8" }).stdout.trim();
const first = Number(values.first);
const folder = mkdtempSync(join(tmpdir(), "seatrial-fuzz-"));
let [passed, failed] = [0, 0];
const recorded: string[] = [];
const batch = 50;
for (let start = first; start < first + Number(values.cases); start += batch) {
  const count = Math.min(batch, first + Number(values.cases) - start);
  const cases = Array.from({ length: count }, (_, i) => generateCase(Number(values.seed), start + i));
  const file = join(folder, `cases-${start}.jsonl`);
  writeFileSync(file, cases.map((each) => `${JSON.stringify(each)}\n`).join(""));
  const answer = spawnSync(oracle, ["-in", file], { encoding: "utf8", maxBuffer: 1 << 30 });
  if (answer.status !== 0) console.log(`oracle: ${answer.stderr}`);
  // What follows the last line break was cut off when the oracle gave up.
  const answered = answer.stdout.split("\n").slice(0, -1);
  for (const [index, line] of answered.entries()) {
    const { id, results } = JSON.parse(line) as Case;
    recorded.push(JSON.stringify(version === caseVersion ? { ...cases[index], results } : { id, results }));
    for (const { id: decision, difference } of runCase(cases[index]!, JSON.parse(line) as Case, version)) {
      if (difference === undefined) passed++;
      else if (++failed <= Number(values.most)) console.log(`${decision}\n  ${difference}`);
    }
  }
}
if (values.record !== "") {
  const name = version === caseVersion ? "fuzz.jsonl.gz" : `fuzz.${version}-results.jsonl.gz`;
  writeFileSync(join(values.record, name), gzipSync(`${recorded.join("\n")}\n`, { level: 9 }));
}
console.log(`${version}: ${passed} passed, ${failed} failed (cases in ${folder})`);
process.exitCode = failed > 0 ? 1 : 0;
