import { schedulerBehaviour } from "../../facts/scheduler.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import { formatBytes } from "../../model/quantity.ts";
import { parseVersion } from "../../model/version.ts";
import type { PersistentVolume } from "../../model/volume.ts";
import { areDeleted, replacedPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { byWorkload, nodesOf } from "../pod-groups.ts";
import { boundVolumes, reaches } from "../possible-nodes.ts";
import { noteInPlan } from "../note-in-plan.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";
import { tieOf } from "../volume-ties.ts";

/**
 * A pod whose volume is a disk of its node: evicted, it is Pending ("volume node affinity conflict") until the node
 * is back, and its budget counts it as away meanwhile. Source: pkg/scheduler volumebinding; kubernetes/kubernetes#91141.
 */
export const claimBoundToNode = definePreflightRule({
  id: "claim-bound-to-node",
  severity: "warning",
  title: "A pod's volume is on its node and does not move with it",
  check: (preflight) => {
    // On the only node every pod waits for it.
    if (preflight.cluster.objects.Node.length < 2) return [];
    const tied = replacedPods(preflight).filter((pod) => localVolumes(preflight, pod).length > 0);
    return byWorkload(preflight.index, tied).map(({ subject, pods }) => finding(preflight, subject, pods));
  },
});

/** The volumes that can be reached from the pod's own node and no other. */
function localVolumes({ cluster }: Preflight, pod: Pod): readonly PersistentVolume[] {
  return boundVolumes(cluster, pod).filter((volume) => {
    const tie = tieOf(volume);
    if (tie === undefined || tie === "zone") return false;
    return cluster.objects.Node.every((node) => node.name === pod.nodeName || !reaches([volume], node));
  });
}

function finding(preflight: Preflight, subject: string, pods: readonly Pod[]): FindingDraft {
  const volumes = pods.flatMap((pod) => localVolumes(preflight, pod));
  const nodes = nodesOf(pods);
  const isGone = areDeleted(preflight, nodes);
  const [first] = volumes as [PersistentVolume, ...PersistentVolume[]];
  const what =
    volumes.length === 1
      ? `volume ${first.name} (${formatBytes(first.capacityBytes)}${kindOf(first)}) is`
      : `${counted(volumes.length, "volume")} are`;
  const budgets = [...new Set(pods.flatMap((pod) => preflight.index.budgetsOf(pod).map(keyOf)))];
  return {
    subject,
    ...noteInPlan(preflight),
    weight: 170 + pods.length,
    message: `${what} on ${listed(nodes)} only: ${counted(pods.length, "pod")} Pending from the eviction ${isGone ? "on, as the plan deletes the node" : "until the uncordon"}`,
    details: [
      `${listed(pods.map(keyOf))} ${verb(pods.length, "waits", "wait")} for ${isGone ? "that disk, which no other node has" : "the node"}; nothing is lost while its disk is not.`,
      `The scheduler says: ${conflictReason(preflight)}.`,
      ...(budgets.length > 0
        ? [
            `Meanwhile budget ${listed(budgets)} counts ${verb(pods.length, "it", "them")} as away: the drain of the next node may wait for this one.`,
          ]
        : []),
    ],
    data: {
      workload: subject,
      workloads: [subject],
      pods: pods.map(keyOf),
      nodes,
      volumes: volumes.map(({ name }) => name),
      bytes: volumes.reduce((sum, { capacityBytes }) => sum + capacityBytes, 0),
      budgets,
    },
  };
}

/** Where the input does not tell, the newest minor that is known. */
const unknownVersion = { major: 1, minor: Infinity };

/** What the scheduler of this minor says of such a node. */
function conflictReason({ cluster }: Preflight): string {
  return schedulerBehaviour(parseVersion(cluster.version) ?? unknownVersion).volumeNodeConflictReason;
}

function kindOf({ source, storageClassName }: PersistentVolume): string {
  if (source.type === "local" || source.type === "hostPath") return `, ${source.type}`;
  return storageClassName === "" ? "" : `, ${storageClassName}`;
}
