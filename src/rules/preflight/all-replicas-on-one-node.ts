import { clusterRole } from "../../facts/cluster-roles.ts";
import { type Cluster, isGiven } from "../../model/cluster.ts";
import { keyOf } from "../../model/meta.ts";
import { isFinished, isReady, type Pod } from "../../model/pod.ts";
import { resolveIntOrPercent, type Workload } from "../../model/workload.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { countBudget } from "../budget-numbers.ts";
import { departingPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { byWorkload } from "../pod-groups.ts";
import { possibleNodes } from "../possible-nodes.ts";
import { noteInPlan } from "../note-in-plan.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Two replicas or more, all on one node: a drain takes them all unless a budget makes them take turns, and a crash of
 * the node takes them at once (kubernetes/kubernetes#56059: cluster DNS was such a case).
 */
export const allReplicasOnOneNode = definePreflightRule({
  id: "all-replicas-on-one-node",
  severity: "warning",
  title: "All replicas of a workload are on one node",
  check: (preflight) => {
    const { index } = preflight;
    return byWorkload(index, departingPods(preflight)).flatMap(({ subject, pods }) => {
      const [first] = pods as [Pod, ...Pod[]];
      const workload = index.controllerOf(first);
      if (!workload || workload.kind === "DaemonSet" || workload.kind === "Job") return [];
      // A pod that has ended, is ending or has no node yet keeps nothing up elsewhere.
      const all = index
        .podsOfWorkload(subject)
        .filter((pod) => !isFinished(pod) && !pod.deletion && pod.nodeName !== "");
      const isTogether = all.length >= 2 && all.every(({ nodeName }) => nodeName === first.nodeName);
      if (!isTogether) return [];
      // Where no other node would take them, they are where they have to be.
      const others = possibleNodes(preflight.cluster, first).filter(({ name }) => name !== first.nodeName);
      if (others.length === 0) return [];
      return [finding(preflight, subject, workload, all, others.length)];
    });
  },
});

function finding(
  preflight: Preflight,
  subject: string,
  workload: Workload,
  pods: readonly Pod[],
  others: number,
): FindingDraft {
  const { cluster, index, scope } = preflight;
  const [first] = pods as [Pod, ...Pod[]];
  const node = first.nodeName;
  const role = clusterRole(first.labels);
  const ready = pods.filter(isReady).length;
  const budgets = [...new Set(pods.flatMap((pod) => index.budgetsOf(pod)))];
  const services = cluster.objects.Service.filter(
    (service) => service.namespace === first.namespace && index.podsOfService(service).includes(first),
  ).map(({ name }) => name);
  return {
    subject,
    ...noteInPlan(preflight),
    weight: (role ? 270 : 110) + pods.length,
    message: `${pods.length === 2 ? "both" : `all ${pods.length}`} pods (${ready} Ready) are on ${node}${role ? `; this is ${role.role}: without it ${role.consequence}` : ""}`,
    details: [
      turnsOf(
        cluster,
        budgets.map((budget) => ({ name: keyOf(budget), ...countBudget(index, budget) })),
        ready,
      ),
      ...(services.length > 0
        ? [`They are behind ${services.length === 1 ? "Service" : "Services"} ${listed(services)}.`]
        : []),
      `${counted(others, "other node")} could take them by selector, taints and volumes.`,
    ],
    suggestions: respread(workload, node, scope),
    data: {
      workload: subject,
      node,
      pods: pods.map(keyOf),
      ready,
      budgets: budgets.map(keyOf),
      services,
      role: role?.role ?? "",
    },
  };
}

/** Whether a drain takes them at once, as far as their budgets say. A crash of the node asks no budget. */
function turnsOf(
  cluster: Cluster,
  budgets: readonly { readonly name: string; readonly allowed: number }[],
  ready: number,
): string {
  if (budgets.length === 0)
    return isGiven(cluster, "PodDisruptionBudget")
      ? "No budget makes them leave in turns: a drain tells all of them to go at once."
      : "Whether a budget makes them leave in turns is not known: the input has no budgets.";
  const names = listed(budgets.map(({ name }) => name));
  const allowed = Math.min(...budgets.map((budget) => budget.allowed));
  if (allowed >= ready) return `Budget ${names} allows ${allowed} at a time: all of them at once.`;
  return `Budget ${names} allows ${allowed} at a time; a crash of the node asks no budget.`;
}

/** Cordon, then restart: the new pods come up elsewhere before the old ones go. */
function respread(workload: Workload, node: string, scope: Preflight["scope"]): readonly Suggestion[] {
  if (workload.kind !== "Deployment" || workload.strategy.type !== "RollingUpdate") return [];
  if (resolveIntOrPercent(workload.strategy.maxSurge, workload.replicas, "up") === 0) return [];
  const target = `deployment ${shellWord(workload.name)}`;
  const inNamespace = `kubectl -n ${shellWord(workload.namespace)}`;
  const restart = [`${inNamespace} rollout restart ${target}`, `${inNamespace} rollout status ${target}`];
  if (scope === "cluster")
    return [
      {
        commands: restart,
        edit: { kind: "none" },
        cost: "The scheduler spreads new pods where it can; nothing but a spread constraint makes it do so.",
        harm: 1,
      },
    ];
  return [
    {
      commands: [`kubectl cordon ${shellWord(node)}`, ...restart],
      edit: {
        kind: "beforeDrain",
        node,
        steps: [
          {
            kind: "restartWorkload",
            name: "",
            workload: `${workload.namespace}/Deployment/${workload.name}`,
          },
        ],
      },
      cost: "Old and new pods run side by side for a while.",
      harm: 1,
    },
  ];
}
