import { describe, expect, test } from "vitest";
import { fixed } from "../../src/plan/assumptions.ts";
import { checkPlan } from "../../src/plan/check.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { printPlan } from "../../src/plan/print.ts";
import type { UpgradeOptions } from "../../src/planner/upgrade-options.ts";
import { upgradePlan } from "../../src/planner/upgrade-plan.ts";
import { kubeadmCluster, type KubeadmShape } from "../support/kubeadm.ts";
import { snapshot } from "../support/rehearse.ts";

const shape: KubeadmShape = {
  controlPlanes: 3,
  workers: 2,
  version: "v1.33.13",
  etcd: "3.5.26-0",
  coredns: "1.12.0",
};

const asUsual: UpgradeOptions = {
  lockstep: false,
  canary: 0,
  maxParallel: 1,
  soakBetweenMinors: 0,
  drainer: "kubectl",
};

function made(to: string, change: Partial<KubeadmShape> = {}, options: Partial<UpgradeOptions> = {}) {
  const cluster = snapshot(kubeadmCluster({ ...shape, ...change }), {
    version: change.version ?? shape.version,
  });
  return { cluster, result: upgradePlan(cluster, to, { ...asUsual, ...options }) };
}

function stepsOf(to: string, change: Partial<KubeadmShape> = {}, options: Partial<UpgradeOptions> = {}) {
  const { result } = made(to, change, options);
  if (!result.ok) throw new Error(result.problem);
  return result.plan.steps.map(({ name }) => name);
}

function problemOf(to: string, change: Partial<KubeadmShape> = {}): string {
  const { result } = made(to, change);
  return result.ok ? "no problem" : result.problem;
}

describe("the plan of an upgrade", () => {
  test("no minor of the control plane is skipped, and the workers follow once", () => {
    expect(stepsOf("1.36")).toEqual([
      "etcd-backup-before-1.34",
      "control-plane-to-1.34",
      "coredns-1.34",
      "kube-proxy-1.34",
      "etcd-backup-before-1.35",
      "control-plane-to-1.35",
      "coredns-1.35",
      "kube-proxy-1.35",
      "etcd-backup-before-1.36",
      "control-plane-to-1.36",
      "coredns-1.36",
      "kube-proxy-1.36",
      "workers-to-1.36",
    ]);
  });

  test("a kubelet three minors behind has to follow before the next minor; --lockstep follows each", () => {
    const rollouts = (names: readonly string[]) =>
      names.filter((name) => /^(control-plane|workers)-to/.test(name));
    expect(rollouts(stepsOf("1.35", { kubelets: "v1.31.14" }))).toEqual([
      "control-plane-to-1.34",
      "workers-to-1.34",
      "control-plane-to-1.35",
      "workers-to-1.35",
    ]);
    expect(rollouts(stepsOf("1.35", {}, { lockstep: true }))).toEqual([
      "control-plane-to-1.34",
      "workers-to-1.34",
      "control-plane-to-1.35",
      "workers-to-1.35",
    ]);
  });

  test("a soak stands between minors, none after the last", () => {
    const { result } = made("1.35", {}, { soakBetweenMinors: 604_800_000 });
    if (!result.ok) throw new Error(result.problem);
    const waits = result.plan.steps.flatMap((step, at) => (step.kind === "wait" ? [{ ...step, at }] : []));
    expect(waits).toEqual([{ kind: "wait", name: "soak-1.34", duration: fixed(604_800_000), at: 4 }]);
  });

  test("a minor without a patch is its newest known; a patch upgrade is one hop", () => {
    const { result } = made("v1.34");
    expect(result).toMatchObject({ ok: true, plan: { target: { kubernetesVersion: "v1.34.11" } } });
    expect(
      stepsOf("1.33.13", { version: "v1.33.5" }).filter((name) => name.startsWith("control-plane")),
    ).toEqual(["control-plane-to-1.33"]);
  });

  test("the plan is one that a file can hold, and that fits its cluster", () => {
    const { cluster, result } = made("1.36");
    if (!result.ok) throw new Error(result.problem);
    expect(checkPlan(result.plan, cluster)).toEqual([]);
    const parsed = parsePlan(printPlan(result.plan), "plan.yaml");
    expect(parsed.ok && parsed.plan).toEqual(result.plan);
  });

  test("what is no upgrade is refused with a sentence", () => {
    expect(problemOf("1.32")).toContain("is older than the control plane, which is at v1.33.13");
    expect(problemOf("v1.33.13")).toBe("the cluster is at v1.33.13 already");
    expect(problemOf("1.99")).toContain("this version is not known here. Known are v1.2 to v1.36");
    expect(problemOf("1.34.99")).toContain("this patch is not known");
    expect(problemOf("latest")).toContain("expected a version such as v1.36");
    expect(problemOf("1.34", { controlPlanes: 0 })).toContain(
      "a managed control plane is upgraded by its provider",
    );
  });
});
