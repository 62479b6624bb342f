import { describe, expect, test } from "vitest";
import type { Certificate } from "../../../src/model/certificate.ts";
import { staticComponents } from "../../../src/model/control-plane.ts";
import type { Cluster } from "../../../src/model/cluster.ts";
import { fixed } from "../../../src/plan/assumptions.ts";
import type { Step } from "../../../src/plan/plan.ts";
import { apiOutages } from "../../../src/trace/control-plane.ts";
import { hopSteps, kubeadmCluster } from "../../support/kubeadm-clusters.ts";
import { findingsOf, planOf, rehearse } from "../../support/rehearse.ts";
import { byKubeadm, clusterAt, componentPod, nodeAt } from "../../support/versions.ts";

const rule = "certificate-lapses";
const hour = 3_600_000;

/** Certificates that run out so many hours after the start. */
function withCertificates(
  cluster: Cluster,
  hours: Readonly<Record<string, number>>,
  rest: Partial<Certificate> = {},
): Cluster {
  const certificates = Object.entries(hours).map(([key, after]): Certificate => {
    const [name = "", node = ""] = key.split(" ");
    return {
      name,
      node,
      isAuthority: name === "ca",
      isExternal: false,
      expiresAt: cluster.asOf + after * hour,
      toldBy: "certs.json",
      ...rest,
    };
  });
  return { ...cluster, certificates };
}

const soak = (hours: number): Step => ({
  kind: "wait",
  name: `soak-${hours}`,
  duration: fixed(hours * hour),
});
const upgrade = hopSteps("- upgradeControlPlane: { nodes: [cp-1] }");
const renew = hopSteps("- renewCertificates: { nodes: [cp-1] }");

function outcome(cluster: Cluster, steps: readonly Step[]) {
  const { trace, verdict } = rehearse(cluster, planOf(steps), { horizon: 60 * 24 * hour });
  return { trace, found: findingsOf(verdict, rule) };
}

const severities = (cluster: Cluster, steps: readonly Step[]) =>
  outcome(cluster, steps).found.map(({ severity, subject }) => [severity, subject]);

describe("the API server's certificate runs out in the middle", () => {
  const cluster = withCertificates(kubeadmCluster(1), { "apiserver cp-1": 10 });

  test("an error with its moment, and nobody answers from then on", () => {
    const { trace, found } = outcome(cluster, [soak(20), ...upgrade]);
    expect(found).toMatchObject([
      {
        severity: "error",
        subject: "cp-1",
        at: 10 * hour,
        message:
          "1 certificate of cp-1 (apiserver) runs out after 10h00m, on 2026-11-20, in the middle of the plan, and no step before renews it",
        data: { certificates: ["apiserver"], atSeconds: 36_000 },
      },
    ]);
    expect(found[0]!.events).toHaveLength(1);
    expect(apiOutages(trace)[0]).toMatchObject({ from: 10 * hour, what: "no-server" });
  });

  test.each([
    ["an upgrade before renews it", [...upgrade, soak(20)]],
    ["a renewal before does", [...renew, soak(20)]],
  ])("%s", (_, steps) => {
    expect(severities(cluster, steps)).toEqual([["info", "renewed"]]);
  });

  test("an upgrade that is told to leave it does not", () => {
    const told = upgrade.map((step) => ({ ...step, certificateRenewal: false }) as Step);
    expect(severities(cluster, [...told, soak(20)])).toEqual([["error", "cp-1"]]);
  });

  test("a renewal afterwards brings the API back", () => {
    const { trace, found } = outcome(cluster, [
      soak(20),
      ...renew,
      ...hopSteps("- cordon: { nodes: [node-1] }"),
    ]);
    expect(found.map(({ severity }) => severity)).toContain("error");
    expect(trace.events.some(({ kind }) => kind === "api.up")).toBe(true);
    expect(trace.events.some((event) => event.kind === "node.cordoned")).toBe(true);
  });

  test("a plan that is over before is warned of, where it is soon", () => {
    expect(severities(cluster, [soak(5)])).toEqual([["warning", "cp-1"]]);
    expect(severities(withCertificates(kubeadmCluster(1), { "apiserver cp-1": 24 * 40 }), [soak(5)])).toEqual(
      [],
    );
  });
});

test("with three, the others answer; etcd keeps its majority", () => {
  const three = withCertificates(kubeadmCluster(3), { "apiserver cp-1": 10, "etcd-server cp-2": 11 });
  const { trace, found } = outcome(three, [soak(20)]);
  expect(found.map(({ severity, subject }) => [severity, subject])).toEqual([
    ["error", "cp-1"],
    ["error", "cp-2"],
  ]);
  expect(apiOutages(trace)).toEqual([]);
  expect(trace.events.find(({ kind }) => kind === "etcd.members")).toMatchObject({
    healthy: 2,
    time: 11 * hour,
  });
});

