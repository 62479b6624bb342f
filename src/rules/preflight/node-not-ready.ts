import { nodeLifecycleFacts } from "../../facts/node-lifecycle.ts";
import { outOfServiceFacts } from "../../facts/out-of-service.ts";
import { goDuration, humanDuration } from "../../lib/duration.ts";
import { type Node, nodeCondition } from "../../model/node.ts";
import { formatTaint } from "../../model/taint.ts";
import { parseVersion } from "../../model/version.ts";
import { drainDefaults, type DrainOptions } from "../../plan/plan.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { isByKubectl } from "../by-kubectl.ts";
import { drainCommand } from "../kubectl-commands.ts";
import { departures, drainsOf } from "../drained-pods.ts";
import { counted, shellWord, verb } from "../phrases.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * A node whose kubelet does not answer: evictions are accepted, nothing terminates, and kubectl waits for it.
 * Source: facts/timing.json, nodeLifecycle; kubernetes.io, "Non-graceful node shutdown handling".
 */
export const nodeNotReady = definePreflightRule({
  id: "node-not-ready",
  severity: "warning",
  title: "A node is not Ready: its pods cannot be ended from outside",
  check: (preflight) =>
    drainsOf(preflight).flatMap(({ node, options }) => {
      const object = preflight.index.node(node);
      const ready = object && nodeCondition(object, "Ready");
      return object && ready && ready.status !== "True" ? [finding(preflight, object, options)] : [];
    }),
});

function finding(preflight: Preflight, node: Node, options: DrainOptions): FindingDraft {
  const { cluster, scope } = preflight;
  const ready = nodeCondition(node, "Ready")!;
  const pods = departures(preflight).filter((each) => each.node === node.name).length;
  const since =
    ready.since === undefined ? "" : ` for ${humanDuration(Math.max(0, cluster.asOf - ready.since))}`;
  const what = ready.reason === "" ? `Ready ${ready.status}` : `Ready ${ready.status} (${ready.reason})`;
  const isReporting = ready.status === "False";
  const ends = pods === 1 ? "the pod there does not end" : `none of the ${pods} pods there ends`;
  return {
    subject: node.name,
    weight: pods === 0 ? 60 : 400,
    message:
      pods === 0
        ? `${what}${since}: no pod there is to be evicted, and none can start there`
        : isReporting
          ? `${what}${since}: its kubelet still reports, and may or may not end the ${counted(pods, "pod")} that a drain evicts`
          : `${what}${since}: evictions are accepted, but ${ends}, and ${isByKubectl(preflight) ? waitOf(options) : "the drain waits for that"}`,
    details: [
      ...(ready.message === "" ? [] : [`It says: ${ready.message}`]),
      ...(pods === 0
        ? []
        : [
            `Only its kubelet can end a pod. ${verb(pods, "It stays", "They stay")} Terminating until one of these is done:`,
          ]),
    ],
    suggestions:
      pods === 0
        ? [bringBack(node)]
        : [
            bringBack(node),
            ...(isOffTaintKnown(cluster.version) ? [outOfService(node)] : []),
            ...(scope === "plan" && isByKubectl(preflight) ? [notWaiting(node, options)] : []),
            remove(node),
          ],
    data: {
      node: node.name,
      status: ready.status,
      reason: ready.reason,
      pods,
      ...(ready.since === undefined ? {} : { forSeconds: Math.max(0, cluster.asOf - ready.since) / 1_000 }),
    },
  };
}

/** What kubectl does about pods that do not end. Source: kubernetes/kubectl pkg/drain/drain.go (waitForDelete). */
function waitOf({ timeout, skipWaitForDeleteTimeout }: DrainOptions): string {
  if (skipWaitForDeleteTimeout > 0)
    return `kubectl stops waiting for a pod ${skipWaitForDeleteTimeout} s after its deletion was due`;
  return timeout > 0 ? `kubectl gives up after ${goDuration(timeout)}` : "kubectl waits without end";
}

function isOffTaintKnown(version: string): boolean {
  return outOfServiceFacts.isOnByDefault(parseVersion(version)?.minor ?? Infinity);
}

function bringBack(node: Node): Suggestion {
  return {
    commands: [`kubectl get node ${shellWord(node.name)} -w`],
    edit: { kind: "none" },
    cost: "Bring the machine or its kubelet back first: then the drain is like any other. Nothing is lost.",
    harm: 0,
  };
}

function outOfService(node: Node): Suggestion {
  const { taint } = outOfServiceFacts;
  return {
    commands: [`kubectl taint nodes ${shellWord(node.name)} ${formatTaint(taint)}`],
    edit: {
      kind: "before",
      steps: [
        {
          kind: "taint",
          name: `off-${node.name}`,
          nodes: { kind: "names", names: [node.name] },
          taint,
          remove: false,
        },
      ],
    },
    cost:
      "Only once the machine is known to be off: pods are removed and volumes detached by force, and one that still " +
      "runs would write to the same disk. Take the taint off when it is back.",
    harm: 4,
  };
}

/** Counts from the end of the grace period on; 1 s is the shortest that kubectl takes. */
const shortestSkip = 1;

function notWaiting(node: Node, options: DrainOptions): Suggestion {
  const skip = { skipWaitForDeleteTimeout: shortestSkip };
  return {
    commands: [drainCommand([node.name], { ...drainDefaults, ...options, ...skip })],
    edit: { kind: "drain", options: skip },
    cost: "kubectl stops waiting soon after each grace period; the pods stay Terminating, and a StatefulSet does not replace its own.",
    harm: 1,
  };
}

function remove(node: Node): Suggestion {
  const detach = humanDuration(nodeLifecycleFacts.forceDetachMillis);
  return {
    commands: [`kubectl delete node ${shellWord(node.name)}`],
    edit: { kind: "none" },
    cost:
      `Only once the machine is known to be off: its pods are removed as orphans, labels and taints of the node are ` +
      `gone, volumes follow after ${detach}; its kubelet has to register anew.`,
    harm: 5,
  };
}
