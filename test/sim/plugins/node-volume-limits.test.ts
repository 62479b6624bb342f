import { expect, test } from "vitest";
import type { PodVolume } from "../../../src/model/pod.ts";
import { nodeVolumeLimits } from "../../../src/sim/plugins/node-volume-limits.ts";
import {
  makeAttachment,
  makeClaim,
  makeCSINode,
  makeNode,
  makePod,
  makeStorageClass,
  makeVolume,
} from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

const names = ["v1", "v2", "v3"];
const objects = {
  PersistentVolume: names.map((name) => makeVolume(name)),
  PersistentVolumeClaim: [
    ...names.map((name) => makeClaim(name, { volumeName: name })),
    makeClaim("unbound", { storageClassName: "late" }),
  ],
  StorageClass: [makeStorageClass("late")],
  CSINode: [makeCSINode("two", 2), makeCSINode("none", 0)],
};
const using = (name: string, nodeName: string, ...claims: readonly string[]) =>
  makePod(name, {
    nodeName,
    spec: {
      volumes: claims.map((claimName): PodVolume => ({
        type: "persistentVolumeClaim",
        name: claimName,
        claimName,
        readOnly: false,
      })),
    },
  });
const nodes = [makeNode("two"), makeNode("none"), makeNode("unlimited")];
const exceeded = "node(s) exceed max volume count";

test.each([
  { old: [], wanted: ["v1"], two: "ok" },
  { old: ["v1", "v2"], wanted: ["v3"], two: exceeded },
  { old: ["v1", "v2"], wanted: ["v2"], two: "ok" },
  { old: ["v1"], wanted: ["v2", "v3"], two: exceeded },
  { old: ["v1"], wanted: ["unbound"], two: "ok" },
  { old: ["v1", "v2"], wanted: ["unbound"], two: exceeded },
])("with $old attached, a pod with $wanted on a node with room for two: $two", ({ old, wanted, two }) => {
  const bench = new PluginBench({ nodes, objects, pods: [using("old", "two", ...old)] });
  const verdicts = bench.filter(nodeVolumeLimits, using("new", "", ...wanted));
  expect(verdicts).toEqual({ two, none: exceeded, unlimited: "ok" });
});

test("attachments that no pod accounts for count from 1.32 on", () => {
  const attached = {
    ...objects,
    VolumeAttachment: ["v1", "v2"].map((volume) => makeAttachment(volume, "two")),
  };
  const two = (minor: number) =>
    new PluginBench({ minor, nodes, objects: attached }).filter(nodeVolumeLimits, using("new", "", "v3"));
  expect(two(31)).toMatchObject({ two: "ok" });
  expect(two(32)).toMatchObject({ two: exceeded });
});

test("a pod without claims skips the plugin, a claim that is not there refuses", () => {
  const bench = new PluginBench({ nodes, objects });
  expect(bench.filter(nodeVolumeLimits, makePod("new"))).toBe("skip");
  expect(bench.filter(nodeVolumeLimits, using("new", "", "gone"))).toMatchObject({
    two: '! looking up PVC default/gone: persistentvolumeclaim "gone" not found',
  });
});
