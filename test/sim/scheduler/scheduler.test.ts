import { describe, expect, test } from "vitest";
import type { Pod } from "../../../src/model/pod.ts";
import { numFeasibleNodesToFind } from "../../../src/sim/scheduler/evaluation.ts";
import type { Decision } from "../../../src/sim/scheduler/scheduler.ts";
import {
  makeClaim,
  makeNode,
  makePod,
  makeStorageClass,
  makeVolume,
  nodeTerm,
  taint,
} from "../../support/builders.ts";
import { FirstChooser, makeScheduler } from "../../support/scheduler-bench.ts";

const numbered = (count: number, shape: Parameters<typeof makeNode>[1] = {}) =>
  Array.from({ length: count }, (_, index) => makeNode(`n${String(index).padStart(4, "0")}`, shape));

function messageOf(decision: Decision): string {
  if (decision.kind !== "unschedulable") throw new Error(decision.kind);
  return decision.message();
}

describe("how many feasible nodes are enough", () => {
  test.each([
    { percentage: 0, nodes: 50, expected: 50 },
    { percentage: 0, nodes: 99, expected: 99 },
    { percentage: 0, nodes: 100, expected: 100 },
    { percentage: 0, nodes: 1_000, expected: 420 },
    { percentage: 0, nodes: 5_000, expected: 500 },
    { percentage: 0, nodes: 6_000, expected: 300 },
    { percentage: 10, nodes: 500, expected: 100 },
    { percentage: 40, nodes: 500, expected: 200 },
    { percentage: 100, nodes: 5_000, expected: 5_000 },
  ])("$percentage % of $nodes: $expected", ({ percentage, nodes, expected }) => {
    expect(numFeasibleNodesToFind(percentage, nodes, true)).toBe(expected);
  });

  test("one, if nothing scores", () => {
    expect(numFeasibleNodesToFind(0, 1_000, false)).toBe(1);
  });

  test("the next search begins where the last one ended", () => {
    const scheduler = makeScheduler({ nodes: numbered(250), percentageOfNodesToScore: 40 });
    const places = Array.from({ length: 4 }, (_, index) => {
      const decision = scheduler.schedule(makePod(`p${index}`), "p", 0);
      if (decision.kind !== "scheduled") throw new Error(decision.kind);
      expect([decision.feasibleNodes, decision.evaluatedNodes]).toEqual([100, 100]);
      return decision.nodeName;
    });
    // 0–99, 100–199, then 200–249 and 0–49 (of which the first in the cluster's order is taken), then 50–149.
    expect(places).toEqual(["n0000", "n0100", "n0000", "n0050"]);
  });

  test("refused nodes are looked at on the way", () => {
    const closed = numbered(300, { unschedulable: true });
    const nodes = numbered(300).map((node, index) => (index % 3 === 0 ? closed[index]! : node));
    const scheduler = makeScheduler({ nodes, percentageOfNodesToScore: 34 });
    expect(scheduler.schedule(makePod("p"), "p", 0)).toMatchObject({
      feasibleNodes: 102,
      evaluatedNodes: 153,
    });
  });
});

