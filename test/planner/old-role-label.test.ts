import { expect, test } from "vitest";
import { checkPlan } from "../../src/plan/check.ts";
import { stepPlaces } from "../../src/plan/places.ts";
import { formatSelector } from "../../src/model/selector.ts";
import { upgradePlan } from "../../src/planner/upgrade-plan.ts";
import { node } from "../support/objects.ts";
import { rehearse } from "../support/rehearse.ts";
import { annotated, byKubeadm, clusterAt, componentPod } from "../support/versions.ts";

/** Control-plane nodes of before 1.20 have the label master alone, until the upgrade to 1.24 takes it away. */

const version = "v1.18.20";

function at(made: ReturnType<typeof node>) {
  return {
    ...byKubeadm(made),
    status: { ...(made["status"] as object), nodeInfo: { kubeletVersion: version } },
  };
}

const cluster = clusterAt(
  version,
  at(node("cp-1", { labels: { "node-role.kubernetes.io/master": "" } })),
  at(node("node-1")),
  annotated(componentPod("kube-apiserver", "cp-1", `registry.k8s.io/kube-apiserver:${version}`), {
    "kubernetes.io/config.mirror": "abc",
  }),
);

test("they are told by the label that they have at that moment, and are no workers", () => {
  const made = upgradePlan(cluster, "1.25", { lockstep: false, canary: 0, soakBetweenMinors: 0 });
  if (!made.ok) throw new Error(made.problem);
  expect(checkPlan(made.plan, cluster)).toEqual([]);
  const selectors = stepPlaces(made.plan).flatMap(({ step }) =>
    step.kind === "rollout" && step.name.startsWith("control-plane") ? [formatSelector(step.selector)] : [],
  );
  expect(selectors).toEqual([
    ...Array.from({ length: 6 }, () => "node-role.kubernetes.io/master"),
    "node-role.kubernetes.io/control-plane",
  ]);
  const { sim, verdict } = rehearse(cluster, made.plan);
  expect(verdict.word).toBe("FINISHES");
  const versions = [...sim.state.tables.Node.values()].map(({ info }) => info.kubeletVersion);
  expect(versions).toEqual(["v1.25.16", "v1.25.16"]);
});
