import { expect, test } from "vitest";
import { type ApiObject, clusterOf, nodes, object, ownerRef, pod } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { movesOf } from "../../../src/trace/timelines.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const rule = "job-work-lost";

function running(job: ApiObject, failed = 0, finalizers = ["batch.kubernetes.io/job-tracking"]) {
  const template = { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "main" }] } };
  return clusterOf(
    nodes("node-1", "node-2"),
    object("batch/v1", "Job", "etl/nightly", { spec: { template, ...job }, status: { active: 1, failed } }),
    pod("etl/nightly-x", "node-1", {
      labels: { "job-name": "nightly" },
      finalizers,
      owner: ownerRef("batch/v1", "Job", "etl/nightly"),
    }),
  );
}

test("its work starts again, and the eviction counts as a failure", () => {
  const [finding] = besidePlan(running({ backoffLimit: 6 }), drainOf(["node-1"]), rule);
  expect(finding).toMatchObject({
    severity: "info",
    subject: "etl/Job/nightly",
    message: "1 pod evicted after up to 20 s of work: it starts again",
  });
  expect(finding!.details[1]).toBe("An eviction counts as a failure: 0 + 1 = 1, backoffLimit 6.");
});

test("one failure too many: the Job fails for good", () => {
  expect(besidePlan(running({ backoffLimit: 0 }), drainOf(["node-1"]), rule)[0]).toMatchObject({
    severity: "warning",
    message: "1 pod evicted: 0 + 1 = 1 failure, more than backoffLimit 0: the Job fails for good",
  });
});

test("a podFailurePolicy decides: it may forbid disruptions, or not count them", () => {
  const policy = (action: string) => ({
    backoffLimit: 0,
    podFailurePolicy: {
      rules: [{ action, onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
    },
  });
  const finding = (action: string) => besidePlan(running(policy(action)), drainOf(["node-1"]), rule)[0]!;
  expect(finding("FailJob").message).toBe("1 pod evicted: its podFailurePolicy fails the Job for that");
  expect(finding("Ignore")).toMatchObject({ severity: "info" });
});

test("near misses: the last failure that it may have; a whole cluster, where Jobs come and go", () => {
  expect(besidePlan(running({ backoffLimit: 1 }), drainOf(["node-1"]), rule)[0]!.severity).toBe("info");
  expect(besidePlan(running({ backoffLimit: 0 }), drainOf(["node-2"]), rule)).toEqual([]);
  expect(ofCluster(running({ backoffLimit: 0 }), rule)).toEqual([]);
});

test("a pod without the tracking finalizer: what is told is what the rehearsal did with it", () => {
  const { trace, verdict } = rehearse(running({ backoffLimit: 0 }, 0, []), drainOf(["node-1"]));
  const [finding] = findingsOf(verdict, rule);
  const isReplaced = movesOf(trace).every(({ replacement }) => replacement);
  expect(isReplaced).toBe(finding!.severity === "info");
  expect(finding!.message.includes("starts again")).toBe(isReplaced);
});
