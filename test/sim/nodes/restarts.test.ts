import { expect, test } from "vitest";
import { fixed } from "../../../src/plan/assumptions.ts";
import type { HookEffect, Step } from "../../../src/plan/plan.ts";
import type { TraceEvent } from "../../../src/trace/event.ts";
import { clusterOf, deployment, nodes, service } from "../../support/objects.ts";
import { planOf, rehearse } from "../../support/rehearse.ts";

/** What a restart of a machine, and one of its kubelet alone, does to a node and to the pods that are on it. */

const cluster = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1"]), service("shop/web"));

const hook = (effect: HookEffect, failureRate = 0): Step => ({
  kind: "hook",
  name: "patch",
  command: ["/usr/local/bin/patch"],
  duration: fixed(60_000),
  effect,
  failureRate,
  nodes: { kind: "names", names: ["node-1"] },
});

function eventsOf(step: Step): string[] {
  const { trace } = rehearse(cluster, planOf([step]));
  return trace.events.filter((event) => /^(node|pod|service)\./.test(event.kind)).map(inWords);
}

/** `node.ready node-1 False at 60 s` */
function inWords(event: TraceEvent): string {
  const status = event.kind === "node.ready" ? ` ${event.status}` : "";
  return `${event.kind}${status} at ${Math.round(event.time / 1_000)} s`;
}

test("a kubelet's restart leaves the pods running, and the node is not Ready for a moment", () => {
  expect(eventsOf(hook("kubeletRestart"))).toEqual(["node.ready False at 60 s", "node.ready True at 65 s"]);
});

test("a hook that reboots ends the pods' processes, and they start again in place", () => {
  const events = eventsOf(hook("reboot"));
  expect(events.filter((event) => event.startsWith("node."))).toEqual([
    "node.down at 0 s",
    "node.ready Unknown at 50 s",
    "node.tainted at 50 s",
    "node.tainted at 50 s",
    "node.up at 60 s",
    "node.ready True at 65 s",
    "node.untainted at 65 s",
    "node.untainted at 65 s",
  ]);
  expect(events.some((event) => event.startsWith("pod.running"))).toBe(true);
});

test("a hook without effect does nothing to the node", () => {
  expect(eventsOf(hook("none"))).toEqual([]);
});

test("a hook that fails does not do what it is for", () => {
  const options = { luck: "sampled" } as const;
  const { trace } = rehearse(cluster, planOf([hook("reboot", 1)]), options);
  expect(trace.events.some(({ kind }) => kind === "node.down")).toBe(false);
  expect(trace.events.flatMap((event) => (event.kind === "step.ended" ? [event.outcome] : []))).toContain(
    "failed",
  );
});
