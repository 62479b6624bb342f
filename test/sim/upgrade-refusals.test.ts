import { describe, expect, test } from "vitest";
import { apiOutages } from "../../src/trace/control-plane.ts";
import type { EventKind, EventOf } from "../../src/trace/event.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { hopSteps, kubeadmCluster } from "../support/kubeadm-clusters.ts";
import { kubeadmCluster as managedByKubeadm } from "../support/kubeadm.ts";
import { planOf, rehearse, snapshot } from "../support/rehearse.ts";

/** What kubeadm refuses, and where there is nothing that could be upgraded. */

function ofKind<K extends EventKind>({ events }: Trace, kind: K): EventOf<K>[] {
  return events.filter((event): event is EventOf<K> => event.kind === kind);
}

const seconds = (millis: number) => Math.round(millis / 1_000);

describe("what kubeadm refuses, and what is not there", () => {
  const failing = (steps: string, members = 1) => {
    const { trace } = rehearse(kubeadmCluster(members), planOf(hopSteps(steps)));
    return ofKind(trace, "step.ended").map(({ reason }) => reason);
  };

  test.each([
    [
      "- upgradeControlPlane: { nodes: [cp-1], to: v1.35.2 }",
      "cp-1: kubeadm refuses v1.35.2: this is v1.33.4, and it skips no minor",
    ],
    [
      "- upgradeControlPlane: { nodes: [cp-1], to: v1.33.2 }",
      "cp-1: kubeadm refuses v1.33.2: this is v1.33.4, which is newer",
    ],
    ["- upgradeControlPlane: { nodes: [node-1] }", "node-1: it is no control-plane node"],
    ["- upgradeKubelet: { nodes: [cp-9] }", "there is no node cp-9"],
  ])("%s", (steps, reason) => {
    expect(failing(steps)).toEqual([reason]);
  });

  test("a time-out ends the step, and what kubeadm does goes on", () => {
    const steps = hopSteps("- upgradeControlPlane: { nodes: [cp-1], duration: 4m, timeout: 3m }");
    const { trace } = rehearse(kubeadmCluster(1), planOf(steps));
    expect(ofKind(trace, "step.ended")).toMatchObject([
      { outcome: "failed", reason: "timed out after 3m00s" },
    ]);
    expect(ofKind(trace, "component.upgraded")).toHaveLength(4);
  });

  test("a retry joins what is under way already", () => {
    const steps = hopSteps(
      "- upgradeControlPlane: { nodes: [cp-1], duration: 4m, timeout: 3m, onFailure: { retry: { times: 2 } } }",
    );
    const { trace } = rehearse(kubeadmCluster(1), planOf(steps));
    expect(ofKind(trace, "upgrade.started")).toHaveLength(1);
    expect(ofKind(trace, "step.ended").map(({ outcome }) => outcome)).toEqual(["done"]);
  });

  test("what has its version already is left alone", () => {
    const steps = hopSteps(
      "- upgradeControlPlane: { nodes: [cp-1], to: v1.33.4 }\n- upgradeKubelet: { nodes: [cp-1], to: v1.33.4 }",
    );
    const { trace } = rehearse(kubeadmCluster(1), planOf(steps));
    expect(ofKind(trace, "component.down")).toEqual([]);
    expect(ofKind(trace, "step.ended").map(({ outcome }) => outcome)).toEqual(["done", "done"]);
  });

  test("a patch that brings the same etcd restarts three static pods", () => {
    const cluster = kubeadmCluster(1, { etcd: "3.6.5-0" });
    const { trace } = rehearse(cluster, planOf(hopSteps("- upgradeControlPlane: { nodes: [cp-1] }")));
    expect(ofKind(trace, "component.upgraded").map(({ component }) => component)).toEqual([
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
    ]);
    expect(apiOutages(trace).map(({ from, to, what }) => [seconds(to - from), what])).toEqual([
      [60, "no-server"],
    ]);
  });

  test("etcd elsewhere does not restart with the control plane, and can be backed up", () => {
    const cluster = kubeadmCluster(1, { without: ["etcd"] });
    const steps =
      "- backupEtcd: {}\n- upgradeControlPlane: { nodes: [cp-1] }\n- gate: { until: [etcdHealthy] }";
    const { trace } = rehearse(cluster, planOf(hopSteps(steps)));
    expect(ofKind(trace, "component.upgraded").map(({ component }) => component)).not.toContain("etcd");
    expect(ofKind(trace, "etcd.members")).toEqual([]);
    expect(trace.events.at(-1)).toMatchObject({ outcome: "finished" });
  });

  test("no pod shows a version: the cluster's is assumed, and said", () => {
    const without = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
    const steps = hopSteps("- upgradeControlPlane: { nodes: [cp-1] }");
    const { trace, verdict } = rehearse(kubeadmCluster(1, { without }), planOf(steps));
    expect(ofKind(trace, "component.upgraded").map(({ component, from }) => [component, from])).toEqual([
      ["etcd", "v3.5.21"],
      ["kube-apiserver", "v1.33.4"],
      ["kube-controller-manager", "v1.33.4"],
      ["kube-scheduler", "v1.33.4"],
    ]);
    expect(verdict.unknown.join("\n")).toMatch(
      /versions of etcd, kube-apiserver, .* on cp-1: no pod in the input/,
    );
  });
});

describe("kubeadm and kubelets that are older than it takes", () => {
  const at = (kubelets: string, version: string) =>
    snapshot(
      managedByKubeadm({
        controlPlanes: 1,
        workers: 2,
        version,
        kubelets,
        etcd: "3.5.9-0",
        coredns: "1.10.1",
      }),
    );
  const to = (version: string) =>
    planOf(hopSteps(`- upgradeControlPlane: { nodes: [cp-1], to: ${version} }`));
  const failed = (kubelets: string, version: string, target: string) =>
    ofKind(rehearse(at(kubelets, version), to(target)).trace, "step.ended").flatMap((each) =>
      each.outcome === "failed" ? [each.reason] : [],
    );

  test("up to 1.28 one minor, from 1.29 on three", () => {
    expect(failed("v1.26.15", "v1.27.16", "v1.28.15")).toEqual([
      expect.stringContaining(
        "kubeadm refuses v1.28.15: kubelet v1.26.15 is on node-1 and 1 more, and it takes those of 1.27 and later",
      ),
    ]);
    expect(failed("v1.27.16", "v1.27.16", "v1.28.15")).toEqual([]);
    expect(failed("v1.26.15", "v1.28.15", "v1.29.15")).toEqual([]);
    expect(failed("v1.25.16", "v1.28.15", "v1.29.15")).toHaveLength(1);
  });
});
