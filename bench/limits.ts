import { execFileSync } from "node:child_process";
import { join } from "node:path";

/**
 * What has a limit: how long `--help` takes beside a Node that does nothing, and what a rolling drain of a large
 * cluster costs. Exit code 1 where a limit is broken.
 */
export function benchLimits(): void {
  const within = [help(), rollingDrain()];
  if (within.includes(false)) process.exitCode = 1;
}

const bundle = join(import.meta.dirname, "../dist/seatrial.mjs");

function help(): boolean {
  const bare = best(15, () => elapsed(["-e", "0"]));
  const own = best(15, () => elapsed([bundle, "--help"]));
  const limit = 1.5 * bare + 60;
  console.log(
    `--help  ${own.toFixed(0)} ms; node -e 0 ${bare.toFixed(0)} ms; limit 1.5 x that + 60 = ${limit.toFixed(0)} ms`,
  );
  return own <= limit;
}

/** A fresh process each time: what is measured includes that nothing is compiled yet. */
function rollingDrain(): boolean {
  const file = join(import.meta.dirname, "rolling-drain.ts");
  const runs = Array.from({ length: 5 }, () => {
    const [drain = Infinity, sort = 1] = execFileSync(process.execPath, [file], { encoding: "utf8" })
      .split(" ")
      .map(Number);
    return { drain, sort };
  });
  const drain = Math.min(...runs.map((run) => run.drain));
  const sort = Math.min(...runs.map((run) => run.sort));
  // A second on a machine that sorts a million numbers in a third of one: slower machines get as much more.
  const limit = Math.max(1_000, 3 * sort);
  console.log(
    `rolling drain, 100 nodes, 3,000 pods  ${drain.toFixed(0)} ms CPU = ${(drain / sort).toFixed(1)} x sorting a million numbers (${sort.toFixed(0)} ms); limit ${limit.toFixed(0)} ms`,
  );
  return drain <= limit;
}

function elapsed(args: readonly string[]): number {
  const since = process.hrtime.bigint();
  execFileSync(process.execPath, args, { stdio: "ignore" });
  return Number(process.hrtime.bigint() - since) / 1e6;
}

function best(times: number, measure: () => number): number {
  return Math.min(...Array.from({ length: times }, measure));
}
