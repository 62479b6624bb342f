import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { podRequests } from "../../src/model/pod-resources.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { encodeTrace } from "../../src/trace/codec.ts";
import { judge } from "../../src/rules/judge.ts";
import { type Maintenance, maintenances } from "../support/maintenance-arbitraries.ts";
import { rehearse } from "../support/rehearse.ts";

const seeds = fc.integer({ min: 1, max: 1_000 });
const runs = { numRuns: 60 };

function rehearsalOf({ cluster, plan }: Maintenance, seed: number) {
  return rehearse(cluster, plan, { seed, luck: seed % 2 === 0 ? "sampled" : "median", horizon: 3_600_000 });
}

/** Pods by UID at each moment, as the events alone tell it. */
class Pods {
  readonly nodes = new Map<string, string>();
  readonly terminating = new Set<string>();
  readonly finished = new Set<string>();
  readonly ready = new Set<string>();

  constructor({ header: { cluster } }: Trace) {
    for (const pod of cluster.objects.Pod) {
      this.nodes.set(pod.uid, pod.nodeName);
      if (pod.status.conditions.some(({ type, status }) => type === "Ready" && status === "True"))
        this.ready.add(pod.uid);
    }
  }

  take(event: Trace["events"][number]): void {
    if (event.kind === "pod.created") this.nodes.set(event.pod, "");
    else if (event.kind === "pod.scheduled") this.nodes.set(event.pod, event.node);
    else if (event.kind === "pod.ready") this.ready.add(event.pod);
    else if (event.kind === "pod.unready") this.ready.delete(event.pod);
    else if (event.kind === "pod.terminating") this.terminating.add(event.pod);
    else if (event.kind === "pod.finished") {
      this.finished.add(event.pod);
      this.ready.delete(event.pod);
    } else if (event.kind === "pod.gone") {
      this.nodes.delete(event.pod);
      this.terminating.delete(event.pod);
    }
  }
}

describe("whatever is drained", () => {
  test.prop([maintenances, seeds], runs)(
    "the same inputs give the same trace, to the byte",
    (maintenance, seed) => {
      const lines = () => [...encodeTrace(rehearsalOf(maintenance, seed).trace)].join("");
      expect(lines()).toBe(lines());
    },
  );

  test.prop([maintenances, seeds], runs)("the verdict is a function of the trace", (maintenance, seed) => {
    const { trace, verdict } = rehearsalOf(maintenance, seed);
    expect(judge(trace)).toEqual(verdict);
  });

  test.prop([maintenances, seeds], runs)("pods are conserved", (maintenance, seed) => {
    const { trace, sim } = rehearsalOf(maintenance, seed);
    const pods = new Pods(trace);
    const born = new Set(pods.nodes.keys());
    for (const event of trace.events) {
      // Nothing happens to a pod before it is made, or after it is gone; nothing is made twice.
      if (event.kind === "pod.created") {
        expect(born.has(event.pod)).toBe(false);
        born.add(event.pod);
      } else if ("pod" in event && typeof event.pod === "string")
        expect(pods.nodes.has(event.pod)).toBe(true);
      pods.take(event);
    }
    expect(new Set([...sim.state.pods()].map(({ uid }) => uid))).toEqual(new Set(pods.nodes.keys()));
    // At the end each workload has the pods that it wants. A StatefulSet makes the next one once the last is Ready.
    const { Deployment, StatefulSet } = maintenance.cluster.objects;
    for (const { kind, name, replicas } of [...Deployment, ...StatefulSet]) {
      const own = [...sim.state.pods()].filter((pod) => pod.labels["app"] === name);
      const staying = own.filter(({ deletion }) => !deletion).length;
      expect(staying).toBeLessThanOrEqual(replicas);
      expect(own.length).toBeGreaterThanOrEqual(kind === "Deployment" ? replicas : Math.min(1, replicas));
    }
  });

  test.prop([maintenances, seeds], runs)("requests never exceed what is allocatable", (maintenance, seed) => {
    const { trace } = rehearsalOf(maintenance, seed);
    const pods = new Pods(trace);
    const { Deployment, StatefulSet, Pod, Node } = maintenance.cluster.objects;
    const workloads = new Map(
      [...Deployment, ...StatefulSet].map((each) => [
        `default/${each.kind}/${each.name}`,
        podRequests(each.template.spec)["cpu"] ?? 0,
      ]),
    );
    const cpu = new Map(Pod.map(({ uid, spec }) => [uid, podRequests(spec)["cpu"] ?? 0]));
    const allocatable = new Map(Node.map(({ name, allocatable: all }) => [name, all["cpu"] ?? 0]));
    for (const event of trace.events) {
      pods.take(event);
      if (event.kind === "pod.created") cpu.set(event.pod, workloads.get(event.workload)!);
      if (event.kind !== "pod.scheduled") continue;
      const used = [...pods.nodes]
        .filter(([uid, node]) => node === event.node && !pods.finished.has(uid))
        .reduce((sum, [uid]) => sum + cpu.get(uid)!, 0);
      expect(used).toBeLessThanOrEqual(allocatable.get(event.node)!);
    }
  });

  test.prop([maintenances, seeds], runs)(
    "an eviction of a Ready pod finds a disruption that is allowed, and takes it",
    (maintenance, seed) => {
      const { trace } = rehearsalOf(maintenance, seed);
      const pods = new Pods(trace);
      const allowed = new Map(
        Object.entries(trace.header.initial.budgets).map(([key, numbers]) => [key, numbers.allowed]),
      );
      for (const [index, event] of trace.events.entries()) {
        if (event.kind === "budget.changed") {
          expect(event.allowed).toBeGreaterThanOrEqual(0);
          allowed.set(event.budget, event.allowed);
        }
        if (event.kind === "eviction.allowed" && event.budget !== "" && pods.ready.has(event.pod)) {
          const before = allowed.get(event.budget)!;
          expect(before).toBeGreaterThan(0);
          const next = trace.events[index + 1]!;
          expect(next).toMatchObject({ kind: "budget.changed", budget: event.budget, allowed: before - 1 });
        }
        pods.take(event);
      }
    },
  );

  test.prop([maintenances, seeds], runs)("every event follows from an earlier one", (maintenance, seed) => {
    const { trace } = rehearsalOf(maintenance, seed);
    let time = 0;
    for (const [number, event] of trace.events.entries()) {
      expect(event.cause).toBeLessThan(number);
      expect(event.cause).toBeGreaterThanOrEqual(number === 0 ? -1 : 0);
      for (const hold of event.holds ?? []) expect(hold).toBeLessThan(number);
      expect(event.time).toBeGreaterThanOrEqual(time);
      time = event.time;
    }
    expect(trace.events.at(-1)!.kind).toBe("run.ended");
  });
});
