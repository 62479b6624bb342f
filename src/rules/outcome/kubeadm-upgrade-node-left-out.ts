import { isByKubeadm } from "../../model/components.ts";
import { controlPlaneOf } from "../../model/control-plane.ts";
import type { EventOf } from "../../trace/event.ts";
import { listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import type { StepReport } from "../step-reports.ts";

/**
 * Workers of kubeadm get another kubelet and keep their old configuration, because the plan leaves `kubeadm upgrade node`
 * out. On control-plane nodes it is part of their own upgrade. Source: kubernetes.io, Upgrading Linux nodes.
 */
export const kubeadmUpgradeNodeLeftOut = defineOutcomeRule({
  id: "kubeadm-upgrade-node-left-out",
  severity: "warning",
  title: "Workers get another kubelet without `kubeadm upgrade node`",
  check: (outcome) => {
    if (!isByKubeadm(outcome.cluster)) return [];
    const controlPlane = new Set(controlPlaneOf(outcome.cluster).nodes);
    const upgraded = upgradesOf(outcome).filter(({ event }) => !controlPlane.has(event.node));
    return upgraded.length === 0 ? [] : [finding(upgraded)];
  },
});

interface Upgraded {
  readonly event: EventOf<"upgrade.started">;
  readonly number: number;
}

/** What the steps began that leave it out. */
function upgradesOf({ analysis, trace }: Outcome): readonly Upgraded[] {
  const steps = analysis.steps.filter(isLeftOut);
  if (steps.length === 0) return [];
  return trace.events.flatMap((event, number) =>
    event.kind === "upgrade.started" &&
    event.what === "kubelet" &&
    steps.some((step) => isBehind(step, event, number))
      ? [{ event, number }]
      : [],
  );
}

function isLeftOut({ step }: StepReport): boolean {
  return step?.kind === "upgradeKubelet" && step.kubeadmUpgradeNode === false;
}

/** Whether this step has begun the upgrade: only one at a time is at work on a node. */
function isBehind(
  { step, node, started, ended }: StepReport,
  event: Upgraded["event"],
  number: number,
): boolean {
  if (number < started || number > (ended ?? Infinity) || step?.kind !== "upgradeKubelet") return false;
  return step.nodes.kind === "current" ? node === event.node : step.to === event.to;
}

function finding(upgraded: readonly Upgraded[]): FindingDraft {
  const nodes = upgraded.map(({ event }) => event.node);
  const { to } = upgraded[0]!.event;
  return {
    subject: nodes.length === 1 ? nodes[0]! : `${nodes.length} nodes`,
    at: upgraded[0]!.event.time,
    events: upgraded.map(({ number }) => number),
    weight: 335,
    message: `${listed(nodes)} ${verb(nodes.length, "gets", "get")} kubelet ${to} without kubeadm upgrade node, and ${verb(nodes.length, "keeps its", "keep their")} old configuration`,
    details: [
      "kubeadm upgrade node writes the kubelet's configuration for the new version; the old one may have fields and flags that the new kubelet does not know.",
      "Leave kubeadmUpgradeNode: false out, or do it by hand before the kubelet.",
      "https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/upgrading-linux-nodes/",
    ],
    data: { nodes, to },
  };
}
