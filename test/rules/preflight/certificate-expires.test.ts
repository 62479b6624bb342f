import { describe, expect, test } from "vitest";
import type { Certificate } from "../../../src/model/certificate.ts";
import type { Cluster } from "../../../src/model/cluster.ts";
import { endsIn2026, endsIn2030 } from "../../support/certificates.ts";
import { clusterOf, node, object } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "certificate-expires";
const day = 86_400_000;

/** A control-plane node with certificates that run out after so many days. */
function withCertificates(days: Readonly<Record<string, number | undefined>>): Cluster {
  const cluster = clusterOf(node("cp-1", { labels: { "node-role.kubernetes.io/control-plane": "" } }));
  const certificates = Object.entries(days).map(([name, after]): Certificate => ({
    name,
    node: "cp-1",
    isAuthority: name.endsWith("ca"),
    isExternal: false,
    toldBy: "certs.json",
    ...(after === undefined ? {} : { expiresAt: cluster.asOf + after * day }),
  }));
  return { ...cluster, certificates };
}

const said = (days: Readonly<Record<string, number | undefined>>) =>
  ofCluster(withCertificates(days), rule).map(({ severity, message }) => [severity, message]);

describe("kubeadm's certificates", () => {
  test("a node's that are over are an error, those of the next 30 days a warning", () => {
    expect(
      said({ apiserver: -20, "etcd-peer": 14, "scheduler.conf": 29.5, "front-proxy-client": 31 }),
    ).toEqual([
      ["error", "1 certificate of cp-1 (apiserver) ran out on 2026-10-31, 20 days ago"],
      [
        "warning",
        "2 certificates of cp-1 (etcd-peer and scheduler.conf) run out, the first on 2026-12-04, in 14 days",
      ],
    ]);
    expect(said({ apiserver: 31, "etcd-ca": 400 })).toEqual([]);
  });

  test("one that nothing stops without is no error; one that is missing is information", () => {
    expect(said({ "front-proxy-client": -1 }).map(([severity]) => severity)).toEqual(["warning"]);
    expect(said({ "super-admin.conf": undefined })).toEqual([
      ["info", "kubeadm misses 1 certificate: super-admin.conf of cp-1"],
    ]);
  });

  test("an authority that what it signs would outlive is told with its date", () => {
    expect(said({ ca: 364, "etcd-ca": 366 })).toEqual([
      [
        "warning",
        "the certificate authority ca runs out on 2027-11-19, in 364 days: nothing renews it, neither kubeadm upgrade nor kubeadm certs renew",
      ],
    ]);
    expect(said({ ca: -1 }).map(([severity]) => severity)).toEqual(["error"]);
  });

  test("beside a plan only what is over at its start", () => {
    const beside = (days: Readonly<Record<string, number>>) =>
      besidePlan(withCertificates(days), drainOf(["cp-1"]), rule).map(({ severity }) => severity);
    expect(beside({ apiserver: -1 })).toEqual(["error"]);
    expect(beside({ apiserver: 14, ca: 100 })).toEqual([]);
  });
});

describe("bundles", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const webhook = (pem: string, failurePolicy: string) =>
    object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "guard", {
      webhooks: [
        {
          name: "a.example.com",
          failurePolicy,
          clientConfig: { url: "https://a.example.com", caBundle: base64(pem) },
          rules: [],
        },
      ],
    });
  const at = (time: string, ...objects: readonly ReturnType<typeof webhook>[]) => {
    const cluster = { ...clusterOf(node("node-1"), [...objects]), asOf: Date.parse(time) };
    return ofCluster(cluster, rule).map(({ severity, subject }) => [severity, subject]);
  };
  const subject = "ValidatingWebhookConfiguration/guard/a.example.com";

  test.each([
    ["2026-12-05T00:00:00Z", "Fail", [["error", subject]]],
    ["2026-12-05T00:00:00Z", "Ignore", [["warning", subject]]],
    ["2026-11-20T00:00:00Z", "Fail", [["warning", subject]]],
    ["2026-10-20T00:00:00Z", "Fail", []],
  ])("a webhook at %s that is to %s", (time, policy, expected) => {
    expect(at(time, webhook(endsIn2026, policy))).toEqual(expected);
    expect(at(time, webhook(endsIn2026 + endsIn2030, policy))).toEqual([]);
  });

  test("an APIService", () => {
    const service = object("apiregistration.k8s.io/v1", "APIService", "v1beta1.metrics.k8s.io", {
      spec: { caBundle: base64(endsIn2026), service: { namespace: "kube-system", name: "metrics" } },
    });
    expect(at("2026-12-05T00:00:00Z", service)).toEqual([["warning", "APIService/v1beta1.metrics.k8s.io"]]);
  });
});
