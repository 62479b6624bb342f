import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { type Freeze, openings, type Window } from "../../src/plan/calendar.ts";
import { simulate } from "../../src/sim/simulate.ts";
import { freezes, windows } from "../plan/calendar-arbitraries.ts";
import { planOf } from "../support/live-run.ts";
import { clusterOf, deployment, nodes } from "../support/objects.ts";

/** Whatever the window, the moment and the plan: no node is closed outside, and none is left half-way. */

const minutes = fc.integer({ min: 1, max: 300 });
const cluster = clusterOf(nodes("n1", "n2", "n3", "n4"), deployment("shop/web", ["n1", "n2"]));

const plan = fc.record({ reboot: minutes, parallel: fc.integer({ min: 1, max: 3 }), soak: minutes });
const calendar = fc.record({ window: windows, freezes: fc.array(freezes, { maxLength: 2 }) });
const moments = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2027, 0, 1) });

function rehearsed(
  window: Window,
  frozen: readonly Freeze[],
  asOf: number,
  shape: { readonly reboot: number; readonly parallel: number; readonly soak: number },
) {
  const made = planOf(`- rollout:
    selector: {}
    maxParallel: ${shape.parallel}
    soak: ${shape.soak}m
    perNode:
      - drain: { ignoreDaemonSets: true }
      - reboot: { duration: ${shape.reboot}m, timeout: ${shape.reboot + 1}m }
      - uncordon: {}`);
  const options = {
    seed: 1,
    luck: "median" as const,
    horizon: 400 * 86_400_000,
    version: "0",
    factsAsOf: "2026-11-21",
  };
  return simulate({ ...cluster, asOf }, { ...made, window, freezes: frozen }, options).trace;
}

test.prop([calendar, moments, plan], { numRuns: 60 })(
  "nodes are closed inside of windows only, and finished",
  ({ window, freezes: frozen }, asOf, shape) => {
    const { events } = rehearsed(window, frozen, asOf, shape);
    const closed = events.filter((event) => event.kind === "client.note" && event.note.kind === "cordoned");
    for (const { time } of closed) {
      const at = asOf + time;
      // A request takes some milliseconds to be answered: it was sent while the window was open.
      const [opening] = openings({ window, freezes: frozen }, at - 100);
      expect(opening && opening.from <= at).toBe(true);
      const needed = Math.max(window.cutoff, shape.reboot * 60_000);
      expect((opening?.to ?? 0) - at).toBeGreaterThanOrEqual(needed - 100);
    }
    const failed = events.filter((event) => event.kind === "step.ended" && event.outcome === "failed");
    const reasons = failed.map((event) => (event.kind === "step.ended" ? event.reason : ""));
    expect(reasons.filter((reason) => !reason.includes("no window comes"))).toEqual([]);
    const last = events.at(-1);
    const isWhole = last?.kind === "run.ended" && last.outcome === "finished" && failed.length === 0;
    const opened = events.filter((event) => event.kind === "client.note" && event.note.kind === "uncordoned");
    if (isWhole) expect([closed.length, opened.length]).toEqual([4, 4]);
  },
);
