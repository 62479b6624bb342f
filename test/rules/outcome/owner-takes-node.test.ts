import { describe, expect, test } from "vitest";
import { fixed } from "../../../src/plan/assumptions.ts";
import type { Plan, Step } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, node, nodes } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const rule = "owner-takes-node";
const image = "registry.k8s.io/autoscaling/cluster-autoscaler:v1.33.0";
const scaler = deployment("kube-system/cluster-autoscaler", ["n3"], {
  spec: { containers: [{ name: "cluster-autoscaler", image }] },
});
const nodeOf = (names: string) => ({ kind: "names", names: [names] }) as const;
const reboot = (minutes: number): readonly Step[] => [
  { kind: "reboot", name: "reboot", nodes: nodeOf("n1"), duration: fixed(minutes * 60_000) },
  { kind: "uncordon", name: "open", nodes: nodeOf("n1") },
];

function found(more: readonly Step[], labels: Record<string, string> = {}, rest: Partial<Plan> = {}) {
  const cluster = clusterOf(
    node("n1", { labels }),
    nodes("n2", "n3"),
    deployment("shop/web", ["n1", "n2"]),
    Object.keys(labels).length === 0 ? scaler : [],
  );
  const plan = drainOf(["n1"]);
  return findingsOf(rehearse(cluster, { ...plan, steps: [...plan.steps, ...more], ...rest }).verdict, rule);
}

describe("the cluster autoscaler takes an empty node after ten minutes", () => {
  test("a reboot that lasts longer: the node may be gone", () => {
    const [finding, ...others] = found(reboot(12));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      severity: "warning",
      subject: "n1",
      data: { who: "the cluster autoscaler", nodes: ["n1"], neededAgain: ["n1"], afterMillis: 600_000 },
    });
    expect(finding!.suggestions[0]!.commands).toEqual([
      "kubectl annotate node n1 cluster-autoscaler.kubernetes.io/scale-down-disabled=true",
    ]);
  });

  test("near miss: the reboot is over before", () => {
    expect(found(reboot(3))).toEqual([]);
  });

  test("a drain and nothing after it is only worth knowing", () => {
    expect(found([])).toMatchObject([{ severity: "info", data: { neededAgain: [], emptyMillis: null } }]);
  });
});

describe("Karpenter waits as its pool says, which is not in the input", () => {
  const labels = { "karpenter.sh/nodepool": "general" };

  test("any time is too long", () => {
    expect(found(reboot(3), labels)).toMatchObject([
      { severity: "warning", subject: "n1", data: { who: "Karpenter NodePool general" } },
    ]);
  });

  test("near misses: it drains itself, it is told to leave the node alone, the node is deleted", () => {
    expect(found([], labels, { drainer: "karpenter" })).toEqual([]);
    expect(
      found([{ kind: "deleteNode", name: "away", nodes: nodeOf("n1"), duration: fixed(0) }], labels),
    ).toEqual([]);
  });
});
