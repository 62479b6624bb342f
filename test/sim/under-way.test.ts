import { expect, test } from "vitest";
import { decide, startExecution } from "../../src/exec/executor.ts";
import type { Command } from "../../src/exec/protocol.ts";
import { planOf } from "../support/live-run.ts";
import { clusterOf, deployment, nodes } from "../support/objects.ts";
import { simulate } from "../../src/sim/simulate.ts";

const options = {
  seed: 1,
  luck: "median",
  horizon: 3_600_000,
  version: "0",
  factsAsOf: "2026-11-21",
} as const;
const cluster = clusterOf(nodes("n1", "n2"), deployment("shop/web", ["n1", "n1"]));

test("the rest of a plan is rehearsed from where its execution stands, in the execution's own time", () => {
  const plan = planOf("- wait: { duration: 1m }\n- cordon: { nodes: [n1] }\n- wait: { duration: 30s }", "");
  const begun = startExecution(plan, 0);
  const waited = decide(begun.execution, {
    now: 60_000,
    command: "plan/0:request",
    fact: { kind: "reached" },
  });
  const commands = waited.outputs.flatMap((output): Command[] =>
    output.kind === "command" ? [output.command] : [],
  );
  const underWay = { execution: waited.execution, commands, now: 60_000, since: cluster.asOf };
  const { trace } = simulate(cluster, plan, { ...options, underWay });
  const steps = trace.events.flatMap((event) =>
    event.kind === "step.started" ? [[event.step, event.time]] : [],
  );
  expect(steps[0]).toEqual(["plan/1", 0]);
  expect(steps.map(([step]) => step)).toEqual(["plan/1", "plan/2"]);
  expect(trace.events.at(-1)).toMatchObject({ kind: "run.ended", outcome: "finished" });
  // A wait of 30 s, and a few milliseconds of the API server.
  expect(trace.events.at(-1)?.time).toBeLessThan(31_000);
});

test("a time-out goes on from where it was", () => {
  const plan = planOf("- gate: { until: [{ nodesAt: v9.9.9 }], timeout: 90s }");
  const { execution, outputs } = startExecution(plan, 0);
  const commands = outputs.flatMap((output): Command[] =>
    output.kind === "command" ? [output.command] : [],
  );
  const { trace } = simulate(cluster, plan, {
    ...options,
    underWay: { execution, commands, now: 60_000, since: 0 },
  });
  const ended = trace.events.find(({ kind }) => kind === "step.ended");
  expect(ended).toMatchObject({ step: "plan/0", outcome: "failed", time: 30_000 });
});
