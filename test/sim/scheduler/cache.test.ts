import { describe, expect, test } from "vitest";
import { schedulerBehaviour } from "../../../src/facts/scheduler.ts";
import { SchedulerCache } from "../../../src/sim/scheduler/cache.ts";
import { ChangeLog } from "../../../src/sim/scheduler/change-log.ts";
import { listersOf } from "../../support/static-listers.ts";
import { GiB, image, makeNode, makeObjects, makePod } from "../../support/builders.ts";

const makeCache = () =>
  new SchedulerCache(listersOf(makeObjects()), schedulerBehaviour({ major: 1, minor: 36 }));
const order = (cache: SchedulerCache) => cache.nodes.map(({ name }) => name).join(" ");

describe("nodes", () => {
  test("are gone through zone by zone in turn, zones and nodes as they came", () => {
    const cache = makeCache();
    for (const [name, zone] of [
      ["b1", "b"],
      ["b2", "b"],
      ["a1", "a"],
      ["b3", "b"],
      ["x1", undefined],
      ["a2", "a"],
    ] as const)
      cache.addNode(makeNode(name, zone === undefined ? {} : { zone }));
    expect(order(cache)).toBe("b1 a1 x1 b2 a2 b3");
    cache.removeNode("b1");
    expect(order(cache)).toBe("b2 a1 x1 b3 a2");
    cache.addNode(makeNode("b1", { zone: "b" }));
    expect(order(cache)).toBe("b2 a1 x1 b3 a2 b1");
  });

  test("of zones of one name in two regions stand apart; the old labels count as the new ones", () => {
    const cache = makeCache();
    const region = (name: string) => ({ "topology.kubernetes.io/region": name });
    cache.addNode(makeNode("n1", { zone: "a", labels: region("r1") }));
    cache.addNode(makeNode("n2", { zone: "a", labels: region("r1") }));
    cache.addNode(makeNode("n3", { zone: "a", labels: region("r2") }));
    cache.addNode(
      makeNode("n4", {
        labels: {
          "failure-domain.beta.kubernetes.io/zone": "a",
          "failure-domain.beta.kubernetes.io/region": "r1",
        },
      }),
    );
    expect(order(cache)).toBe("n1 n3 n2 n4");
  });

  test("that change their zone change their place when a node next comes or goes", () => {
    const cache = makeCache();
    cache.addNode(makeNode("n1", { zone: "a" }));
    cache.addNode(makeNode("n2", { zone: "b" }));
    cache.addNode(makeNode("n3", { zone: "b" }));
    expect(order(cache)).toBe("n1 n2 n3");
    cache.updateNode(makeNode("n1", { zone: "b" }));
    expect(order(cache)).toBe("n1 n2 n3");
    cache.addNode(makeNode("n4", { zone: "a" }));
    expect(order(cache)).toBe("n2 n4 n3 n1");
  });

  test("that are gone keep their pods until those go", () => {
    const cache = makeCache();
    cache.addNode(makeNode("n"));
    cache.addPod(makePod("p", { nodeName: "n", spec: { requests: { cpu: 300 } } }));
    cache.removeNode("n");
    expect(cache.node("n")).toBeUndefined();
    cache.addNode(makeNode("n"));
    expect(cache.node("n")!.requested.milliCPU).toBe(300);
    cache.removePod("default/p");
    expect(cache.node("n")!.requested.milliCPU).toBe(0);
  });

  test("know pods that come before them", () => {
    const cache = makeCache();
    cache.addPod(makePod("p", { nodeName: "n", spec: { requests: { cpu: 300 } } }));
    expect(cache.nodes).toHaveLength(0);
    cache.addNode(makeNode("n"));
    expect(cache.node("n")!.pods).toHaveLength(1);
  });
});

