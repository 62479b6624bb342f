import { expect, test } from "vitest";
import { fixed } from "../../src/plan/assumptions.ts";
import type { Step } from "../../src/plan/plan.ts";
import { movesOf } from "../../src/trace/timelines.ts";
import { clusterOf, deployment, nodes, object, ownerRef, pod } from "../support/objects.ts";
import { drainOf, rehearse } from "../support/rehearse.ts";

const named = { kind: "names", names: ["n1"] } as const;
const deletion: Step = { kind: "deleteNode", name: "away", nodes: named, duration: fixed(30_000) };
const pause: Step = { kind: "wait", name: "pause", duration: fixed(300_000) };

const agents = [
  object("apps/v1", "DaemonSet", "infra/agent", {
    spec: {
      selector: { matchLabels: { app: "agent" } },
      template: {
        metadata: { labels: { app: "agent" } },
        spec: { containers: [{ name: "main", image: "main" }] },
      },
    },
  }),
  ...["n1", "n2"].map((node) =>
    pod(`infra/agent-${node}`, node, {
      labels: { app: "agent" },
      owner: ownerRef("apps/v1", "DaemonSet", "infra/agent"),
    }),
  ),
];

const cluster = clusterOf(nodes("n1", "n2"), deployment("shop/web", ["n1", "n2"]), agents);

function ran(...steps: readonly Step[]) {
  return rehearse(cluster, { ...drainOf(["n1"]), steps });
}

test("a deleted node takes its machine with it, and neither comes back", () => {
  const { trace } = ran(deletion, pause);
  const about = trace.events.flatMap((event) =>
    event.kind === "node.removed" || event.kind === "node.down" || event.kind === "node.up"
      ? [{ kind: event.kind, node: event.node, time: event.time }]
      : [],
  );
  expect(about).toEqual([
    { kind: "node.removed", node: "n1", time: expect.any(Number) },
    { kind: "node.down", node: "n1", time: about[0]!.time + 30_000 },
  ]);
});

test("pods that were left there are collected and made again elsewhere; a DaemonSet's pod belongs to its node", () => {
  const { sim, trace } = ran(deletion, pause);
  expect(movesOf(trace).map(({ workload, by, replacement }) => [workload, by, replacement?.node])).toEqual([
    ["shop/Deployment/web", "pod-gc", "n2"],
  ]);
  expect([...sim.state.pods()].filter(({ nodeName }) => nodeName === "n1")).toEqual([]);
});

test("what is about the node afterwards fails, and says that there is none", () => {
  const again: Step = { kind: "uncordon", name: "back", nodes: named };
  const { trace } = ran(deletion, again);
  const ends = trace.events.flatMap((event) =>
    event.kind === "step.ended" && event.outcome === "failed" ? [event.reason] : [],
  );
  expect(ends).toEqual(["there is no node n1"]);
});
