import { expect, test } from "vitest";
import type { Duration } from "../../../src/plan/assumptions.ts";
import { fixed } from "../../../src/plan/assumptions.ts";
import type { Step } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, nodes, statefulSet } from "../../support/objects.ts";
import { drainOf, findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

/** What the API server gives every pod that says nothing itself. */
const spec = {
  tolerations: ["not-ready", "unreachable"].map((name) => ({
    key: `node.kubernetes.io/${name}`,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: 300,
  })),
};

const cluster = clusterOf(
  nodes("node-1", "node-2", "node-3"),
  deployment("shop/web", ["node-1", "node-2"], { spec }),
  statefulSet("data/queue", ["node-1", "node-2"], { spec }),
);

const reboot = (duration: Duration): Step => ({
  kind: "reboot",
  name: "boot",
  nodes: { kind: "names", names: ["node-1"] },
  duration,
});

const lost = (...steps: readonly Step[]) => findingsOf(rehearse(cluster, planOf(steps)).verdict, "node-lost");

test("a machine that never comes back: its pods stay Terminating, and a StatefulSet's is not replaced", () => {
  const [finding, ...more] = lost(reboot({ kind: "never" }));
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    severity: "error",
    subject: "node-1",
    data: { node: "node-1", awaySeconds: null, stuck: ["shop/web-0", "data/queue-0"] },
  });
  expect(finding?.message).toMatch(
    /^does not come back: 2 of its pods are deleted 5m\d\ds after it went, .* stay Terminating$/,
  );
  expect(finding?.details.join(" ")).toMatch(/Ready Unknown after (4\d|5\d)/);
  expect(finding?.details).toContainEqual(expect.stringContaining("data/queue-0: a StatefulSet makes no"));
  expect(finding?.suggestions.map(({ commands }) => commands[0])).toEqual([
    "kubectl get node node-1 -w",
    "kubectl -n shop delete pod web-0 --grace-period=0 --force",
    "kubectl taint nodes node-1 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute",
    "kubectl delete node node-1",
  ]);
});

test("without a StatefulSet everything is made again elsewhere: a warning", () => {
  const only = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1", "node-2"], { spec }));
  const { verdict } = rehearse(only, planOf([reboot({ kind: "never" })]));
  expect(findingsOf(verdict, "node-lost")).toMatchObject([{ severity: "warning", subject: "node-1" }]);
});

test("back after a quarter of an hour: the pods were given up meanwhile, and end when it is back", () => {
  expect(lost(reboot(fixed(900_000)))).toMatchObject([
    {
      severity: "warning",
      message: expect.stringMatching(/^away for 15m00s: 2 of its pods are deleted 5m\d\ds after it went/),
      suggestions: [
        { commands: ["kubectl drain node-1 --delete-emptydir-data --ignore-daemonsets"], harm: 0 },
      ],
      data: { awaySeconds: 900, stuck: [] },
    },
  ]);
});

test("near misses: back in time, drained before, deleted", () => {
  expect(lost(reboot(fixed(240_000)))).toEqual([]);
  const drained = planOf([...drainOf(["node-1"]).steps, reboot({ kind: "never" })]);
  expect(findingsOf(rehearse(cluster, drained).verdict, "node-lost")).toEqual([]);
  const deletion: Step = {
    kind: "deleteNode",
    name: "away",
    nodes: { kind: "names", names: ["node-1"] },
    duration: fixed(0),
  };
  expect(lost(deletion, { kind: "wait", name: "pause", duration: fixed(900_000) })).toEqual([]);
});