describe("pods", () => {
  const asking = (name: string, cpu: number) =>
    makePod(name, { nodeName: "n", spec: { requests: { cpu, memory: GiB } } });

  test("are summed up, and taken off again", () => {
    const cache = makeCache();
    cache.addNode(makeNode("n"));
    cache.addPod(asking("a", 100));
    cache.addPod(asking("a", 100));
    cache.addPod(makePod("b", { nodeName: "n" }));
    const node = cache.node("n")!;
    expect([node.requested.milliCPU, node.nonZeroMilliCPU, node.pods.length]).toEqual([100, 200, 2]);
    cache.removePod("default/b");
    cache.removePod("default/unknown");
    expect([node.requested.memory, node.nonZeroMilliCPU, node.pods.length]).toEqual([GiB, 100, 1]);
  });

  test("that have finished take nothing", () => {
    const cache = makeCache();
    cache.addNode(makeNode("n"));
    cache.addPod(asking("a", 100));
    cache.updatePod({ ...asking("a", 100), status: { ...asking("a", 100).status, phase: "Succeeded" } });
    expect(cache.node("n")!.pods).toHaveLength(0);
  });

  test("leave no nomination behind once they are bound", () => {
    const cache = makeCache();
    cache.addNode(makeNode("n"));
    cache.nominate({ ...asking("a", 100), nodeName: "" }, "n");
    expect(cache.nominator.podsFor("n")).toHaveLength(1);
    cache.addPod(asking("a", 100));
    expect(cache.nominator.isEmpty).toBe(true);
  });

  test("tell the lowest priority that there is", () => {
    const cache = makeCache();
    cache.addNode(makeNode("n"));
    expect(cache.lowestPriority).toBe(Infinity);
    for (const [name, priority] of [
      ["a", 5],
      ["b", -3],
      ["c", -3],
    ] as const)
      cache.addPod({ ...asking(name, 1), priority });
    expect(cache.lowestPriority).toBe(-3);
    cache.removePod("default/b");
    expect(cache.lowestPriority).toBe(-3);
    cache.removePod("default/c");
    expect(cache.lowestPriority).toBe(5);
  });
});

test("an image is as large as the first node said", () => {
  const cache = makeCache();
  cache.addNode(makeNode("a", { images: [image("app:1", 100)] }));
  cache.addNode(makeNode("b", { images: [image("app:1", 200)] }));
  expect(cache.image("app:1")).toMatchObject({ sizeBytes: 100 });
  expect(cache.image("app:1")!.nodes.size).toBe(2);
});

describe("the log of changes", () => {
  const since = (log: ChangeLog, position: number) => {
    const changes: string[] = [];
    log.since(position, (slot, isNode) => changes.push(`${slot}${isNode ? " node" : ""}`));
    return changes;
  };

  test("names each slot once, as the node's if it was that at all", () => {
    const log = new ChangeLog();
    log.record(3, false);
    const position = log.end;
    log.record(1, true);
    log.record(2, false);
    log.record(1, false);
    expect(since(log, position)).toEqual(["2", "1 node"]);
    expect(since(log, 0)).toEqual(["3", "2", "1 node"]);
    expect(since(log, log.end)).toEqual([]);
  });

  test("goes by slot where most of them changed", () => {
    const log = new ChangeLog();
    for (const slot of [2, 0, 1]) log.record(slot, true);
    const position = log.end;
    for (const slot of [2, 0, 2, 0]) log.record(slot, false);
    expect(since(log, position)).toEqual(["0", "2"]);
    expect(since(log, 0)).toEqual(["0 node", "1 node", "2 node"]);
  });

  test("knows every slot also where its older entries are forgotten", () => {
    const log = new ChangeLog();
    for (let slot = 0; slot < 10; slot++) log.record(slot, slot === 4);
    log.trim(10);
    log.record(10, true);
    log.trim(10);
    expect(since(log, 3)).toEqual(["3", "4 node", "5", "6", "7", "8", "9", "10 node"]);
    expect(since(log, 9)).toEqual(["9", "10 node"]);
  });
});
