import { clusterRole, type ClusterRole } from "../../facts/cluster-roles.ts";
import { groupBy } from "../../lib/order.ts";
import { formatRef, keyOf, refOf } from "../../model/meta.ts";
import { isReady, type Pod } from "../../model/pod.ts";
import { resolveIntOrPercent, type Scalable } from "../../model/workload.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { counted, listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { possibleNodes } from "../possible-nodes.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * A workload with one replica behind a Service: an eviction takes the only pod before the next one starts. A
 * rehearsal shows the seconds (rule service-outage), so this looks at whole clusters only: what the cluster leans on
 * by itself, everything else together.
 */
export const singleReplica = definePreflightRule({
  id: "single-replica",
  severity: "warning",
  title: "A Service hangs on a single replica",
  check: (preflight) => {
    if (preflight.scope === "plan") return [];
    const all = singles(preflight);
    const plain = all.filter(({ role }) => role === undefined);
    const alone = plain.length <= mostSingleFindings ? all : all.filter(({ role }) => role !== undefined);
    return [...alone.map(single), ...(plain.length > mostSingleFindings ? [together(plain)] : [])];
  },
});

/** With more workloads than this, one finding speaks of all of them. */
const mostSingleFindings = 3;

interface Single {
  readonly workload: Scalable;
  readonly services: readonly string[];
  readonly node: string;
  readonly role: ClusterRole | undefined;
  /** Whether another node could take it. */
  readonly isMovable: boolean;
}

function singles({ cluster, index }: Preflight): readonly Single[] {
  const services = new Map<Pod, string[]>();
  for (const service of cluster.objects.Service) {
    const [pod, ...others] = index.podsOfService(service);
    // Other pods behind it, of a second workload, keep it up.
    if (pod && others.length === 0) services.set(pod, [...(services.get(pod) ?? []), service.name]);
  }
  const workloads: readonly Scalable[] = [...cluster.objects.Deployment, ...cluster.objects.StatefulSet];
  return workloads.flatMap((workload): Single[] => {
    if (workload.replicas !== 1) return [];
    const pod = index.podsOfWorkload(formatRef(refOf(workload))).find((each) => services.has(each));
    // One that is not Ready serves nobody that a drain could take it from.
    if (!pod || !isReady(pod)) return [];
    const isMovable = possibleNodes(cluster, pod).some(({ name }) => name !== pod.nodeName);
    const { nodeName: node, labels } = pod;
    return [{ workload, services: services.get(pod)!, node, role: clusterRole(labels), isMovable }];
  });
}

function single({ workload, services, node, role, isMovable }: Single): FindingDraft {
  return {
    subject: formatRef(refOf(workload)),
    weight: role ? 145 : 60,
    message: `1 replica behind ${services.length === 1 ? "Service" : "Services"} ${listed(services)}: a drain of ${node} takes ${services.length === 1 ? "it" : "them"} down until ${isMovable ? "the next pod is Ready" : "the uncordon, as no other node can take it"}`,
    details: role ? [`This is ${role.role}: without it ${role.consequence}.`] : [],
    suggestions: isMovable ? restart(workload) : [],
    data: {
      workloads: [keyOf(workload)],
      services: services.map((name) => `${workload.namespace}/${name}`),
      nodes: [node],
      role: role?.role ?? "",
    },
  };
}

/** How many nodes are named, those with most first. */
const nodesNamed = 5;

function together(members: readonly Single[]): FindingDraft {
  const nodes = [...groupBy(members, ({ node }) => node)].sort(([, a], [, b]) => b.length - a.length);
  return {
    subject: counted(members.length, "workload"),
    weight: 60 + Math.min(30, members.length),
    message: "1 replica each behind a Service: a drain takes that Service down until the next pod is Ready",
    details: [
      ...nodes
        .slice(0, nodesNamed)
        .map(([node, on]) => `${node}, ${on.length}: ${listed(on.map(({ workload }) => keyOf(workload)))}.`),
      "A rolling restart after the cordon and before the drain, or a second replica, keeps a Service up.",
    ],
    data: {
      workloads: members.map(({ workload }) => keyOf(workload)),
      services: members.flatMap(({ workload, services }) =>
        services.map((name) => `${workload.namespace}/${name}`),
      ),
      nodes: nodes.map(([node]) => node),
      role: "",
    },
  };
}

/** A rolling update with a surge brings the new pod up before the old one goes; an eviction never does. */
function restart(workload: Scalable): readonly Suggestion[] {
  const { namespace, name } = workload;
  const isSurging =
    workload.kind === "Deployment" &&
    workload.strategy.type === "RollingUpdate" &&
    resolveIntOrPercent(workload.strategy.maxSurge, 1, "up") > 0 &&
    !workload.template.spec.volumes.some(({ type }) => type === "persistentVolumeClaim");
  if (!isSurging) return [];
  return [
    {
      commands: [
        `kubectl -n ${shellWord(namespace)} rollout restart deployment ${shellWord(name)}`,
        `kubectl -n ${shellWord(namespace)} rollout status deployment ${shellWord(name)}`,
      ],
      edit: { kind: "none" },
      cost: "After its node is cordoned, before it is drained; old and new pod run side by side for a while.",
      harm: 1,
    },
  ];
}
