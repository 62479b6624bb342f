import { expect, test } from "vitest";
import { clusterOf, deployment, nodes } from "../support/objects.ts";
import { drainOf, rehearse } from "../support/rehearse.ts";

/** The Deployment's own condition in the snapshot says how far its rollout was: it is not taken to be over. */

function progressAfter(reason: string): unknown {
  const [web, ...rest] = deployment("shop/web", ["n1", "n1"], { isReady: false });
  const conditions = [
    { type: "Progressing", status: "True", reason, lastUpdateTime: "2026-11-20T12:00:00Z" },
  ];
  const cluster = clusterOf(nodes("n1"), [{ ...web, status: { replicas: 2, conditions } }, ...rest]);
  const { sim } = rehearse(cluster, drainOf(["n1"]));
  const [{ uid } = { uid: "" }] = sim.cluster.objects.Deployment;
  return sim.state.workloadStatus.get(uid)?.["progressing"];
}

test("a rollout that was on its way and gets nowhere is late after its deadline, counted from the snapshot", () => {
  expect(progressAfter("ReplicaSetUpdated")).toBe("False ProgressDeadlineExceeded");
});

test("one that was over stays over, whatever becomes of its pods", () => {
  expect(progressAfter("NewReplicaSetAvailable")).toBe("True NewReplicaSetAvailable");
});
