import { expect, test } from "vitest";
import { controlPlaneMarks } from "../../../src/facts/kubeadm.ts";
import { hopSteps } from "../../support/kubeadm-clusters.ts";
import type { ApiObject } from "../../support/objects.ts";
import { planOf, rehearse } from "../../support/rehearse.ts";
import { byKubeadm, clusterAt, nodeAt } from "../../support/versions.ts";

const old = "node-role.kubernetes.io/master";
const young = "node-role.kubernetes.io/control-plane";
const excluded = "node.kubernetes.io/exclude-from-external-load-balancers";

/** Role labels and taints of two control-plane nodes after kubeadm has been at work on the first of them. */
function after(from: number, labels: readonly string[], taints: readonly string[]) {
  const version = `v1.${from}.0`;
  const planes = ["cp-1", "cp-2"].map((name): ApiObject => {
    const made = nodeAt(name, version, { labels: Object.fromEntries(labels.map((key) => [key, ""])) });
    return byKubeadm({ ...made, spec: { taints: taints.map((key) => ({ key, effect: "NoSchedule" })) } });
  });
  const cluster = clusterAt(version, planes, nodeAt("node-1", version));
  const steps = hopSteps(`- upgradeControlPlane: { nodes: [cp-1], to: v1.${from + 1}.0 }`);
  const { trace } = rehearse(cluster, planOf(steps));
  const marks = (name: string) => {
    const of = (keys: readonly string[]) => new Set(name === "node-1" ? [] : keys);
    const [own, kept] = [of(labels), of(taints)];
    for (const event of trace.events) {
      if (event.kind === "node.labelled" && event.node === name) {
        own.delete(event.key);
        if (event.value !== null) own.add(event.key);
      }
      if (event.kind === "node.tainted" && event.node === name) kept.add(event.taint.key);
      if (event.kind === "node.untainted" && event.node === name) kept.delete(event.taint.key);
    }
    return [
      [old, young, excluded].filter((key) => own.has(key)),
      [old, young].filter((key) => kept.has(key)),
    ];
  };
  expect(marks("cp-2")).toEqual(marks("cp-1"));
  expect(marks("node-1")).toEqual([[], []]);
  return marks("cp-1");
}

test("1.20 adds the role label, 1.21 the one for load balancers, on all control-plane nodes", () => {
  expect(after(19, [old], [old])).toEqual([[old, young], [old]]);
  expect(after(20, [old, young], [old])).toEqual([[old, young, excluded], [old]]);
  expect(after(21, [old, young], [old])).toEqual([[old, young], [old]]);
});

test("1.24 takes the old label and sets the new taint where the old one is; 1.25 takes the old taint", () => {
  expect(after(23, [old, young], [old])).toEqual([[young], [old, young]]);
  // Somebody has opened it for all pods: it stays so.
  expect(after(23, [old, young], [])).toEqual([[young], []]);
  expect(after(24, [young], [old, young])).toEqual([[young], [young]]);
  expect(after(25, [young], [young])).toEqual([[young], [young]]);
});

test("what kubeadm of a minor marks its own nodes with is what its upgrades lead to", () => {
  expect(controlPlaneMarks(19)).toEqual({ labels: [old], taints: [old] });
  expect(controlPlaneMarks(23)).toEqual({ labels: [young, old], taints: [old] });
  expect(controlPlaneMarks(24)).toEqual({ labels: [young], taints: [young, old] });
  expect(controlPlaneMarks(25)).toEqual({ labels: [young], taints: [young] });
});
