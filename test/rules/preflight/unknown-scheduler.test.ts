import { expect, test } from "vitest";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "unknown-scheduler";
const placedBy = (schedulerName: string) =>
  clusterOf(nodes("node-1", "node-2"), deployment("ml/train", ["node-1"], { spec: { schedulerName } }));

test("another scheduler: where its pods land is not known", () => {
  expect(besidePlan(placedBy("volcano"), drainOf(["node-1"]), rule)).toMatchObject([
    {
      severity: "warning",
      subject: "volcano",
      message: "schedules 1 pod that a drain evicts: its replacement stays Pending in a rehearsal",
    },
  ]);
  expect(ofCluster(placedBy("volcano"), rule)[0]!.severity).toBe("info");
});

test("near misses: the default scheduler; a pod that stays", () => {
  expect(ofCluster(placedBy("default-scheduler"), rule)).toEqual([]);
  expect(besidePlan(placedBy("volcano"), drainOf(["node-2"]), rule)).toEqual([]);
});
