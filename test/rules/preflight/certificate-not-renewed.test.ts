import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../src/model/cluster.ts";
import type { Step } from "../../../src/plan/plan.ts";
import { hopSteps, kubeadmCluster } from "../../support/kubeadm-clusters.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf, planOf } from "../../support/rehearse.ts";

const rule = "certificate-not-renewed";
const upgrade = hopSteps("- upgradeControlPlane: { nodes: [cp-1] }");

function cluster(isExternal: boolean): Cluster {
  const made = kubeadmCluster(1);
  const base = { node: "cp-1", isExternal, expiresAt: made.asOf + 1e10, toldBy: "certs.json" };
  return { ...made, certificates: [{ ...base, name: "apiserver", isAuthority: false }] };
}

describe("an external authority", () => {
  test("is a warning where the plan would renew, information otherwise, and nothing beside a drain", () => {
    expect(besidePlan(cluster(true), planOf(upgrade), rule)).toMatchObject([
      {
        severity: "warning",
        subject: "external-ca",
        message:
          "kubeadm renews none of 1 certificate (apiserver of cp-1): the key of the authority is not on the node",
      },
    ]);
    expect(ofCluster(cluster(true), rule).map(({ severity }) => severity)).toEqual(["info"]);
    expect(besidePlan(cluster(true), drainOf(["node-1"]), rule)).toEqual([]);
    expect(besidePlan(cluster(false), planOf(upgrade), rule)).toEqual([]);
  });
});

test("a renewal that is switched off is named with its nodes and the first that runs out", () => {
  const told = upgrade.map((step) => ({ ...step, certificateRenewal: false }) as Step);
  const [found] = besidePlan(cluster(false), planOf(told), rule);
  expect(found).toMatchObject({
    severity: "warning",
    subject: "switched-off",
    message: "the upgrade of cp-1 leaves the certificates as they are: certificateRenewal is false",
  });
  expect(found!.details.join(" ")).toContain("The first runs out on 2027-03-16: apiserver of cp-1.");
});
