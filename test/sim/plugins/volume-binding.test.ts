import { describe, expect, test } from "vitest";
import type { PodVolume } from "../../../src/model/pod.ts";
import { volumeBinding, type VolumeBindingState } from "../../../src/sim/plugins/volume-binding.ts";
import {
  GiB,
  makeCapacity,
  makeClaim,
  makeCSIDriver,
  makeNode,
  makePod,
  makeStorageClass,
  makeVolume,
  nodeTerm,
} from "../../support/builders.ts";
import { type BenchShape, PluginBench } from "../../support/plugin-bench.ts";

const zone = "topology.kubernetes.io/zone";
const nodes = [makeNode("a", { zone: "za" }), makeNode("b", { zone: "zb" })];
const using = (...claims: readonly string[]) =>
  makePod("p", {
    spec: {
      volumes: claims.map((claimName): PodVolume => ({
        type: "persistentVolumeClaim",
        name: claimName,
        claimName,
        readOnly: false,
      })),
    },
  });
const ask = (objects: NonNullable<BenchShape["objects"]>, claims: readonly string[], minor = 36) =>
  new PluginBench({ minor, nodes, objects }).filter(volumeBinding, using(...claims));

const elsewhere = "! node(s) didn't match PersistentVolume's node affinity";
const none = "! node(s) didn't find available persistent volumes to bind";

describe("PreFilter", () => {
  const StorageClass = [
    makeStorageClass("now", { volumeBindingMode: "Immediate" }),
    makeStorageClass("late"),
  ];
  test.each([
    { name: "no claim", claims: [], verdict: "skip" },
    {
      name: "a claim that is not there",
      claims: ["gone"],
      verdict: '! persistentvolumeclaim "gone" not found',
    },
    {
      name: "an unbound claim that does not wait",
      claims: ["now"],
      verdict: "! pod has unbound immediate PersistentVolumeClaims",
    },
    {
      name: "a claim whose volume is lost",
      claims: ["lost"],
      verdict: '! persistentvolumeclaim "lost" bound to non-existent persistentvolume "v"',
    },
  ])("$name: $verdict", ({ claims, verdict }) => {
    const lost = { ...makeClaim("lost", { volumeName: "v" }), phase: "Lost" };
    const PersistentVolumeClaim = [makeClaim("now", { storageClassName: "now" }), lost];
    expect(ask({ StorageClass, PersistentVolumeClaim }, claims)).toBe(verdict);
  });
});

describe("a bound volume", () => {
  const PersistentVolumeClaim = [makeClaim("c", { volumeName: "v" })];

  test.each([
    { minor: 36, reason: elsewhere },
    { minor: 32, reason: "! node(s) had volume node affinity conflict" },
  ])("can be reached from its zone alone, in the words of 1.$minor", ({ minor, reason }) => {
    const PersistentVolume = [makeVolume("v", { nodeTerms: [nodeTerm(zone, "zb")] })];
    expect(ask({ PersistentVolume, PersistentVolumeClaim }, ["c"], minor)).toEqual({ a: reason, b: "ok" });
  });

  test("may be gone", () => {
    expect(ask({ PersistentVolumeClaim }, ["c"])).toEqual({
      a: "! node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
      b: "! node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
    });
  });
});

