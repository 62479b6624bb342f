import { expect, test } from "vitest";
import { hopSteps, kubeadmCluster } from "../../support/kubeadm-clusters.ts";
import { nodes } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { drainOf, planOf } from "../../support/rehearse.ts";

const rule = "control-plane-away";
const upgrade = hopSteps("- upgradeControlPlane: { nodes: [cp-1] }");

test("the only control-plane node is upgraded: for how long nothing answers, and who leads nothing", () => {
  expect(besidePlan(kubeadmCluster(1), planOf(upgrade), rule)).toMatchObject([
    {
      severity: "warning",
      subject: "kube-apiserver",
      message: "nothing answers for 1m30s: pods go on running, nothing reacts",
      details: [
        "Meanwhile no pod is replaced, no endpoint changes, no autoscaler acts, and every kubectl fails.",
        "kube-controller-manager has no leader for 45 s from 2m30s.",
        "kube-scheduler has no leader for 45 s from 3m15s.",
      ],
      data: { seconds: 90 },
    },
  ]);
});

test("steps beside it fail, or wait, and are named", () => {
  const steps = hopSteps(
    "- parallel:\n    steps:\n      - upgradeControlPlane: { nodes: [cp-1] }\n      - sequence:\n          steps:\n            - wait: { duration: 2m }\n            - cordon: { nodes: [node-1] }\n      - sequence:\n          steps:\n            - wait: { duration: 2m }\n            - gate: { name: end, until: [controlPlaneHealthy] }",
  );
  const [found] = besidePlan(kubeadmCluster(1), planOf(steps), rule);
  const details = found!.details.join("\n");
  expect(details).toContain("cordon node-1 fails then: nobody answers.");
  expect(details).toContain("gate end is under way then, and waits or is tried again.");
});

test("a machine that never comes back: an error, to the end", () => {
  const steps = hopSteps("- reboot: { nodes: [cp-1], duration: never }");
  expect(besidePlan(kubeadmCluster(1), planOf(steps), rule)).toMatchObject([
    { severity: "error", message: "nothing answers from 0 s to the end: pods go on running, nothing reacts" },
  ]);
});

test("near misses: three of them; a drain alone; a control plane that is somebody else's", () => {
  expect(besidePlan(kubeadmCluster(3), planOf(upgrade), rule)).toEqual([]);
  expect(besidePlan(kubeadmCluster(1), drainOf(["cp-1"]), rule)).toEqual([]);
  const managed = kubeadmCluster(0, { more: nodes("node-3") });
  const steps = hopSteps("- reboot: { nodes: [node-3], duration: 3m }");
  expect(besidePlan(managed, planOf(steps), rule)).toEqual([]);
});
