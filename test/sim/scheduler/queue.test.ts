import { describe, expect, test } from "vitest";
import type { Pod } from "../../../src/model/pod.ts";
import { SchedulingQueue } from "../../../src/sim/scheduler/queue.ts";
import type { Scheduler } from "../../../src/sim/scheduler/scheduler.ts";
import { makeNode, makePod, taint } from "../../support/builders.ts";
import { makeScheduler } from "../../support/scheduler-bench.ts";

const full = makeNode("full", { allocatable: { cpu: 1_000, memory: 2 ** 30, pods: 10 } });
const big = (name: string, shape: Parameters<typeof makePod>[1] = {}) =>
  makePod(name, { spec: { requests: { cpu: 900 } }, ...shape });
const occupant = big("occupant", { nodeName: "full" });

/** A queue over a cluster whose only node has no room. */
function fullCluster(minor: number, epochMillis = 0): { scheduler: Scheduler; queue: SchedulingQueue } {
  const scheduler = makeScheduler({ minor, nodes: [full], pods: [occupant] });
  return { scheduler, queue: new SchedulingQueue(scheduler, { epochMillis }) };
}

/** Pops a pod, tries it in vain and puts it back. */
function fail({ scheduler, queue }: ReturnType<typeof fullCluster>, now: number): string | undefined {
  const queued = queue.pop(now);
  if (!queued) return undefined;
  const decision = scheduler.schedule(queued.pod, queued.uid, now);
  expect(decision.kind).toBe("unschedulable");
  queue.requeue(queued.uid, decision, now);
  return queued.pod.name;
}

const pops = (queue: SchedulingQueue, now: number) => {
  const names: string[] = [];
  for (let queued = queue.pop(now); queued; queued = queue.pop(now)) names.push(queued.pod.name);
  return names;
};

describe("order", () => {
  test("higher priority first, then who has waited longer, then who came first", () => {
    const { queue } = fullCluster(36);
    queue.add(makePod("late", { priority: 5 }), 200);
    queue.add(makePod("low"), 0);
    queue.add(makePod("early", { priority: 5 }), 100);
    queue.add(makePod("twin", { priority: 5 }), 100);
    queue.add(makePod("high", { priority: 9 }), 300);
    expect(pops(queue, 300)).toEqual(["high", "early", "twin", "late", "low"]);
  });

  test("a pod that asks for another scheduler is not ours", () => {
    const { queue } = fullCluster(36);
    expect(queue.add(makePod("p", { spec: { schedulerName: "mine" } }), 0)).toBe(false);
    expect(queue.pop(0)).toBeUndefined();
  });

  test("a pod that was deleted, or done, does not come again", () => {
    const { queue } = fullCluster(36);
    queue.add(makePod("a"), 0);
    queue.add(makePod("b"), 0);
    queue.delete("default/a");
    expect(pops(queue, 0)).toEqual(["b"]);
    queue.done("default/b");
    expect(queue.size).toBe(0);
  });
});

describe("back-off", () => {
  test.each([
    { minor: 31, waits: [1_000, 2_000, 4_000, 8_000, 10_000, 10_000] },
    { minor: 36, waits: [1_000, 2_000, 4_000, 8_000, 10_000, 10_000] },
  ])("grows to ten seconds in 1.$minor", ({ minor, waits }) => {
    const cluster = fullCluster(minor);
    const { queue } = cluster;
    // With another pod ready, nothing is taken out of back-off before its time.
    queue.add(makePod("busy", { priority: -1 }), 0);
    queue.add(big("p"), 0);
    let now = 0;
    for (const wait of waits) {
      expect(fail(cluster, now)).toBe("p");
      queue.assignedPodChanged({ before: occupant }, now);
      queue.advance(now + wait - 1);
      expect(queue.get("default/p")?.place).toBe("backoff");
      // Since 1.33 back-offs end with the second after the one that they end in.
      now += minor < 33 ? wait : wait + 1_000;
      queue.advance(now);
      expect(queue.get("default/p")?.place).toBe("active");
    }
  });

  test("is looked at each second of the wall clock", () => {
    const cluster = fullCluster(31, 400);
    cluster.queue.add(big("p"), 0);
    fail(cluster, 100);
    cluster.queue.assignedPodChanged({ before: occupant }, 100);
    // Until 1.1 s; the second that is full next is 1.6 s in virtual time.
    expect(cluster.queue.nextWakeAt(100)).toBe(1_600);
    expect(cluster.queue.pop(1_599)).toBeUndefined();
    expect(cluster.queue.pop(1_600)?.pod.name).toBe("p");
  });

  test.each([
    { minor: 32, now: undefined },
    { minor: 33, now: "p" },
  ])("an idle scheduler of 1.$minor does not wait for its end: $now", ({ minor, now }) => {
    const cluster = fullCluster(minor);
    cluster.queue.add(big("p"), 0);
    fail(cluster, 0);
    cluster.queue.assignedPodChanged({ before: occupant }, 10);
    expect(cluster.queue.pop(20)?.pod.name).toBe(now);
  });

  test("after an error is waited for in any case, and counts by itself", () => {
    const { queue } = fullCluster(36);
    queue.add(makePod("p"), 0);
    queue.pop(0);
    queue.requeue("default/p", { kind: "error", message: "broken" }, 0);
    expect(queue.get("default/p")?.place).toBe("error-backoff");
    expect(queue.pop(500)).toBeUndefined();
    expect(queue.nextWakeAt(500)).toBe(2_000);
    expect(queue.pop(2_000)?.attempts).toBe(2);
  });

  test("over by the time that an event comes, it is not waited for", () => {
    const cluster = fullCluster(31);
    cluster.queue.add(big("p"), 0);
    fail(cluster, 0);
    cluster.queue.assignedPodChanged({ before: occupant }, 1_001);
    expect(cluster.queue.get("default/p")?.place).toBe("active");
  });
});

