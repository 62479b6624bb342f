import { expect, test } from "vitest";
import type { Plan } from "../../src/plan/plan.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { simulate } from "../../src/sim/simulate.ts";
import { planOf } from "../support/live-run.ts";
import { clusterOf, deployment, nodes } from "../support/objects.ts";

/** Windows and freezes: what is begun when, in virtual time. */

const hour = 3_600_000;

function at(moment: string): Cluster {
  const cluster = clusterOf(nodes("n1", "n2", "n3"), deployment("shop/web", ["n1", "n2"]));
  return { ...cluster, asOf: Date.parse(moment) };
}

function rehearsed(moment: string, steps: string, spec: string) {
  const plan: Plan = planOf(steps, `  ${spec}`);
  const { trace } = simulate(at(moment), plan, {
    seed: 1,
    luck: "median",
    horizon: 40 * 24 * hour,
    version: "0",
    factsAsOf: "2026-11-21",
  });
  const start = Date.parse(moment);
  /** When steps began, as UTC says it, to the minute. */
  const begun = trace.events.flatMap((event) =>
    event.kind === "step.started"
      ? [`${event.step} ${new Date(start + event.time).toISOString().slice(5, 16)}`]
      : [],
  );
  const ended = trace.events.flatMap((event) =>
    event.kind === "step.ended"
      ? [`${event.outcome} ${event.step}${event.reason === "" ? "" : ` ${event.reason}`}`]
      : [],
  );
  const waits = trace.events.flatMap((event) =>
    event.kind === "client.note" && event.note.kind === "windowAwaited" ? [event.note] : [],
  );
  return { begun, ended, waits, trace };
}

const rollout = `- rollout:
    nodes: [n1, n2, n3]
    perNode:
      - drain: { ignoreDaemonSets: true }
      - reboot: { duration: 2h }
      - uncordon: {}`;
const nights = 'window: { start: "22:00", duration: 6h, timeZone: UTC }';

test("a node whose work would not end in its window waits for the next, and what is begun is finished", () => {
  const { begun, ended, waits } = rehearsed("2026-06-01T21:00Z", rollout, nights);
  expect(begun.filter((text) => text.includes("/0/n") && text.includes("/0 "))).toEqual([
    "plan/0/n1/0 06-01T22:00",
    "plan/0/n2/0 06-02T00:00",
    "plan/0/n3/0 06-02T22:00",
  ]);
  expect(ended.at(-1)).toBe("done plan/0");
  expect(waits.map(({ node, at: text }) => `${node} ${text}`)).toEqual([
    "n1 2026-06-01 22:00 UTC",
    "n3 2026-06-02 22:00 UTC",
  ]);
});

test("near miss: with a window that is a little longer all nodes have room", () => {
  const { waits, ended } = rehearsed("2026-06-01T22:00Z", rollout, nights.replace("6h", "6h30m"));
  expect(waits).toEqual([]);
  expect(ended.at(-1)).toBe("done plan/0");
});

test("a cutoff keeps room for what nobody has written down", () => {
  const steps = rollout.replace("2h", "1m");
  const { begun } = rehearsed("2026-06-02T03:20Z", steps, `${nights.slice(0, -2)}, cutoff: 30m }`);
  expect(begun.find((text) => text.includes("/n1/0 "))).toBe("plan/0/n1/0 06-02T03:20");
  const late = rehearsed("2026-06-02T03:31Z", steps, `${nights.slice(0, -2)}, cutoff: 30m }`);
  expect(late.begun.find((text) => text.includes("/n1/0 "))).toBe("plan/0/n1/0 06-02T22:00");
});

