import { expect, test } from "vitest";
import { folderWith, seatrial } from "../support/command-line.ts";
import { kubeadmCluster } from "../support/kubeadm.ts";

const cluster = kubeadmCluster({
  controlPlanes: 3,
  workers: 2,
  version: "v1.33.13",
  etcd: "3.5.26-0",
  coredns: "1.12.0",
});

const input = ["--from", "cluster.yaml", "--kubernetes-version", "v1.33.13"];

test("a runbook has each step with its commands, its time and its checks", () => {
  const folder = folderWith({ "cluster.yaml": cluster });
  const plan = seatrial(folder, ["upgrade", "--to", "1.34", "--print-plan", ...input]).stdout;
  const { stdout } = seatrial(folder, ["runbook", "-", "--fail-on", "never", ...input], plan);
  const sections = stdout.split("\n## ").slice(1);
  const about = (title: string) => sections.filter((section) => section.includes(title));
  const planes = about("upgrade control plane to v1.34.11");
  // Only the first control-plane node applies; the others follow.
  expect(
    planes.map((section) => /kubeadm upgrade (apply v1\.34\.11 --yes|node)$/m.exec(section)?.[0]),
  ).toEqual(["kubeadm upgrade apply v1.34.11 --yes", "kubeadm upgrade node", "kubeadm upgrade node"]);
  expect(planes[0]).toContain("https://pkgs.k8s.io/core:/stable:/v1.34/deb/");
  expect(about("back up etcd")[0]).toContain("etcdctl");
  const [drain] = about("node-1: drain");
  expect(drain).toContain("kubectl drain node-1 --ignore-daemonsets --delete-emptydir-data --timeout=1h");
  expect(drain).toMatch(/predicted .*; stop after \d+m\./);
  // A worker is told by kubeadm before its kubelet changes.
  expect(about("node-1: upgrade kubelet")[0]).toContain("sudo kubeadm upgrade node");
  expect(about("cp-1: upgrade kubelet")[0]).not.toContain("kubeadm upgrade node");
});

test("a runbook of a plan that does not finish says so first", () => {
  const plan = `apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: stuck }
spec:
  steps:
    - gate: { until: [noPendingPods, { nodesAt: v1.34.11 }] }
`;
  const folder = folderWith({ "cluster.yaml": cluster, "plan.yaml": plan });
  const { exitCode, stdout } = seatrial(folder, ["runbook", "plan.yaml", ...input]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("do not begin before that is mended");
});