describe("pods without an event that helps", () => {
  test("come again after five minutes, at a check each 30 seconds", () => {
    const cluster = fullCluster(36);
    cluster.queue.add(big("p"), 0);
    fail(cluster, 5_000);
    expect(cluster.queue.nextWakeAt(5_000)).toBe(330_000);
    expect(cluster.queue.pop(329_999)).toBeUndefined();
    expect(cluster.queue.pop(330_000)?.pod.name).toBe("p");
  });

  test("exactly five minutes are not more than five", () => {
    const cluster = fullCluster(36);
    cluster.queue.add(big("p"), 0);
    fail(cluster, 0);
    expect(cluster.queue.nextWakeAt(0)).toBe(330_000);
  });

  test("wait for ever when they are gated", () => {
    const { queue } = fullCluster(36);
    queue.add(makePod("p", { spec: { schedulingGates: ["wait"] } }), 0);
    expect(queue.get("default/p")).toMatchObject({ place: "unschedulable", gatedBy: "SchedulingGates" });
    expect(queue.nextWakeAt(0)).toBeUndefined();
    expect(queue.pop(1_000_000)).toBeUndefined();
  });
});

describe("a pod that waits is changed", () => {
  test.each([{ minor: 31 }, { minor: 36 }])(
    "its gates are gone: it is tried at once (1.$minor)",
    ({ minor }) => {
      const { queue } = fullCluster(minor);
      const before = makePod("p", { spec: { schedulingGates: ["wait"] } });
      queue.add(before, 0);
      queue.update(before, { ...before, spec: { ...before.spec, schedulingGates: [] } }, 50);
      expect(queue.pop(50)?.pod.name).toBe("p");
    },
  );

  test.each([
    { minor: 31, name: "labels", change: (pod: Pod) => ({ ...pod, labels: { a: "b" } }), place: "active" },
    {
      minor: 36,
      name: "labels",
      change: (pod: Pod) => ({ ...pod, labels: { a: "b" } }),
      place: "unschedulable",
    },
    {
      minor: 36,
      name: "requests",
      change: (pod: Pod) => ({ ...pod, spec: big("x", { spec: { requests: { cpu: 50 } } }).spec }),
      place: "active",
    },
    {
      minor: 36,
      name: "status",
      change: (pod: Pod) => ({ ...pod, status: { ...pod.status, reason: "x" } }),
      place: "unschedulable",
    },
  ])("1.$minor, its $name: $place", ({ minor, change, place }) => {
    const cluster = fullCluster(minor);
    const pod = big("p");
    cluster.queue.add(pod, 0);
    fail(cluster, 0);
    const after = change(pod);
    cluster.queue.update(pod, after, 60_000);
    expect(cluster.queue.get(pod.uid)).toMatchObject({ place, pod: after });
  });
});

