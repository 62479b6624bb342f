import { describe, expect, test } from "vitest";
import { folderWith, seatrial } from "../support/command-line.ts";
import { kubeadmCluster } from "../support/kubeadm.ts";

const shape = { workers: 2, version: "v1.35.8", etcd: "3.6.6-0", coredns: "1.13.1" };
const asOf = "2026-11-21T00:00:00Z";

function printed(expirationDate: string): string {
  return JSON.stringify({
    kind: "CertificateExpirationInfo",
    apiVersion: "output.kubeadm.k8s.io/v1alpha3",
    certificates: [{ name: "apiserver", expirationDate, externallyManaged: false, missing: false }],
    certificateAuthorities: [
      { name: "ca", expirationDate: "2036-01-01T00:00:00Z", externallyManaged: false },
    ],
  });
}

function findings(stdout: string, rule: string) {
  const { findings: all } = JSON.parse(stdout) as {
    findings: readonly { rule: string; severity: string; subject: string; message: string }[];
  };
  return all.filter((each) => each.rule === rule).map(({ severity, subject }) => [severity, subject]);
}

function run(controlPlanes: number, files: Readonly<Record<string, string>>, ...words: readonly string[]) {
  const folder = folderWith({ "cluster.yaml": kubeadmCluster({ ...shape, controlPlanes }), ...files });
  const input = ["--from", "cluster.yaml", "--as-of", asOf, "--assume-none", "pv,WebhookConfiguration"];
  const [command = "", ...rest] = words;
  return { folder, ...seatrial(folder, [command, ...rest, ...input]) };
}

describe("--certs", () => {
  test("check says what has run out, of the only control-plane node", () => {
    const { stdout, exitCode } = run(
      1,
      { "a.json": printed("2026-11-01T00:00:00Z") },
      "check",
      "--certs",
      "a.json",
      "-o",
      "json",
    );
    expect(findings(stdout, "certificate-expires")).toEqual([["error", "cp-1"]]);
    expect(exitCode).toBe(1);
  });

  test("a file is that of the node in its name, or before the =", () => {
    const files = {
      "certs-cp-2.json": printed("2026-12-01T00:00:00Z"),
      "x.json": printed("2026-12-02T00:00:00Z"),
    };
    const both = ["--certs", "certs-cp-2.json", "--certs", "cp-3=x.json"];
    const { stdout } = run(3, files, "check", ...both, "-o", "json");
    expect(findings(stdout, "certificate-expires")).toEqual([
      ["warning", "cp-2"],
      ["warning", "cp-3"],
    ]);
  });

  test("an upgrade renews them, and says so; with a soak before it they run out", () => {
    const files = { "a.json": printed("2026-11-28T00:00:00Z") };
    const { stdout } = run(1, files, "upgrade", "--to", "v1.36.4", "--certs", "a.json", "-o", "json");
    expect(findings(stdout, "certificate-lapses")).toEqual([["info", "renewed"]]);
    const shown = run(1, files, "upgrade", "--to", "v1.36.4", "--certs", "a.json");
    expect(shown.stdout.replaceAll(/\\\n\s+/g, "")).toContain("--certs a.json");
    const plan = `apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: late }
spec:
  steps:
    - wait: { duration: 2w }
    - upgradeControlPlane: { nodes: [cp-1], to: v1.36.4 }
`;
    const late = run(
      1,
      { ...files, "plan.yaml": plan },
      "rehearse",
      "plan.yaml",
      "--horizon",
      "30d",
      "--certs",
      "a.json",
    );
    expect(late.exitCode).toBe(1);
    expect(late.stdout.replaceAll(/\s+/g, " ")).toContain(
      "certificate-lapses: cp-1: 1 certificate of cp-1 (apiserver) runs out after 7d0h, on 2026-11-28",
    );
  });

  test.each([
    [["--certs", "missing.json"], "--certs missing.json: there is no such file or directory"],
    [["--certs", "cp-9=a.json"], "--certs cp-9=a.json: there is no node cp-9 in cluster.yaml"],
    [["--certs", "cluster.yaml"], "cluster.yaml: kind: expected kind CertificateExpirationInfo"],
  ])("%j is refused", (words, message) => {
    const { exitCode, stderr } = run(1, { "a.json": printed(asOf) }, "check", ...words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test("the runbook renews by hand, and puts the manifests back", () => {
    const plan = `apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: renew }
spec:
  steps:
    - renewCertificates: { nodes: [cp-1] }
`;
    const { stdout } = run(1, { "plan.yaml": plan }, "runbook", "plan.yaml");
    expect(stdout).toContain("sudo kubeadm certs renew all");
    expect(stdout).toContain("kube-scheduler.yaml /etc/kubernetes/manifests/");
    expect(stdout).toContain("kubelet.conf");
  });
});
