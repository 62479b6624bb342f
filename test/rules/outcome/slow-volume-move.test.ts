import { expect, test } from "vitest";
import { fixed } from "../../../src/plan/assumptions.ts";
import { clusterOf, nodes, object, statefulSet } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const claim = (accessModes: readonly string[]) => [
  object("v1", "PersistentVolume", "pv-1", {
    spec: {
      capacity: { storage: "1Gi" },
      accessModes,
      csi: { driver: "ebs.csi.aws.com", volumeHandle: "vol-1" },
      claimRef: { namespace: "data", name: "disk" },
      storageClassName: "",
    },
    status: { phase: "Bound" },
  }),
  object("v1", "PersistentVolumeClaim", "data/disk", {
    spec: {
      accessModes,
      volumeName: "pv-1",
      storageClassName: "",
      resources: { requests: { storage: "1Gi" } },
    },
    status: { phase: "Bound" },
  }),
];
const db = statefulSet("data/db", ["node-1"], {
  spec: {
    terminationGracePeriodSeconds: 1,
    volumes: [{ name: "disk", persistentVolumeClaim: { claimName: "disk" } }],
  },
});

test("a volume that one node at a time mounts: its share of the way back, and that it is assumed", () => {
  const cluster = clusterOf(nodes("node-1", "node-2"), db, claim(["ReadWriteOnce"]));
  const plan = drainOf(["node-1"]);
  const assumptions = { ...plan.assumptions, volumeMove: fixed(300_000) };
  const { verdict } = rehearse(cluster, { ...plan, assumptions });
  const [finding] = findingsOf(verdict, "slow-volume-move");
  expect(finding).toMatchObject({ severity: "info", subject: "data/db-0", data: { volumeSeconds: 300 } });
  expect(finding!.message).toMatch(
    /^data\/db-0 waits mostly for its volume: 5m00s of .* = .*volume 5m00s \+ start/,
  );
});

test("a volume that many nodes mount: no finding", () => {
  const cluster = clusterOf(nodes("node-1", "node-2"), db, claim(["ReadWriteMany"]));
  expect(findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "slow-volume-move")).toEqual([]);
});
