import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { drainers, type DrainerFact, type DrainerName } from "../../src/facts/drainers.ts";
import type { DrainOptions, Plan, Step } from "../../src/plan/plan.ts";
import { encodeTrace } from "../../src/trace/codec.ts";
import { maintenances } from "../support/maintenance-arbitraries.ts";
import { rehearse } from "../support/rehearse.ts";

/** What holds of every drainer on any cluster. */

const names = fc.constantFrom(...(Object.keys(drainers) as DrainerName[]));
const runs = { numRuns: 60 };
/** Pods of these clusters stop within 30 s; requests and looks take their part. */
const slackMillis = 60_000;

function under(drainer: DrainerName, plan: Plan): Plan {
  return { ...plan, drainer, steps: plan.steps.map((step) => withFlagsOf(drainer, step)) };
}

/** Without the flags that the drainer does not have. */
function withFlagsOf(drainer: DrainerName, step: Step): Step {
  if (step.kind === "parallel")
    return { ...step, steps: step.steps.map((each) => withFlagsOf(drainer, each)) };
  if (step.kind !== "drain" || drainer === "kubectl") return step;
  const { flags }: DrainerFact = drainers[drainer];
  const options: DrainOptions = {
    ...step.options,
    timeout: 0,
    disableEviction: step.options.disableEviction && flags.includes("disableEviction"),
  };
  return { ...step, options };
}

test.prop([maintenances, names], runs)(
  "the same inputs give the same trace",
  ({ cluster, plan }, drainer) => {
    const lines = () => [...encodeTrace(rehearse(cluster, under(drainer, plan)).trace)].join("");
    expect(lines()).toBe(lines());
  },
);

test.prop([maintenances, names], runs)(
  "a drainer with a time for a node never hangs, and ends each node in that time",
  ({ cluster, plan }, drainer) => {
    const { timeoutMillis, pauseMillis }: DrainerFact = drainers[drainer];
    if (timeoutMillis === 0) return;
    const { verdict } = rehearse(cluster, under(drainer, plan));
    expect(verdict.word).not.toBe("HANGS");
    const longest = timeoutMillis + pauseMillis + slackMillis;
    for (const { startedAt, endedAt, outcome } of verdict.drains)
      if (outcome !== "notReached") expect(endedAt! - startedAt).toBeLessThanOrEqual(longest);
  },
);

test.prop([maintenances, names], runs)(
  "only kubectl refuses a node for its pods, and only a drainer that says so takes pods past their budgets",
  ({ cluster, plan }, drainer) => {
    const { trace, verdict } = rehearse(cluster, under(drainer, plan));
    if (drainer !== "kubectl")
      expect(verdict.drains.filter(({ outcome }) => outcome === "refused")).toEqual([]);
    const forced = trace.events.filter(({ kind, ...event }) => kind === "client.note" && isForced(event));
    const { atTimeout, atTimeoutForced }: DrainerFact = drainers[drainer];
    if (atTimeout !== "delete" && atTimeout !== "leave" && atTimeoutForced === undefined)
      expect(forced).toEqual([]);
  },
);

function isForced(event: object): boolean {
  return "note" in event && (event.note as { readonly kind: string }).kind === "forced";
}