describe("in flight", () => {
  test.each([{ minor: 31 }, { minor: 36 }])("an event that helps is not lost (1.$minor)", ({ minor }) => {
    const { queue, scheduler } = fullCluster(minor);
    queue.add(big("p"), 0);
    const queued = queue.pop(0)!;
    const decision = scheduler.schedule(queued.pod, "p", 0);
    queue.assignedPodChanged({ before: occupant }, 1);
    queue.requeue(queued.uid, decision, 2);
    expect(queue.get(queued.uid)?.place).toBe("backoff");
  });

  test("an event that does not help is", () => {
    const { queue, scheduler } = fullCluster(36);
    queue.add(big("p"), 0);
    const queued = queue.pop(0)!;
    const decision = scheduler.schedule(queued.pod, "p", 0);
    queue.nodeChanged({ after: makeNode("small", { allocatable: { cpu: 10, memory: 1, pods: 1 } }) }, 1);
    queue.requeue(queued.uid, decision, 2);
    expect(queue.get(queued.uid)?.place).toBe("unschedulable");
  });

  test("what was before the pod was taken out does not count", () => {
    const { queue, scheduler } = fullCluster(36);
    queue.add(makePod("other", { priority: 1 }), 0);
    queue.add(big("p"), 0);
    queue.pop(0);
    queue.assignedPodChanged({ before: occupant }, 1);
    const queued = queue.pop(2)!;
    queue.requeue(queued.uid, scheduler.schedule(queued.pod, "p", 2), 2);
    expect(queue.get(queued.uid)?.place).toBe("unschedulable");
  });

  test("a pod that is deleted meanwhile does not come back", () => {
    const { queue, scheduler } = fullCluster(36);
    queue.add(big("p"), 0);
    const queued = queue.pop(0)!;
    queue.delete(queued.uid);
    queue.requeue(queued.uid, scheduler.schedule(queued.pod, "p", 0), 0);
    expect(queue.size).toBe(0);
  });
});

describe("before queueing hints", () => {
  const update = (change: object) => ({ before: full, after: { ...full, ...change } });

  test.each([
    {
      name: "gets room",
      change: { allocatable: { cpu: 2_000, memory: 2 ** 30, pods: 10 } },
      place: "active",
    },
    { name: "stays full", change: { labels: { a: "b" } }, place: "unschedulable" },
    {
      name: "gets room and a taint",
      change: { allocatable: { cpu: 2_000, memory: 2 ** 30, pods: 10 }, taints: [taint("gpu")] },
      place: "unschedulable",
    },
  ])("a pod is woken only if it could run on the node that changed: it $name", ({ change, place }) => {
    const cluster = fullCluster(31);
    cluster.queue.add(big("p"), 0);
    fail(cluster, 0);
    const { before, after } = update(change);
    cluster.scheduler.cache.updateNode(after);
    cluster.queue.nodeChanged({ before, after }, 60_000);
    expect(cluster.queue.get("default/p")?.place).toBe(place);
  });

  test("a pod that comes to a node wakes those that want to be near it", () => {
    const cluster = fullCluster(31);
    cluster.queue.add(big("p"), 0);
    fail(cluster, 0);
    cluster.queue.assignedPodChanged({ after: makePod("new", { nodeName: "full" }) }, 60_000);
    expect(cluster.queue.get("default/p")?.place).toBe("unschedulable");
  });
});

test("activate and a nomination that ends concern the pods that they name", () => {
  const cluster = fullCluster(36);
  cluster.queue.add(big("low"), 0);
  cluster.queue.add(big("high", { priority: 9, preemptionPolicy: "Never" }), 0);
  fail(cluster, 0);
  fail(cluster, 0);
  const nominated = big("nominated", { priority: 5, status: { nominatedNodeName: "full" } });
  cluster.queue.notify({ resource: "Pod", action: "Delete", before: nominated }, 60_000, nominated.priority);
  expect(cluster.queue.get("default/low")?.place).toBe("active");
  expect(cluster.queue.get("default/high")?.place).toBe("unschedulable");
  cluster.queue.activate(["default/high"]);
  expect(pops(cluster.queue, 60_000)).toEqual(["high", "low"]);
});

test("a preemptor is nominated in the scheduler's picture until its status says so", () => {
  const scheduler = makeScheduler({ nodes: [full], pods: [occupant] });
  const queue = new SchedulingQueue(scheduler);
  const pod = big("p", { priority: 10 });
  queue.add(pod, 0);
  queue.pop(0);
  const decision = scheduler.schedule(pod, "p", 0);
  expect(decision).toMatchObject({ kind: "unschedulable", postFilter: { nomination: { nodeName: "full" } } });
  queue.requeue(pod.uid, decision, 0);
  expect(scheduler.cache.nominator.nodeOf(pod.uid)).toBe("full");
  queue.update(pod, { ...pod, labels: { a: "b" } }, 1);
  expect(scheduler.cache.nominator.nodeOf(pod.uid)).toBe("full");
  const cleared = { ...pod, status: { ...pod.status, nominatedNodeName: "" } };
  queue.update({ ...pod, status: { ...pod.status, nominatedNodeName: "full" } }, cleared, 2);
  expect(scheduler.cache.nominator.nodeOf(pod.uid)).toBe("");
});
