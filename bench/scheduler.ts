import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pod } from "../src/model/pod.ts";
import type { Scheduler } from "../src/sim/scheduler/scheduler.ts";
import type { Case } from "../test/truth/scheduler/format.ts";
import { caseNow, type LoadedCase, loadCase, schedulerFor } from "../test/truth/scheduler/load-case.ts";
import { benchCase } from "./scheduler-cluster.ts";

/**
 * Decisions per second over all nodes of a cluster with ten pods per node: of kube-scheduler's own framework
 * (`oracle -bench`, where it can be had), of ours for the first pod of its class, and of ours in a run in which every
 * pod is bound and, once enough are, an earlier one deleted.
 */
export function benchScheduler(): void {
  const oracle = findOracle();
  if (!oracle) console.log("kube-scheduler itself is not measured: set SEATRIAL_ORACLE to a built oracle,");
  if (!oracle) console.log("or SEATRIAL_ORACLE_SOURCE to its source with go at hand");
  const folder = mkdtempSync(join(tmpdir(), "seatrial-bench-"));
  try {
    console.log("nodes  pod            kube-scheduler    cold              run of bindings");
    for (const nodes of [100, 1_000, 5_000]) benchCluster(nodes, folder, oracle);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function findOracle(): string | undefined {
  const { SEATRIAL_ORACLE: built, SEATRIAL_ORACLE_SOURCE: source } = process.env;
  if (built) return built;
  if (!source) return undefined;
  const target = join(mkdtempSync(join(tmpdir(), "seatrial-oracle-")), "oracle");
  execFileSync("go", ["build", "-o", target, "."], { cwd: source, stdio: "inherit" });
  return target;
}

function benchCluster(nodes: number, folder: string, oracle: string | undefined): void {
  const given = benchCase(nodes);
  const real = oracle ? askOracle(oracle, given, join(folder, `${nodes}.jsonl`)) : new Map<string, number>();
  const loaded = loadCase(given);
  for (const pod of loaded.toPlace) {
    const cold = measureCold(loaded, pod);
    const run = measureRun(schedulerFor(loaded, "v1.36.3"), pod, nodes);
    const reference = real.get(`${pod.namespace}/${pod.name}`);
    const ratio = (rate: number) => (reference ? ` (${(rate / reference).toFixed(1)}x)` : "");
    const columns = [
      String(nodes).padEnd(7),
      pod.name.padEnd(15),
      (reference ? reference.toFixed(0) : "-").padEnd(18),
      `${cold.toFixed(0)}${ratio(cold)}`.padEnd(18),
      `${run.toFixed(0)}${ratio(run)}`,
    ];
    console.log(columns.join(""));
  }
}

/** Decisions per second of the real framework, by pod. */
function askOracle(oracle: string, given: Case, file: string): Map<string, number> {
  writeFileSync(file, `${JSON.stringify(given)}\n`);
  const output = execFileSync(oracle, ["-bench", file, "-parallelism", "1"], {
    encoding: "utf8",
    env: { ...process.env, GOMAXPROCS: "1" },
  });
  const lines = output.matchAll(/\t(\S+)\tparallelism 1\t([\d.]+) decisions\/s/g);
  return new Map([...lines].map(([, pod, rate]) => [pod!, Number(rate)]));
}

const seconds = (since: bigint) => Number(process.hrtime.bigint() - since) / 1e9;

/** The first decision of a class again and again: each pod has a spec of its own. */
function measureCold(loaded: LoadedCase, pod: Pod): number {
  const scheduler = schedulerFor(loaded, "v1.36.3");
  const decide = () => scheduler.schedule({ ...pod, spec: { ...pod.spec } }, "bench", caseNow);
  for (let i = 0; i < 50; i++) decide();
  let decisions = 0;
  const since = process.hrtime.bigint();
  while (seconds(since) < 1) {
    decide();
    decisions++;
  }
  return decisions / seconds(since);
}

function measureRun(scheduler: Scheduler, pod: Pod, nodes: number): number {
  const bound: string[] = [];
  let count = 0;
  const step = () => {
    const next: Pod = { ...pod, name: `${pod.name}-${count}`, uid: `bench-${count}` };
    count++;
    const decision = scheduler.schedule(next, "bench", caseNow);
    if (decision.kind !== "scheduled") throw new Error(`${next.name} was not scheduled`);
    scheduler.cache.addPod({ ...next, nodeName: decision.nodeName });
    bound.push(next.uid);
    if (bound.length > nodes) scheduler.cache.removePod(bound[bound.length - 1 - nodes]!);
  };
  for (let i = 0; i < 2_000; i++) step();
  const before = count;
  const since = process.hrtime.bigint();
  while (seconds(since) < 2) step();
  return (count - before) / seconds(since);
}
