import { setTimeout as delay } from "node:timers/promises";
import { Api } from "../src/adapter/api.ts";
import type { ApiClient } from "../src/adapter/api-client.ts";
import { machineClock } from "../src/adapter/clock.ts";
import { Run } from "../src/adapter/run.ts";
import { startExecution } from "../src/exec/executor.ts";
import type { Cluster } from "../src/model/cluster.ts";
import type { Plan } from "../src/plan/plan.ts";
import type { TraceEvent } from "../src/trace/event.ts";
import { labAttendant, pauseFor } from "./machines.ts";
import type { Witness } from "./witness.ts";

export interface RealRun {
  readonly events: readonly TraceEvent[];
  /** Whether the plan came to its end, in place of being stopped at the limit. */
  readonly isOver: boolean;
}

export interface RealRunOptions {
  readonly plan: Plan;
  /** The lab, as it was read before. */
  readonly cluster: Cluster;
  readonly witness: Witness;
  /** The plan is stopped after so long. Milliseconds. */
  readonly limitMillis: number;
}

/** Nothing is under way any more when nothing has changed for so long, and no pod is waited for. */
const quietMillis = 8_000;

/** Carries a plan out in a lab, by the executor that every real run has, and waits until the cluster is at rest. */
export async function carryOutInLab(client: ApiClient, options: RealRunOptions): Promise<RealRun> {
  const { plan, cluster, witness, limitMillis } = options;
  const abort = new AbortController();
  const api = new Api(client, {
    clock: machineClock,
    patienceMillis: limitMillis,
    listener: { silent: () => undefined, back: () => undefined },
    signal: abort.signal,
  });
  await nextWholeSecond();
  witness.begin();
  const began = Date.now();
  const start = startExecution(plan, 0, plan.steps, began);
  const run = new Run(
    {
      api,
      abort,
      clock: machineClock,
      journal: { append: () => undefined },
      assureLease: () => Promise.resolve(),
      guard: () => Promise.resolve({ word: "", objections: [] }),
      // The lab asks nobody outside, as a rehearsal does.
      lookOutside: async ({ assume }) => {
        await pauseFor(api, assume);
        return { holds: true, seen: "assumed" };
      },
      beforeNode: () => Promise.resolve(),
      attendant: labAttendant(api),
      listener: {
        said: (output) => witness.said(output),
        sending: () => undefined,
        wrote: () => undefined,
        looking: () => undefined,
      },
      pendingBefore: new Set(
        cluster.objects.Pod.filter(({ nodeName }) => nodeName === "").map(({ uid }) => uid),
      ),
    },
    { execution: start.execution, open: [], now: 0 },
  );
  const limit = machineClock.after(limitMillis, () => run.stop({ kind: "asked", signal: "the limit" }));
  const end = await run.begin(start);
  limit();
  while (witness.quietFor() < quietMillis && Date.now() - began < limitMillis + 60_000) await delay(250);
  witness.end();
  return { events: witness.events, isOver: end.kind === "ended" };
}

/** The lab's times are cut to seconds: a run that begins on one can be reckoned. */
async function nextWholeSecond(): Promise<void> {
  await delay(1_000 - (Date.now() % 1_000));
}
