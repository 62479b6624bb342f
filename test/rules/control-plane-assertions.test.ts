import { describe, expect, test } from "vitest";
import type { Assertion } from "../../src/plan/plan.ts";
import { type KubeadmOptions, hopSteps, kubeadmCluster, wholeHop } from "../support/kubeadm-clusters.ts";
import { node, pod } from "../support/objects.ts";
import { besidePlan } from "../support/preflight.ts";
import { planOf } from "../support/rehearse.ts";

const found = (steps: string, assertion: Assertion, members = 1, options: KubeadmOptions = {}) =>
  besidePlan(
    kubeadmCluster(members, options),
    planOf(hopSteps(steps), { assertions: [assertion] }),
    "assertion-broken",
  );

describe("versionSkew: supported", () => {
  const skew: Assertion = { name: "skew", kind: "versionSkew" };

  test("workers first: from when, for how long, by which step and which rule", () => {
    const steps = "- upgradeKubelet: { nodes: [node-1] }\n- upgradeControlPlane: { nodes: [cp-1] }";
    expect(found(steps, skew)).toMatchObject([
      {
        severity: "error",
        subject: "kubelet-1.34",
        message:
          "skew wants versions that are supported together; for 2m30s kubelet v1.34.11 on node-1 is 1 minor newer than kube-apiserver v1.33.4 on cp-1",
        details: [
          expect.stringMatching(/^The rule: .*; none is supported\.$/),
          "Because of: upgrade kubelet to v1.34.11 on node-1.",
        ],
        data: { assertion: "skew", rule: "kubelet-apiserver" },
      },
    ]);
  });

  test("what was so from the start is a warning, and says so", () => {
    const old = node("old", {});
    const info = { nodeInfo: { kubeletVersion: "v1.29.1" } };
    const more = [{ ...old, status: { ...(old["status"] as object), ...info } }];
    expect(found("- cordon: { nodes: [node-1] }", skew, 1, { more })).toMatchObject([
      {
        severity: "warning",
        subject: "kubelet-1.29",
        details: [expect.anything(), "It was so before the plan began."] as unknown[],
      },
    ]);
  });

  test("a whole upgrade keeps it", () => {
    expect(found(wholeHop, skew, 3)).toEqual([]);
  });
});

describe("controlPlane: {writeUnavailable: {max}}", () => {
  const within = (millis: number): Assertion => ({
    name: "api",
    kind: "controlPlane",
    writeUnavailable: millis,
  });
  const upgrade = "- upgradeControlPlane: { nodes: [cp-1] }";

  test("longer than it may be: how long, from when, and because of what", () => {
    expect(found(upgrade, within(60_000))).toMatchObject([
      {
        severity: "error",
        subject: "kube-apiserver",
        message: "api allows 1m00s without a write; it is 1m30s",
        details: [
          "1m30s from 1m00s: etcd has no majority.",
          "Because of: upgrade control plane to v1.34.11 on cp-1.",
        ],
        data: { assertion: "api", limitSeconds: 60, seconds: 90, times: 1 },
      },
    ]);
  });

  test("several times are added up", () => {
    const steps = "- reboot: { nodes: [cp-1], duration: 40s }\n- reboot: { nodes: [cp-1], duration: 40s }";
    expect(found(steps, within(60_000))).toMatchObject([
      { message: "api allows 1m00s without a write; it is 1m20s = 2 times" },
    ]);
  });

  test("near misses: exactly as long; three API servers", () => {
    expect(found(upgrade, within(90_000))).toEqual([]);
    expect(found(wholeHop, within(0), 3)).toEqual([]);
  });

  test("a control plane that is not in the input cannot be judged", () => {
    expect(
      found("- cordon: { nodes: [node-1] }", within(0), 0, { more: [pod("shop/one", "node-1")] }),
    ).toMatchObject([{ data: { isJudged: false } }]);
  });
});
