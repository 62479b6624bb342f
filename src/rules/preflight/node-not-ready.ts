import { goDuration, humanDuration } from "../../lib/duration.ts";
import { controllerOf, keyOf } from "../../model/meta.ts";
import { type Node, nodeCondition } from "../../model/node.ts";
import { drainDefaults, type DrainOptions } from "../../plan/plan.ts";
import { isByKubectl } from "../by-kubectl.ts";
import { drainCommand } from "../kubectl-commands.ts";
import { type Departure, departures, drainsOf } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";
import {
  bringBack,
  neverReplaced,
  type SilentNode,
  threeWays,
  twoWriters,
  waysPastSilentNode,
} from "../silent-node.ts";

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
  const { cluster } = preflight;
  const ready = nodeCondition(node, "Ready")!;
  const leaving = departures(preflight).filter((each) => each.node === node.name);
  const pods = leaving.length;
  const silent = silentNode(preflight, node.name, options, leaving);
  const isKubectls = isByKubectl(preflight);
  // Such a deletion asks no kubelet: the object is gone at once.
  const isForced = isKubectls && pods > 0 && options.gracePeriod === 0;
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
          : isForced
            ? `${what}${since}: --grace-period=0 deletes ${verb(pods, "the pod", `the ${pods} pods`)} there at once, whether ${verb(pods, "it still runs", "they still run")} or not: kubectl does not wait`
            : `${what}${since}: evictions are accepted, but ${ends}, and ${isKubectls ? waitOf(options, silent) : "the drain waits for that"}`,
    details: [
      ...(ready.message === "" ? [] : [`It says: ${ready.message}`]),
      ...(pods === 0 ? [] : isForced ? [twoWriters(silent.pods)] : staysUntil(silent, pods)),
    ],
    suggestions: pods === 0 || isForced ? [bringBack(node.name)] : waysPastSilentNode(silent),
    data: {
      node: node.name,
      status: ready.status,
      reason: ready.reason,
      pods,
      ...(ready.since === undefined ? {} : { forSeconds: Math.max(0, cluster.asOf - ready.since) / 1_000 }),
    },
  };
}

function silentNode(
  preflight: Preflight,
  node: string,
  options: DrainOptions,
  leaving: readonly Departure[],
): SilentNode {
  const { cluster, scope, drained } = preflight;
  return {
    node,
    version: cluster.version,
    pods: leaving.map(({ pod }) => ({
      namespace: pod.namespace,
      name: pod.name,
      isOfSet: controllerOf(pod)?.kind === "StatefulSet",
    })),
    isAlone: drained.length === 1,
    ...(scope === "plan" && isByKubectl(preflight)
      ? { drainWith: (changes) => [drainCommand([node], { ...drainDefaults, ...options, ...changes })] }
      : {}),
  };
}

function staysUntil({ node, pods }: SilentNode, count: number): string[] {
  return [
    `Only its kubelet can end a pod: ${verb(count, "it stays", "they stay")} Terminating without it.`,
    ...neverReplaced(pods),
    threeWays(node),
  ];
}

/** What kubectl does about pods that do not end. Source: kubernetes/kubectl pkg/drain/drain.go (waitForDelete). */
function waitOf({ timeout, skipWaitForDeleteTimeout }: DrainOptions, { pods }: SilentNode): string {
  const own = pods.filter(({ isOfSet }) => isOfSet).map(keyOf);
  const away =
    own.length === 0
      ? ""
      : `; ${listed(own)} of a StatefulSet ${verb(own.length, "is", "are")} never replaced`;
  if (skipWaitForDeleteTimeout > 0)
    return `kubectl stops waiting for a pod ${skipWaitForDeleteTimeout} s after its deletion was due${away}`;
  return timeout > 0 ? `kubectl gives up after ${goDuration(timeout)}` : "kubectl waits without end";
}