describe("claims that wait for the pod", () => {
  const StorageClass = [
    makeStorageClass("late"),
    makeStorageClass("local", { provisioner: "kubernetes.io/no-provisioner" }),
    makeStorageClass("zoned", { allowedTopologies: [nodeTerm(zone, "za")] }),
  ];

  function planned(objects: NonNullable<BenchShape["objects"]>, claims: readonly string[]): unknown {
    const bench = new PluginBench({ nodes, objects });
    const cycle = bench.cycle(using(...claims));
    const outcome = volumeBinding.preFilter(cycle);
    if (outcome.kind !== "state") throw new Error("no state");
    const state: VolumeBindingState = outcome.state;
    return Object.fromEntries(
      bench.cache.nodes.map((node) => {
        if (volumeBinding.filter(cycle, state, node)) return [node.name, "refused"];
        const { bindings, provisions } = state.volumes.get(node)!;
        return [
          node.name,
          [
            ...bindings.map(({ claim, volume }) => `${claim.name} to ${volume.name}`),
            ...provisions.map(({ name }) => `${name} new`),
          ],
        ];
      }),
    );
  }

  test("get the smallest volume that is large enough and can be reached, else a new one", () => {
    const PersistentVolume = [
      makeVolume("big", {
        capacityBytes: 9 * GiB,
        storageClassName: "late",
        nodeTerms: [nodeTerm(zone, "za")],
      }),
      makeVolume("fit", {
        capacityBytes: 3 * GiB,
        storageClassName: "late",
        nodeTerms: [nodeTerm(zone, "za")],
      }),
      makeVolume("small", { capacityBytes: GiB, storageClassName: "late" }),
    ];
    const PersistentVolumeClaim = [makeClaim("c", { storageClassName: "late", requestBytes: 2 * GiB })];
    expect(planned({ StorageClass, PersistentVolume, PersistentVolumeClaim }, ["c"])).toEqual({
      a: ["c to fit"],
      b: ["c new"],
    });
  });

  test("do not share a volume: the smaller claim chooses first", () => {
    const PersistentVolume = [
      makeVolume("one", {
        capacityBytes: 2 * GiB,
        storageClassName: "local",
        nodeTerms: [nodeTerm(zone, "za")],
      }),
      makeVolume("two", {
        capacityBytes: 3 * GiB,
        storageClassName: "local",
        nodeTerms: [nodeTerm(zone, "za")],
      }),
      makeVolume("three", {
        capacityBytes: 3 * GiB,
        storageClassName: "local",
        nodeTerms: [nodeTerm(zone, "zb")],
      }),
    ];
    const PersistentVolumeClaim = [
      makeClaim("large", { storageClassName: "local", requestBytes: 2 * GiB }),
      makeClaim("small", { storageClassName: "local", requestBytes: GiB }),
    ];
    expect(planned({ StorageClass, PersistentVolume, PersistentVolumeClaim }, ["large", "small"])).toEqual({
      a: ["small to one", "large to two"],
      b: "refused",
    });
  });

  test("of a class without a provisioner need a volume", () => {
    const PersistentVolumeClaim = [makeClaim("c", { storageClassName: "local" })];
    expect(ask({ StorageClass, PersistentVolumeClaim }, ["c"])).toEqual({ a: none, b: none });
  });

  test("are provisioned only where their class allows it", () => {
    const PersistentVolumeClaim = [makeClaim("c", { storageClassName: "zoned" })];
    expect(ask({ StorageClass, PersistentVolumeClaim }, ["c"])).toEqual({ a: "ok", b: none });
  });

  test("that were given to a node go nowhere else", () => {
    const annotations = { "volume.kubernetes.io/selected-node": "b" };
    const PersistentVolumeClaim = [makeClaim("c", { storageClassName: "late", annotations })];
    expect(ask({ StorageClass, PersistentVolumeClaim }, ["c"])).toEqual({ a: none, b: "ok" });
  });

  test("need room where the driver says how much it has", () => {
    const objects = {
      StorageClass,
      PersistentVolumeClaim: [makeClaim("c", { storageClassName: "late", requestBytes: 2 * GiB })],
      CSIDriver: [makeCSIDriver("disk.example.com", true)],
      CSIStorageCapacity: [
        makeCapacity("late", GiB, { [zone]: "za" }),
        makeCapacity("late", 2 * GiB, { [zone]: "zb" }),
      ],
    };
    expect(ask(objects, ["c"])).toEqual({ a: "! node(s) did not have enough free storage", b: "ok" });
  });
});
