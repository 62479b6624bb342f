import { setTimeout as delay } from "node:timers/promises";
import type { ApiClient } from "../src/adapter/api-client.ts";
import { connect } from "../src/adapter/api-client.ts";
import type { Cluster } from "../src/model/cluster.ts";
import type { Plan } from "../src/plan/plan.ts";
import { simulate } from "../src/sim/simulate.ts";
import type { Trace } from "../src/trace/trace.ts";
import { startControlPlane } from "./control-plane.ts";
import { type Course, courseOf } from "./course.ts";
import { type Difference, differencesOf } from "./differences.ts";
import type { RawJson } from "./loadable.ts";
import { type LabTimes, loadSnapshot } from "./load.ts";
import { LabProblem } from "./problem.ts";
import { readLab } from "./read-lab.ts";
import { carryOutInLab } from "./real-run.ts";
import { labTimings } from "./timings.ts";
import { Witness } from "./witness.ts";

export interface LabRunOptions {
  /** The objects of the snapshot, and what they are called together. */
  readonly objects: readonly RawJson[];
  readonly name: string;
  readonly plan: Plan;
  readonly timesOf: (object: RawJson) => LabTimes;
  readonly bin: string;
  readonly stages: string;
  /** A folder that is not there yet; it is removed again. */
  readonly folder: string;
  readonly limitMillis: number;
  readonly version: string;
  readonly factsAsOf: string;
  readonly said: (line: string) => void;
}

export interface LabRun {
  readonly cluster: Cluster;
  /** What is not in the lab as it is in the snapshot. */
  readonly different: readonly string[];
  readonly rehearsed: Trace;
  readonly real: Trace;
  readonly isOver: boolean;
  /** How many facts were compared. */
  readonly facts: number;
  readonly differences: readonly Difference[];
}

/** A difference that one of these seeds does not have is left to chance. */
const seeds = Array.from({ length: 16 }, (_, index) => index + 1);

/**
 * Loads a snapshot into a real control plane, rehearses a plan on what stands there then, carries it out, and says where
 * the two part. Throws LabProblem.
 */
export async function runInLab(options: LabRunOptions): Promise<LabRun> {
  const { bin, stages, folder, said } = options;
  said("starting a control plane");
  // There are no service accounts' tokens, and nobody mounts any.
  const apiServerFlags = ["--disable-admission-plugins=ServiceAccount"];
  const lab = await startControlPlane({ bin, stages, folder, apiServerFlags });
  try {
    const client = connect({ kubeconfig: lab.kubeconfig }, `seatrial/${options.version}`);
    if (client.kind === "noCluster") throw new LabProblem(...client.lines);
    const witness = new Witness();
    const { objects, different } = await loadSnapshot(client, options.objects, options.timesOf);
    said(`${objects} objects loaded`);
    witness.watch(bin, lab.kubeconfig);
    await lab.startControllers();
    await settled(client, witness);
    return { different, ...(await rehearseAndRun(client, witness, options)) };
  } finally {
    await lab.remove();
  }
}

async function rehearseAndRun(
  client: ApiClient,
  witness: Witness,
  options: LabRunOptions,
): Promise<Omit<LabRun, "different">> {
  const { plan, said, limitMillis, version, factsAsOf } = options;
  const asOf = Math.floor(Date.now() / 1_000) * 1_000;
  const cluster = await readLab(client, options.name, asOf);
  const rehearse = (seed: number) =>
    simulate(cluster, plan, {
      seed,
      luck: "median",
      horizon: limitMillis,
      version,
      factsAsOf,
      timings: () => labTimings((what) => `lab.seatrial/${what}`),
    }).trace;
  const rehearsals = new Map(seeds.map((seed) => [seed, rehearse(seed)]));
  const rehearsed = rehearsals.get(seeds[0]!)!;
  const end = rehearsed.events.at(-1)?.time ?? 0;
  said(`rehearsed: ${Math.ceil(end / 1_000)} s. Carrying it out, as long as that really takes`);
  const run = await carryOutInLab(client, { plan, cluster, witness, limitMillis });
  const real: Trace = { header: rehearsed.header, events: run.events };
  const course = courseOf(real);
  const others: ReadonlyMap<number, Course> = new Map(
    [...rehearsals].slice(1).map(([seed, trace]) => [seed, courseOf(trace)]),
  );
  const expected = courseOf(rehearsed);
  return {
    cluster,
    rehearsed,
    real,
    isOver: run.isOver,
    facts: new Set([...course.keys(), ...expected.keys()]).size,
    differences: differencesOf(course, expected, others),
  };
}

/** Waits until the controllers have found everything as it was: nothing changes any more, and every budget has a status. */
async function settled(client: ApiClient, witness: Witness): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    if (witness.quietFor() >= 3_000 && (await budgetsAreCounted(client))) return;
    await delay(500);
  }
  throw new LabProblem("the lab does not come to rest in two minutes");
}

async function budgetsAreCounted(client: ApiClient): Promise<boolean> {
  const answer = await client.request({ method: "GET", path: "/apis/policy/v1/poddisruptionbudgets" });
  if (answer.kind !== "answer") return false;
  const { items = [] } = answer.body as {
    readonly items?: readonly {
      readonly metadata: { readonly generation?: number };
      readonly status?: { readonly observedGeneration?: number };
    }[];
  };
  return items.every(({ metadata, status }) => metadata.generation === status?.observedGeneration);
}
