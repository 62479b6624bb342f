import { basename } from "node:path";
import { byText } from "../../src/lib/order.ts";
import { runRecording } from "./recording/run-file.ts";
import { type Outcome, runSchedulerFile } from "./scheduler/run-file.ts";

/**
 * `npm run truth -- FILE…`: replays what real Kubernetes did, prints a line for each feature and the total.
 * `-v` shows for each case that fails the first difference. Exit code 1 if any does.
 */

/** Who replays a file, by its name. */
function outcomesOf(file: string): Iterable<Outcome> {
  if (/\.jsonl(\.gz)?$/.test(file)) return runSchedulerFile(file);
  if (file.endsWith(".json.gz")) return runRecording(file);
  throw new Error(`${file}: recordings of this kind are not known (expected *.jsonl.gz or *.json.gz)`);
}

function main(args: readonly string[]): number {
  const isVerbose = args.includes("-v");
  const files = args.filter((arg) => !arg.startsWith("-"));
  if (files.length === 0) {
    console.error("usage: npm run truth -- [-v] FILE…");
    return 2;
  }
  const features = new Map<string, { passed: number; failed: number }>();
  let [passed, failed] = [0, 0];
  const byChance: string[] = [];
  for (const file of files)
    for (const { id, features: own, difference, hangsOnChance } of outcomesOf(file)) {
      if (hangsOnChance) byChance.push(id);
      if (difference === undefined) passed++;
      else failed++;
      for (const feature of own) {
        const line = features.get(feature) ?? { passed: 0, failed: 0 };
        if (difference === undefined) line.passed++;
        else line.failed++;
        features.set(feature, line);
      }
      if (difference !== undefined && isVerbose) console.log(`${basename(file)} ${id}\n  ${difference}`);
    }
  for (const [feature, line] of [...features].sort(([a], [b]) => byText(a, b)))
    console.log(`${feature}  ${line.passed} passed, ${line.failed} failed`);
  if (byChance.length > 0)
    console.log(
      `alike under some seeds only, for a tie that chance broke: ${byChance.length} (${byChance.join(", ")})`,
    );
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`truth: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
