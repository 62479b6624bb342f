import { expect, test } from "vitest";
import { fixed } from "../../../src/plan/assumptions.ts";
import type { HookEffect, Step } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, node, nodes } from "../../support/objects.ts";
import { findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

const gpu = {
  ...node("node-1", { labels: { pool: "gpu" } }),
  spec: { unschedulable: true, taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }] },
};
const cluster = clusterOf(gpu, nodes("node-2"), deployment("shop/web", ["node-2"]));
const current = { kind: "current" } as const;

const deletion = (machine?: "stays"): Step => ({
  kind: "deleteNode",
  name: "delete",
  nodes: current,
  duration: fixed(0),
  ...(machine ? { machine } : {}),
});

const hook = (effect: HookEffect): Step => ({
  kind: "hook",
  name: "patch",
  command: ["systemctl", "restart", "kubelet"],
  duration: fixed(60_000),
  effect,
  failureRate: 0,
  nodes: current,
});

const turn = (...perNode: readonly Step[]) =>
  planOf([
    {
      kind: "rollout",
      name: "all",
      selector: [],
      nodes: ["node-1"],
      order: "listed",
      canary: { count: 0, soak: 0 },
      maxParallel: 1,
      maxErrors: 0,
      soak: 0,
      perNode,
      afterBatch: [],
    },
  ]);

const found = (...steps: readonly Step[]) =>
  findingsOf(rehearse(cluster, turn(...steps)).verdict, "comes-back-bare");

test("a kubelet that restarts registers its node again, without what was put on it, and open", () => {
  for (const effect of ["kubeletRestart", "reboot"] as const) {
    const { sim, verdict } = rehearse(cluster, turn(deletion("stays"), hook(effect)));
    expect(findingsOf(verdict, "comes-back-bare")).toMatchObject([
      {
        severity: "warning",
        subject: "node-1",
        suggestions: [
          {
            commands: [
              expect.stringMatching(/^kubectl label node node-1 .*pool=gpu/),
              "kubectl taint nodes node-1 gpu=yes:NoSchedule",
              "kubectl cordon node-1",
            ],
          },
        ],
        data: { isBack: true, taints: ["gpu=yes:NoSchedule"] },
      },
    ]);
    const again = sim.state.node("node-1");
    expect(again).toMatchObject({ unschedulable: false, taints: [] });
    expect(again?.labels).toEqual({ "kubernetes.io/hostname": "node-1" });
    expect(again?.conditions).toContainEqual(expect.objectContaining({ type: "Ready", status: "True" }));
  }
});

test("one that is not restarted stays away, and comes back some day", () => {
  const { sim, verdict } = rehearse(cluster, turn(deletion("stays"), hook("none")));
  expect(findingsOf(verdict, "comes-back-bare")).toMatchObject([
    {
      subject: "node-1",
      message: expect.stringContaining("runs on without a Node object"),
      data: { isBack: false },
    },
  ]);
  expect(sim.state.node("node-1")).toBeUndefined();
});

test("near misses: its machine goes with it, and a restart without a deletion", () => {
  expect(found(deletion())).toEqual([]);
  expect(found(hook("kubeletRestart"))).toEqual([]);
});

test("a machine that went does not come back by a reboot", () => {
  const { trace } = rehearse(cluster, turn(deletion(), hook("reboot")));
  const reasons = trace.events.flatMap((event) =>
    event.kind === "step.ended" && event.outcome === "failed" ? [event.reason] : [],
  );
  expect(reasons[0]).toContain("node-1");
});
