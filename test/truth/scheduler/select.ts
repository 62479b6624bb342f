import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Case } from "./format.ts";

/**
 * Chooses the recorded cases that are kept in this repository, of a folder that has them all:
 *
 *   node test/truth/scheduler/select.ts FROM TO
 *
 * Of each feature so many, spread evenly over its cases; the answers of the other version with them.
 */
const wanted: readonly { readonly from: string; readonly to: string; readonly perFeature: number }[] = [
  { from: "dev-isolated", to: "isolated", perFeature: 24 },
  { from: "dev-mixed", to: "mixed", perFeature: 8 },
  { from: "dev-preempt", to: "preempt", perFeature: 14 },
];
const otherVersion = "v1.34.4";

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error("usage: select.ts FROM TO");
mkdirSync(to, { recursive: true });
for (const { from: name, to: target, perFeature } of wanted) {
  const lines = readLines(join(from, `${name}.jsonl.gz`));
  const chosen = choose(lines, perFeature);
  writeLines(join(to, `${target}.jsonl.gz`), chosen);
  const ids = new Set(chosen.map(idOf));
  const results = readLines(join(from, `${name}.${otherVersion}-results.jsonl.gz`));
  writeLines(
    join(to, `${target}.${otherVersion}-results.jsonl.gz`),
    results.filter((line) => ids.has(idOf(line))),
  );
}

function readLines(file: string): readonly string[] {
  const text = gunzipSync(readFileSync(file)).toString("utf8");
  return text.split("\n").filter((line) => line !== "");
}

function writeLines(file: string, lines: readonly string[]): void {
  const bytes = gzipSync(`${lines.join("\n")}\n`, { level: 9 });
  writeFileSync(file, bytes);
  console.log(`${file}: ${lines.length} cases, ${bytes.length} bytes`);
}

function idOf(line: string): string {
  return (JSON.parse(line) as Case).id;
}

function choose(lines: readonly string[], perFeature: number): readonly string[] {
  const byFeature = new Map<string, { readonly line: string; readonly features: readonly string[] }[]>();
  for (const line of lines) {
    const features = (JSON.parse(line) as Case).features ?? [];
    for (const feature of features) {
      const own = byFeature.get(feature) ?? [];
      own.push({ line, features });
      byFeature.set(feature, own);
    }
  }
  const chosen = new Set<string>();
  const covered = new Map<string, number>();
  for (const [feature, own] of byFeature)
    for (let index = 0; index < own.length; index += Math.max(1, own.length / (2 * perFeature))) {
      if ((covered.get(feature) ?? 0) >= perFeature) break;
      const { line, features } = own[Math.floor(index)]!;
      if (chosen.has(line)) continue;
      chosen.add(line);
      for (const each of features) covered.set(each, (covered.get(each) ?? 0) + 1);
    }
  return lines.filter((line) => chosen.has(line));
}
