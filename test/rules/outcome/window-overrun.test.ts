import { expect, test } from "vitest";
import { planOf } from "../../support/live-run.ts";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { findingsOf, rehearse } from "../../support/rehearse.ts";

const objects = clusterOf(nodes("n1", "n2"), deployment("shop/web", ["n1"]));
const cluster = { ...objects, asOf: Date.parse("2026-06-01T20:00Z") };
const turns = (spec: string) =>
  planOf(
    `- rollout:
    nodes: [n1, n2]
    perNode:
      - drain: {}
      - uncordon: {}`,
    `  ${spec}
  assumptions: { default: { start: 40s } }
  defaults: { drain: { ignoreDaemonSets: true } }`,
  );

test("a node that is begun in time and takes longer than its window is left", () => {
  const plan = turns('window: { start: "20:00", duration: 10s, timeZone: UTC }');
  const { verdict } = rehearse(cluster, plan);
  expect(findingsOf(verdict, "window-overrun")).toMatchObject([
    {
      severity: "error",
      subject: "n1",
      message: expect.stringMatching(/^ends .* after its window, which closes at 2026-06-01 20:00 UTC$/),
      details: [expect.stringMatching(/^It takes .*: with cutoff: 1m it would wait for the next window\.$/)],
    },
  ]);
});

test("near miss: with room enough nothing ends too late", () => {
  const { verdict } = rehearse(cluster, turns('window: { start: "20:00", duration: 1h, cutoff: 5m }'));
  expect(findingsOf(verdict, "window-overrun")).toEqual([]);
  expect(findingsOf(verdict, "window-waits")).toEqual([]);
});

test("near miss: waits, gates and what opens a node may be outside", () => {
  const plan = planOf(
    "- uncordon: { nodes: [n1] }\n- wait: { duration: 5h }\n- gate: { until: [noPendingPods] }",
    '  window: { start: "03:00", duration: 10m }',
  );
  expect(findingsOf(rehearse(cluster, plan).verdict, "window-overrun")).toEqual([]);
});
