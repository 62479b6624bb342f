import { expect, test } from "vitest";
import { volumeZone } from "../../../src/sim/plugins/volume-zone.ts";
import { makeClaim, makeNode, makePod, makeStorageClass, makeVolume } from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

const zone = "topology.kubernetes.io/zone";
const oldZone = "failure-domain.beta.kubernetes.io/zone";
const nodes = [
  makeNode("a", { zone: "za" }),
  makeNode("b", { zone: "zb" }),
  makeNode("nowhere"),
  makeNode("region-only", { labels: { "topology.kubernetes.io/region": "r" } }),
];
const pod = makePod("p", {
  spec: { volumes: [{ type: "persistentVolumeClaim", name: "v", claimName: "c", readOnly: false }] },
});
const conflict = "! node(s) had no available volume zone";

test.each([
  { labels: {}, expected: "skip" },
  { labels: { [zone]: "za" }, expected: { a: "ok", b: conflict, nowhere: "ok", "region-only": conflict } },
  { labels: { [zone]: "za__zb" }, expected: { a: "ok", b: "ok", nowhere: "ok", "region-only": conflict } },
  { labels: { [oldZone]: "zb" }, expected: { a: conflict, b: "ok", nowhere: "ok", "region-only": conflict } },
  { labels: { [zone]: "za__" }, expected: "skip" },
])("a volume with labels $labels", ({ labels, expected }) => {
  const objects = {
    PersistentVolume: [makeVolume("v", { labels })],
    PersistentVolumeClaim: [makeClaim("c", { volumeName: "v" })],
  };
  expect(new PluginBench({ nodes, objects }).filter(volumeZone, pod)).toEqual(expected);
});

test.each([
  { storageClassName: "late", verdict: "skip" },
  { storageClassName: "now", verdict: "! PersistentVolume had no name" },
  { storageClassName: "gone", verdict: '! storageclass.storage.k8s.io "gone" not found' },
  { storageClassName: "", verdict: "! PersistentVolumeClaim had no pv name and storageClass name" },
])("an unbound claim of class '$storageClassName': $verdict", ({ storageClassName, verdict }) => {
  const objects = {
    PersistentVolumeClaim: [makeClaim("c", { storageClassName })],
    StorageClass: [makeStorageClass("late"), makeStorageClass("now", { volumeBindingMode: "Immediate" })],
  };
  expect(new PluginBench({ nodes, objects }).filter(volumeZone, pod)).toBe(verdict);
});