test("waiting counts against no time-out, neither the step's own nor one around it", () => {
  const steps = `- wait: { duration: 1m }
- sequence:
    timeout: 3h
    steps:
      - drain: { nodes: [n1], ignoreDaemonSets: true }
      - reboot: { nodes: [n1], duration: 2h, timeout: 150m }
      - uncordon: { nodes: [n1] }`;
  const { ended, begun } = rehearsed("2026-06-01T12:00Z", steps, nights);
  expect(begun).toContain("plan/1/0 06-01T22:00");
  expect(ended.at(-1)).toBe("done plan/1");
  const short = rehearsed("2026-06-01T12:00Z", steps.replace("timeout: 3h", "timeout: 90m"), nights);
  expect(short.ended.at(-1)).toBe("failed plan/1 timed out after 1h30m");
  const outage = short.trace.events.findLast((event) => event.kind === "step.ended");
  expect((outage?.time ?? 0) / hour).toBeCloseTo(11.5, 1);
});

test("one drain of several nodes begins none of them outside, though it has closed them all", () => {
  const { waits, begun, trace } = rehearsed(
    "2026-06-01T22:00Z",
    "- drain: { nodes: [n1, n2], ignoreDaemonSets: true, timeout: 10m }\n- uncordon: { nodes: [n1, n2] }",
    'window: { start: "22:00", duration: 5m, cutoff: 4m30s }',
  );
  expect(begun[0]).toBe("plan/0 06-01T22:00");
  expect(waits.map(({ node }) => node)).toEqual([]);
  const slow = rehearsed(
    "2026-06-01T22:00Z",
    "- drain: { nodes: [n1, n2], ignoreDaemonSets: true }\n- uncordon: { nodes: [n1, n2] }",
    'window: { start: "22:00", duration: 5m, cutoff: 4m58s }\n  assumptions: { default: { termination: 20s, start: 90s } }',
  );
  expect(trace.events.at(-1)).toMatchObject({ outcome: "finished" });
  expect(slow.ended.at(-1)).toBe("done plan/1");
});

test("steps about no node wait for themselves; waits, gates and approvals do not", () => {
  const steps = `- approve: { assume: 5m }
- wait: { duration: 1h }
- scale: { workload: shop/Deployment/web, by: 1, revert: true }
- wait: { duration: 8h }
- patch: { object: shop/Deployment/web, set: { minReadySeconds: 5 } }`;
  const { begun } = rehearsed("2026-06-01T20:00Z", steps, nights);
  expect(begun).toEqual([
    "plan/0 06-01T20:00",
    "plan/1 06-01T20:05",
    "plan/2 06-01T22:00",
    "plan/3 06-01T22:00",
    "plan/4 06-02T22:00",
    // What undoes is held up by nothing.
    "revert/0 06-02T22:00",
  ]);
});

test("a freeze closes what the window opens, by the clocks of its own zone", () => {
  const freeze = `${nights}\n  freezes: [{ from: "2026-06-01", to: "2026-06-03", timeZone: America/New_York }]`;
  const { begun } = rehearsed("2026-06-01T21:00Z", "- cordon: { nodes: [n1] }", freeze);
  // The third ends in New York at 04:00 UTC of the fourth, when the window of that night has just closed.
  expect(begun).toEqual(["plan/0 06-04T22:00"]);
  const alone = rehearsed("2026-06-01T21:00Z", "- cordon: { nodes: [n1] }", freeze.split("\n  ")[1]!);
  expect(alone.begun).toEqual(["plan/0 06-04T04:00"]);
});

test("where no window is long enough, or none comes any more, the step fails and says so", () => {
  const long = rehearsed("2026-06-01T21:00Z", rollout.replace("2h", "7h"), nights);
  expect(long.ended.at(-1)).toContain("no window comes within a year that is long enough for it");
  const past = rehearsed(
    "2026-06-01T21:00Z",
    "- cordon: { nodes: [n1], onFailure: continue }\n- wait: { duration: 1m }",
    'window: { start: "2026-05-01T22:00", duration: 6h }',
  );
  expect(past.ended).toEqual([expect.stringContaining("failed plan/0"), "done plan/1"]);
});