describe("choice", () => {
  test("ties are put to the chooser under the label that was given", () => {
    const chooser = new FirstChooser();
    const scheduler = makeScheduler({ nodes: numbered(3), chooser });
    expect(scheduler.schedule(makePod("p"), "shop/ReplicaSet/web 4", 0)).toMatchObject({ nodeName: "n0000" });
    expect(chooser.asked).toEqual(["shop/ReplicaSet/web 4 of 3"]);
  });

  test("a single feasible node is taken as it is", () => {
    const chooser = new FirstChooser();
    const pod = makePod("p", {
      spec: { affinity: { preferredNodes: [{ weight: 1, term: nodeTerm("not a key!", "x") }] } },
    });
    const nodes = [makeNode("a", { unschedulable: true }), makeNode("b")];
    expect(makeScheduler({ nodes, chooser }).schedule(pod, "p", 0)).toMatchObject({
      nodeName: "b",
      feasibleNodes: 1,
      evaluatedNodes: 2,
    });
    expect(chooser.asked).toEqual([]);
  });

  test("the node that a pod is nominated for is tried first, and left if it does not fit", () => {
    const pod = (nominatedNodeName: string) =>
      makePod("p", { status: { nominatedNodeName }, spec: { requests: { cpu: 500 } } });
    const nodes = [makeNode("empty"), makeNode("used"), makeNode("tainted", { taints: [taint("gpu")] })];
    const pods = [makePod("old", { nodeName: "used", spec: { requests: { cpu: 2_000 } } })];
    const scheduler = makeScheduler({ nodes, pods });
    expect(scheduler.schedule(pod("used"), "p", 0)).toMatchObject({ nodeName: "used", feasibleNodes: 1 });
    expect(scheduler.schedule(pod("tainted"), "p", 0)).toMatchObject({
      nodeName: "empty",
      feasibleNodes: 2,
      evaluatedNodes: 3,
    });
    expect(scheduler.schedule(pod("gone"), "p", 0)).toMatchObject({ nodeName: "empty" });
  });

  test("room is kept for nominated pods of the same or a higher priority", () => {
    const nodes = [makeNode("a", { allocatable: { cpu: 1_000, memory: 2 ** 30, pods: 10 } })];
    const scheduler = makeScheduler({ nodes });
    const pod = (name: string, priority: number): Pod =>
      makePod(name, { priority, spec: { requests: { cpu: 600 } } });
    scheduler.cache.nominate(pod("first", 5), "a");
    expect(scheduler.schedule(pod("p", 5), "p", 0).kind).toBe("unschedulable");
    expect(scheduler.schedule(pod("p", 6), "p", 0).kind).toBe("scheduled");
    expect(scheduler.schedule(pod("first", 5), "p", 0).kind).toBe("scheduled");
  });

  test("what is to be bound and provisioned is told with the node", () => {
    const objects = {
      StorageClass: [makeStorageClass("late")],
      PersistentVolume: [makeVolume("disk", { storageClassName: "late" })],
      PersistentVolumeClaim: [
        makeClaim("first", { storageClassName: "late" }),
        makeClaim("second", { storageClassName: "late" }),
      ],
    };
    const volumes = ["first", "second"].map((claimName) => ({
      type: "persistentVolumeClaim" as const,
      name: claimName,
      claimName,
      readOnly: false,
    }));
    const decision = makeScheduler({ nodes: numbered(2), objects }).schedule(
      makePod("p", { spec: { volumes } }),
      "p",
      0,
    );
    if (decision.kind !== "scheduled") throw new Error(decision.kind);
    expect(decision.volumes.bindings.map(({ claim, volume }) => [claim.name, volume.name])).toEqual([
      ["first", "disk"],
    ]);
    expect(decision.volumes.provisions.map(({ name }) => name)).toEqual(["second"]);
  });
});

describe("what is said of a pod that fits nowhere", () => {
  const nodes = [
    ...numbered(11, { unschedulable: true }),
    makeNode("small", { allocatable: { cpu: 100, memory: 2 ** 20, pods: 1 } }),
    makeNode("tainted", { taints: [taint("gpu")] }),
  ];
  const pod = makePod("p", { spec: { requests: { cpu: 500, memory: 2 ** 30 } } });

  test("reasons are counted, and sorted as text", () => {
    expect(messageOf(makeScheduler({ nodes }).schedule(pod, "p", 0))).toBe(
      "0/13 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 node(s) had untolerated taint(s), 11 node(s) were unschedulable. no new claims to deallocate, preemption: 0/13 nodes are available: 13 Preemption is not helpful for scheduling.",
    );
  });

  test("a pod that PreFilter rejects has one reason", () => {
    const volumes = [
      { type: "persistentVolumeClaim" as const, name: "v", claimName: "gone", readOnly: false },
    ];
    const rejected = makePod("p", { spec: { volumes } });
    const message = (minor: number) =>
      messageOf(makeScheduler({ minor, nodes: numbered(3) }).schedule(rejected, "p", 0));
    expect(message(25)).toBe(
      '0/3 nodes are available: 3 persistentvolumeclaim "gone" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    );
    expect(message(30)).toBe(
      '0/3 nodes are available: persistentvolumeclaim "gone" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    );
    expect(message(36)).toBe('0/3 nodes are available: persistentvolumeclaim "gone" not found. not found');
  });

  test("a cluster without nodes", () => {
    expect(messageOf(makeScheduler().schedule(pod, "p", 0))).toBe("no nodes available to schedule pods");
  });

  test("the text is that of the moment of the decision, whatever changes then", () => {
    const scheduler = makeScheduler({ nodes });
    const decision = scheduler.schedule(pod, "p", 0);
    const before = messageOf(scheduler.schedule(pod, "p", 0));
    for (const node of numbered(11)) scheduler.cache.updateNode(node);
    scheduler.cache.removeNode("small");
    expect(scheduler.schedule(pod, "p", 0).kind).toBe("scheduled");
    expect(messageOf(decision)).toBe(before);
  });
});