test("the controller manager's takes its leader away, and kubeadm is refused without admin.conf", () => {
  const cluster = withCertificates(kubeadmCluster(1), {
    "controller-manager.conf cp-1": 2,
    "admin.conf cp-1": 2,
  });
  const { trace } = outcome(cluster, [soak(3), ...upgrade]);
  expect(trace.events.find(({ kind }) => kind === "leader.lost")).toMatchObject({ time: 2 * hour });
  expect(
    trace.events.find((event) => event.kind === "step.ended" && event.outcome === "failed"),
  ).toMatchObject({
    reason: "cp-1: kubeadm is refused by the API server: admin.conf has run out",
  });
});

test("an authority and what an external one signed are renewed by nothing", () => {
  const authority = withCertificates(kubeadmCluster(1), { "ca cp-1": 10 });
  expect(severities(authority, [...upgrade, soak(20)])).toEqual([["error", "ca"]]);
  const external = withCertificates(kubeadmCluster(1), { "apiserver cp-1": 10 }, { isExternal: true });
  expect(severities(external, [...upgrade, soak(20)])).toEqual([["error", "cp-1"]]);
});

test("without a node's name, the last node that is renewed counts", () => {
  const somewhere = withCertificates(kubeadmCluster(3), { apiserver: 10 });
  const all = hopSteps("- upgradeControlPlane: { nodes: [cp-1, cp-2, cp-3] }");
  expect(severities(somewhere, [...all, soak(20)])).toEqual([]);
  expect(severities(somewhere, [...upgrade, soak(20)])).toEqual([["error", "certificates"]]);
});

describe("kubeadm upgrade node", () => {
  const names = ["cp-1", "cp-2"];
  const at = (version: string) => {
    const image = (component: string) =>
      `k8s.gcr.io/${component}:${component === "etcd" ? "3.3.10" : version}`;
    return clusterAt(
      version,
      names.map((name) =>
        byKubeadm(nodeAt(name, version, { labels: { "node-role.kubernetes.io/master": "" } })),
      ),
      names.flatMap((name) =>
        staticComponents.map((component) => componentPod(component, name, image(component))),
      ),
    );
  };
  const steps = (to: string): readonly Step[] => [
    { kind: "upgradeControlPlane", name: "upgrade", nodes: { kind: "names", names }, to },
    soak(20),
  ];

  test.each([
    ["v1.15.12", "v1.16.15", ["error", "cp-2"]],
    ["v1.16.15", "v1.17.17", undefined],
  ])("from %s to %s: before 1.17 it renews nothing unless it is told to", (from, to, expected) => {
    const cluster = withCertificates(at(from), { "apiserver cp-1": 10, "apiserver cp-2": 10 });
    const renewed = expected ? [expected, ["info", "renewed"]] : [["info", "renewed"]];
    expect(severities(cluster, steps(to))).toEqual(renewed);
  });
});

test("one that nothing stops without is a warning; nothing is said where nothing is known", () => {
  const proxy = withCertificates(kubeadmCluster(1), { "front-proxy-client cp-1": 10 });
  expect(severities(proxy, [soak(20)])).toEqual([["warning", "cp-1"]]);
  expect(severities(kubeadmCluster(1), [soak(20), ...upgrade])).toEqual([]);
});

describe("renewCertificates", () => {
  test("restarts every static pod of the node in kubeadm's order, and changes no version", () => {
    const { trace } = outcome(kubeadmCluster(1), renew);
    const ups = trace.events.flatMap((event) => (event.kind === "component.up" ? [event] : []));
    expect(ups.map(({ component, time }) => [component, Math.round(time / 1_000)])).toEqual([
      ["etcd", 79],
      ["kube-apiserver", 113],
      ["kube-controller-manager", 146],
      ["kube-scheduler", 180],
    ]);
    expect(trace.events.some(({ kind }) => kind === "component.upgraded")).toBe(false);
    expect(apiOutages(trace).map(({ from, to }) => Math.round((to - from) / 1_000))).toEqual([68]);
    expect(trace.header.assumptions).toContainEqual(
      expect.objectContaining({ what: "certificate renewal", millis: 180_000, origin: "default" }),
    );
  });

  test("is refused on a node that is none of the control plane", () => {
    const { trace } = outcome(kubeadmCluster(1), hopSteps("- renewCertificates: { nodes: [node-1] }"));
    expect(
      trace.events.find((event) => event.kind === "step.ended" && event.outcome === "failed"),
    ).toMatchObject({
      reason: "node-1: it is no control-plane node",
    });
  });
});
