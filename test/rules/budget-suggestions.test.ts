import { expect, test } from "vitest";
import { loosen, podsThatAllowOne, scaleUp } from "../../src/rules/budget-suggestions.ts";
import { budget, clusterOf, deployment, statefulSet } from "../support/objects.ts";

function fixture(limits: Record<string, unknown>, replicas: number) {
  const { objects } = clusterOf(deployment("shop/web", [], { replicas }), budget("shop/web", limits));
  return { workload: objects.Deployment[0]!, pdb: objects.PodDisruptionBudget[0]! };
}

test.each([
  [{ minAvailable: 2 }, 2, 3],
  [{ minAvailable: 4 }, 2, 5],
  [{ minAvailable: "50%" }, 1, 2],
  [{ minAvailable: "80%" }, 1, 5],
  [{ minAvailable: "95%" }, 1, 20],
  [{ minAvailable: "100%" }, 3, undefined],
  [{ maxUnavailable: 0 }, 3, undefined],
  [{ maxUnavailable: "0%" }, 3, undefined],
])("%j over %d pods lets one go from %s on", (limits, replicas, enough) => {
  const { pdb } = fixture(limits, replicas);
  expect(podsThatAllowOne(replicas, pdb)).toBe(enough);
});

test("ten pods more are a suggestion, nineteen are none", () => {
  const near = fixture({ minAvailable: "90%" }, 1);
  expect(scaleUp(near.workload, near.pdb)).toMatchObject({
    commands: ["kubectl -n shop scale deployment web --replicas=10"],
    cost: "10 - 9 = 1 allowed. Scale it back to 1 afterwards.",
  });
  const far = fixture({ minAvailable: "95%" }, 1);
  expect(scaleUp(far.workload, far.pdb)).toBeUndefined();
});

test("a budget that gives up a majority does more harm than one that keeps it", () => {
  const { pdb } = fixture({ minAvailable: 2 }, 3);
  expect(loosen(pdb, 2, 3)).toMatchObject({
    harm: 4,
    cost: expect.stringContaining("no majority") as string,
  });
  expect(loosen(pdb, 3, 3).harm).toBe(3);
});

test("a StatefulSet's claims outlive a scale-down by default: it leaves them, unless it says otherwise", () => {
  const more = {
    volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"] } }],
  };
  const { objects } = clusterOf(
    statefulSet("data/queue", [], { replicas: 2, more }),
    budget("data/queue", { minAvailable: 2 }),
  );
  expect(scaleUp(objects.StatefulSet[0]!, objects.PodDisruptionBudget[0]!)!.cost).toBe(
    "3 - 2 = 1 allowed. Scaled back, it leaves claim data-queue-2 behind, unless its retention policy deletes it.",
  );
});
