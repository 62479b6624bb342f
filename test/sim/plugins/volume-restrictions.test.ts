import { describe, expect, test } from "vitest";
import type { PodVolume } from "../../../src/model/pod.ts";
import { volumeRestrictions } from "../../../src/sim/plugins/volume-restrictions.ts";
import { makeClaim, makeNode, makePod } from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

const claim = (claimName: string): PodVolume => ({
  type: "persistentVolumeClaim",
  name: "v",
  claimName,
  readOnly: false,
});
const gce = (id: string, readOnly = false): PodVolume => ({
  type: "gcePersistentDisk",
  name: "v",
  id,
  readOnly,
});
const ebs = (id: string): PodVolume => ({ type: "awsElasticBlockStore", name: "v", id, readOnly: true });
const azure = (id: string): PodVolume => ({ type: "azureDisk", name: "v", id, readOnly: false });
const rbd = (pool: string, monitors: readonly string[], readOnly = false): PodVolume => ({
  type: "rbd",
  name: "v",
  id: "image",
  pool,
  monitors,
  readOnly,
});

const taken = "node(s) had no available disk";

describe("disks", () => {
  test.each([
    { old: gce("d"), wanted: gce("d"), verdict: taken },
    { old: gce("d", true), wanted: gce("d", true), verdict: "ok" },
    { old: gce("d", true), wanted: gce("d"), verdict: taken },
    { old: gce("d"), wanted: gce("e"), verdict: "ok" },
    { old: ebs("d"), wanted: ebs("d"), verdict: taken },
    { old: rbd("p", ["m1", "m2"]), wanted: rbd("p", ["m2", "m3"]), verdict: taken },
    { old: rbd("p", ["m1"]), wanted: rbd("p", ["m3"]), verdict: "ok" },
    { old: rbd("p", ["m1"]), wanted: rbd("q", ["m1"]), verdict: "ok" },
    { old: rbd("p", ["m1"], true), wanted: rbd("p", ["m1"], true), verdict: "ok" },
  ])("$wanted beside $old: $verdict", ({ old, wanted, verdict }) => {
    const pods = [makePod("old", { nodeName: "a", spec: { volumes: [old] } })];
    const bench = new PluginBench({ nodes: [makeNode("a"), makeNode("b")], pods });
    const pod = makePod("new", { spec: { volumes: [wanted] } });
    expect(bench.filter(volumeRestrictions, pod)).toEqual({ a: verdict, b: "ok" });
  });

  test("disks of other kinds are not restricted", () => {
    const bench = new PluginBench({ nodes: [makeNode("a")] });
    expect(bench.filter(volumeRestrictions, makePod("new", { spec: { volumes: [azure("d")] } }))).toBe(
      "skip",
    );
  });
});

describe("claims that one pod at a time may use", () => {
  const objects = {
    PersistentVolumeClaim: [
      makeClaim("own", { accessModes: ["ReadWriteOncePod"] }),
      makeClaim("shared", { accessModes: ["ReadWriteMany"] }),
    ],
  };
  const using = (name: string, claimName: string, nodeName = "") =>
    makePod(name, { nodeName, spec: { volumes: [claim(claimName)] } });
  const nodes = [makeNode("a"), makeNode("b")];
  const reason =
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod";

  test("keep a second pod from every node", () => {
    const bench = new PluginBench({ nodes, objects, pods: [using("old", "own", "a")] });
    expect(bench.filter(volumeRestrictions, using("new", "own"))).toEqual({ a: reason, b: reason });
    expect(bench.filter(volumeRestrictions, using("new", "shared"))).toBe("skip");
    expect(bench.filter(volumeRestrictions, using("new", "gone"))).toBe(
      '! persistentvolumeclaim "gone" not found',
    );
  });

  test("are free again when the pod is gone, and for preemption when it is taken away", () => {
    const bench = new PluginBench({ nodes, objects, pods: [using("old", "own", "a")] });
    const cycle = bench.cycle(using("new", "own"));
    const outcome = volumeRestrictions.preFilter(cycle);
    if (outcome.kind !== "state") throw new Error("no state");
    const state = volumeRestrictions.cloneState(outcome.state);
    const node = bench.cache.node("a")!;
    volumeRestrictions.removePod(cycle, state, node.pods[0]!);
    expect(volumeRestrictions.filter(cycle, state, bench.cache.node("b")!)).toBeUndefined();
    expect(volumeRestrictions.filter(cycle, outcome.state, bench.cache.node("b")!)).toBeDefined();
    bench.cache.removePod("default/old");
    expect(bench.filter(volumeRestrictions, using("new", "own"))).toBe("skip");
  });
});
