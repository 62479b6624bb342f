import { expect, test } from "vitest";
import { fixed } from "../../../src/plan/assumptions.ts";
import { boundVolume, clusterOf, nodes, statefulSet } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const db = statefulSet("data/db", ["node-1"], {
  spec: {
    terminationGracePeriodSeconds: 1,
    volumes: [{ name: "disk", persistentVolumeClaim: { claimName: "disk" } }],
  },
});

test("a volume that one node at a time mounts: its share of the way back, and that it is assumed", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    db,
    boundVolume("pv-1", "data/disk", ["ReadWriteOnce"]),
  );
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
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    db,
    boundVolume("pv-1", "data/disk", ["ReadWriteMany"]),
  );
  expect(findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "slow-volume-move")).toEqual([]);
});
