import { expect, test } from "vitest";
import { budget, clusterOf, nodes, statefulSet } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "pinned-pods-exceed-budget";
const here = { spec: { nodeSelector: { "kubernetes.io/hostname": "node-1" } } };

function osds(limits: Record<string, unknown>, options: Record<string, unknown> = here) {
  return clusterOf(
    nodes("node-1", "node-2"),
    statefulSet("rook-ceph/osd", ["node-1", "node-1", "node-1"], options),
    budget("rook-ceph/osd", limits),
  );
}

test("three pods that can run nowhere else, and one may be away: the drain stops after one", () => {
  const [finding] = ofCluster(osds({ maxUnavailable: 1 }), rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "node-1",
    message:
      "3 pods of budget rook-ceph/osd (maxUnavailable 1) can run nowhere else, and 1 may be away: the drain stops after 1",
  });
  expect(finding!.suggestions[0]!.commands).toEqual([
    `kubectl -n rook-ceph patch pdb osd -p '{"spec":{"maxUnavailable":3}}'`,
  ]);
  expect(besidePlan(osds({ maxUnavailable: 1 }), drainOf(["node-1"]), rule)[0]!.severity).toBe("info");
});

test("near misses: all of them may be away, they can run elsewhere, none may be away at all", () => {
  expect(ofCluster(osds({ maxUnavailable: 3 }), rule)).toEqual([]);
  expect(ofCluster(osds({ maxUnavailable: 1 }, {}), rule)).toEqual([]);
  // Then rule budget-allows-nothing speaks.
  expect(ofCluster(osds({ maxUnavailable: 0 }), rule)).toEqual([]);
});
