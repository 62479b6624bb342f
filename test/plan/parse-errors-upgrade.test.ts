import { describe, expect, test } from "vitest";
import { complaints, fileOf, fileOfSteps, saying } from "./plan-files.ts";

/** What the steps of an upgrade may not say in a plan file. */

const s0 = "plan.yaml:6: spec.steps[0]";

describe("the steps of an upgrade", () => {
  test.each([
    [
      "upgradeKubelet: { nodes: [a], to: v1.35 }",
      `${s0}.upgradeKubelet.to: expected a version with its patch, such as v1.35.2, got "v1.35"`,
    ],
    [
      "upgradeKubelet: { nodes: [a], to: 1.35 }",
      `${s0}.upgradeKubelet.to: expected a version with its patch, such as v1.35.2, got 1.35 (a minor is not enough: write v1.35.N)`,
    ],
    [
      "upgradeKubelet: { nodes: [a] }",
      `${s0}.upgradeKubelet: to which version? upgradeKubelet needs to: VERSION here, or spec.target: {kubernetesVersion: VERSION}`,
    ],
    [
      "upgradeControlPlane: { to: v1.35.2 }",
      `${s0}.upgradeControlPlane: which nodes? upgradeControlPlane needs nodes: [NAME, …] or a selector here`,
    ],
    [
      "upgradeKubelt: { nodes: [a] }",
      `${s0}.upgradeKubelt: there is no "upgradeKubelt" in the list of steps (did you mean "upgradeKubelet"?)`,
    ],
    [
      "upgradeAddon: { addon: core-dns, to: v1.12.0 }",
      `${s0}.upgradeAddon.addon: expected one of coredns, kube-proxy, got "core-dns" (did you mean "coredns"?)`,
    ],
    [
      "backupEtcd: { duration: 40 }",
      `${s0}.backupEtcd.duration: expected a duration such as 90s, {p50: 2m, p99: 4m}, or never, got 40 (write the unit: 40s or 40m)`,
    ],
    [
      "gate: { until: [etcdHealty] }",
      `${s0}.gate.until[0]: expected one of nodeReady, noPendingPods, controlPlaneHealthy, etcdHealthy, got "etcdHealty" (did you mean "etcdHealthy"?)`,
    ],
    [
      "gate: { until: [{ nodesAt: v1.35.2, workloadReady: a/Deployment/b }] }",
      `${s0}.gate.until[0]: expected one of workloadReady, nodesAt, command, prometheus, got workloadReady and nodesAt`,
    ],
  ])("- %s", (step, message) => {
    expect(complaints(fileOfSteps(`- ${step}`))).toEqual([message]);
  });

  test("an add-on of a target that is not known has to say its own version", () => {
    const file = fileOf("target: { kubernetesVersion: v1.99.0 }\nsteps: [upgradeAddon: { addon: coredns }]");
    expect(complaints(file)).toEqual([
      "plan.yaml:6: spec.steps[0].upgradeAddon: to which version? What kubeadm brings with v1.99.0 is not known: write to: VERSION",
    ]);
  });

  test("etcdQuorum is always, or is not asserted", () => {
    const file = fileOf("steps: [approve: {}]\nassertions: [{ name: a, etcdQuorum: sometimes }]");
    expect(complaints(file)).toEqual([saying(/expected one of always, got "sometimes"/)]);
  });

  test.each([
    ["versionSkew: any", /expected one of supported, got "any"/],
    ["controlPlane: {}", /writeUnavailable/],
    ["controlPlane: { writeUnavailable: { max: 60 } }", /max: expected/],
    [
      "versionSkew: supported, controlPlane: { writeUnavailable: { max: 60s } }",
      /got versionSkew and controlPlane/,
    ],
  ])("an assertion about the control plane: %s", (fields, words) => {
    const file = fileOf(`steps: [approve: {}]\nassertions: [{ name: a, ${fields} }]`);
    expect(complaints(file)).toEqual([saying(words)]);
  });
});
