import { expect, test } from "vitest";
import { fixed } from "../../../src/plan/assumptions.ts";
import type { Step } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { drainOf, findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

const cluster = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1", "node-2", "node-2"]));

const reboot = (...names: readonly string[]): Step => ({
  kind: "reboot",
  name: "boot",
  nodes: { kind: "names", names },
  duration: fixed(30_000),
});

const patch: Step = {
  kind: "hook",
  name: "patch",
  command: ["apt-get", "upgrade"],
  duration: fixed(30_000),
  effect: "reboot",
  failureRate: 0,
  nodes: { kind: "names", names: ["node-1"] },
};

const found = (...steps: readonly Step[]) =>
  findingsOf(rehearse(cluster, planOf(steps)).verdict, "rebooted-undrained");

test("a reboot of a node with a pod: by its step, and by a hook that reboots", () => {
  for (const step of [reboot("node-1"), patch])
    expect(found(step)).toMatchObject([
      {
        severity: "warning",
        subject: "node-1",
        message:
          "restarts with 1 pod on it: no budget is asked, and it is away for 30 s without being made elsewhere",
        suggestions: [{ commands: ["kubectl drain node-1 --delete-emptydir-data --ignore-daemonsets"] }],
        data: { nodes: ["node-1"], pods: ["shop/web-0"] },
      },
    ]);
});

test("several nodes are one finding", () => {
  expect(found(reboot("node-1", "node-2"))).toMatchObject([
    {
      subject: "2 nodes",
      message: expect.stringMatching(/^node-1 and node-2 restart with 3 pods on them: /),
    },
  ]);
});

test("near misses: drained before, and a hook that does nothing to the node or restarts its kubelet alone", () => {
  expect(found(...drainOf(["node-1"]).steps, reboot("node-1"))).toEqual([]);
  expect(found({ ...patch, effect: "none" })).toEqual([]);
  expect(found({ ...patch, effect: "kubeletRestart" })).toEqual([]);
});
