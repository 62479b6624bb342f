import { simulate } from "../src/sim/simulate.ts";
import { drainAll, rollingDrainCluster } from "./rolling-drain-cluster.ts";

/** Prints what a rolling drain costs, and what sorting a million numbers costs beside it: milliseconds of CPU. */

function cpuMillis(work: () => void): number {
  const since = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}

const cluster = rollingDrainCluster(100, 30);
const plan = drainAll(cluster);
const settings = {
  seed: 1,
  luck: "median",
  horizon: 24 * 3_600_000,
  version: "bench",
  factsAsOf: "2026-11-21",
} as const;
const drain = cpuMillis(() => simulate(cluster, plan, settings));

let state = 1;
const numbers = Array.from({ length: 1_000_000 }, () => (state = (state * 48_271) % 2_147_483_647));
const sort = cpuMillis(() => numbers.sort((a, b) => a - b));
console.log(`${drain} ${sort}`);
