import { isEtcdMember } from "../../facts/cluster-roles.ts";
import type { Cluster } from "../../model/cluster.ts";
import { isControlPlane, isNodeReady } from "../../model/node.ts";
import { isMirror, isReady } from "../../model/pod.ts";
import { stepPlaces } from "../../plan/places.ts";
import { resolveParallelism, type Step } from "../../plan/plan.ts";
import { placedSteps, rolloutNodes } from "../../plan/selection.ts";
import { awayWith } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * A control-plane node is drained: how many others are there, and, where its machine also goes down, whether etcd
 * keeps its majority. A drain alone leaves API server and etcd running: they are static pods.
 * Source: etcd.io, "What is failure tolerance?".
 */
export const controlPlaneNode = definePreflightRule({
  id: "control-plane-node",
  severity: "info",
  title: "A control-plane node is drained",
  check: (preflight) => {
    if (preflight.scope === "cluster") return [];
    const { index, drained } = preflight;
    const replaced = replacedNodes(preflight);
    return drained
      .filter((name) => {
        const node = index.node(name);
        return node !== undefined && isControlPlane(node) && !replaced.has(name);
      })
      .map((name) => finding(preflight, name));
  },
});

/** Nodes for which new ones come: what is left without them is for the rehearsal to tell. */
function replacedNodes({ cluster, plan }: Preflight): ReadonlySet<string> {
  const rollouts = stepPlaces(plan).flatMap(({ step }) =>
    step.kind === "rollout" && step.strategy ? [step] : [],
  );
  return new Set(rollouts.flatMap((step) => rolloutNodes(cluster, step)));
}

/** Whether the plan takes the machine down, and which machines are down while it is. */
function rebootOf(
  { cluster, plan }: Preflight,
  name: string,
): { goesDown: boolean; down: readonly string[] } {
  const steps = placedSteps(cluster, plan);
  const rebooted = steps.filter(
    ({ step }) => step.kind === "reboot" || (step.kind === "hook" && step.effect === "reboot"),
  );
  const goesDown = rebooted.some(({ nodes }) => nodes.includes(name));
  // Steps follow one another, and a reboot ends when its node is back; only in parallel are several down.
  return {
    goesDown,
    down: isParallel(cluster, plan.steps) ? rebooted.flatMap(({ nodes }) => nodes) : [name],
  };
}

function isParallel(cluster: Cluster, steps: readonly Step[]): boolean {
  return steps.some((step) => {
    if (step.kind === "sequence") return isParallel(cluster, step.steps);
    if (step.kind !== "rollout") return step.kind === "parallel";
    return resolveParallelism(step.maxParallel, rolloutNodes(cluster, step).length) > 1;
  });
}

function finding(preflight: Preflight, name: string): FindingDraft {
  const { cluster } = preflight;
  const all = cluster.objects.Node.filter(isControlPlane);
  const away = awayWith(preflight, name);
  const left = all.filter((node) => !away.has(node.name));
  const ready = left.filter(isNodeReady).length;
  const { goesDown, down } = rebootOf(preflight, name);
  const members = cluster.objects.Pod.filter(
    (pod) => isMirror(pod) && isEtcdMember(pod.namespace, pod.labels),
  );
  const running = members.filter((pod) => isReady(pod) && !down.includes(pod.nodeName)).length;
  const needed = Math.floor(members.length / 2) + 1;
  const hasEtcd = members.some(({ nodeName }) => nodeName === name);
  const losesQuorum = goesDown && hasEtcd && running < needed;
  const isLast = goesDown && !all.some((node) => isNodeReady(node) && !down.includes(node.name));
  return {
    subject: name,
    ...(losesQuorum || isLast ? { severity: "warning" as const } : {}),
    weight: losesQuorum || isLast ? 390 : 45,
    message: losesQuorum
      ? `etcd has ${members.length} members and needs ${needed}; while this machine is down, ${running} ${verb(running, "is", "are")} left: no API server answers`
      : isLast
        ? `the only Ready control-plane node: while this machine is down, no API server answers`
        : all.length === 1
          ? "the only control-plane node: pods that need one have no other to go to"
          : `1 of ${counted(all.length, "control-plane node")}; ${left.length} ${verb(left.length, "remains", "remain")}, ${ready} Ready`,
    details: [
      ...(hasEtcd && !losesQuorum
        ? [
            `etcd: ${counted(members.length, "member")}, ${needed} needed; without this machine ${running} Ready ${verb(running, "one is", "ones are")} left.`,
          ]
        : []),
      ...(goesDown
        ? []
        : [
            "The drain leaves its API server and etcd running where they are static pods; only a reboot stops them.",
          ]),
      ...(left.length === 0 && all.length > 1
        ? [`All of them are cordoned together: ${listed(all.map((node) => node.name))}.`]
        : []),
    ],
    data: {
      node: name,
      controlPlaneNodes: all.length,
      remaining: left.length,
      ready,
      etcdMembers: members.length,
      etcdNeeded: members.length === 0 ? 0 : needed,
      etcdLeft: running,
      goesDown,
    },
  };
}
