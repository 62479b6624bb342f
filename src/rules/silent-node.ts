import { nodeLifecycleFacts } from "../facts/node-lifecycle.ts";
import { outOfServiceFacts } from "../facts/out-of-service.ts";
import { humanDuration } from "../lib/duration.ts";
import { groupBy } from "../lib/order.ts";
import { formatTaint } from "../model/taint.ts";
import { parseVersion } from "../model/version.ts";
import type { DrainOptions } from "../plan/plan.ts";
import type { Suggestion } from "../verdict/verdict.ts";
import { listed } from "../lib/counted.ts";
import { shellWord } from "../lib/shell-word.ts";
import { verb } from "./phrases.ts";

/** A node whose kubelet does not answer, and the pods on it that a drain evicts. */
export interface SilentNode {
  readonly node: string;
  /** The cluster's version. */
  readonly version: string;
  readonly pods: readonly SilentPod[];
  /** The drain with other flags; without it nothing is drained by kubectl here. */
  readonly drainWith?: (changes: Partial<DrainOptions>) => readonly string[];
  /** Whether that command drains this node alone: a flag of it then means no other. */
  readonly isAlone: boolean;
}

export interface SilentPod {
  readonly namespace: string;
  readonly name: string;
  /** Whether a StatefulSet made it: its successor has the same name and the same volume. */
  readonly isOfSet: boolean;
}

/** Seconds past the end of its grace period after which a pod that only its kubelet could end is given up. */
const skipSeconds = 60;

/** What to do about pods that nobody but a silent kubelet can confirm as ended, in one sentence. */
export function threeWays(node: string): string {
  return `Three ways out: ${node} comes back; its pods are deleted by force; or, once it is certainly off, it is declared so.`;
}

/** What never comes back while its object stays; nothing where no pod is a StatefulSet's. */
export function neverReplaced(pods: readonly SilentPod[]): string[] {
  const own = namesOf(pods.filter(({ isOfSet }) => isOfSet));
  if (own.length === 0) return [];
  return [
    `${listed(own)}: a StatefulSet makes no second pod of a name, so ${verb(own.length, "it is", "they are")} not replaced while Terminating.`,
  ];
}

/** What a deletion by force may do to these pods. */
export function twoWriters(pods: readonly SilentPod[]): string {
  const own = namesOf(pods.filter(({ isOfSet }) => isOfSet));
  const what = "The objects go whether the containers still run or not";
  if (own.length === 0) return `${what}: these pods may run twice for a while.`;
  return `${what}: ${listed(own)} may run twice under one name, two writers of one volume. Be sure that the old ${verb(own.length, "one", "ones")} cannot write any more.`;
}

/**
 * The ways out where a drain waits for pods of a node whose kubelet is silent: nobody else confirms that they ended.
 * Those that force are rehearsed with the mild one, which leaves a StatefulSet's pods away for good.
 * Source: kubernetes.io/docs/concepts/cluster-administration/node-shutdown (non-graceful node shutdown);
 * kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod; pkg/controller/podgc; facts/drain.json, flags.
 */
export function waysPastSilentNode(silent: SilentNode): Suggestion[] {
  const { node, version, pods, drainWith } = silent;
  const isTaintKnown = outOfServiceFacts.isOnByDefault(parseVersion(version)?.minor ?? Infinity);
  return [
    bringBack(node),
    ...(drainWith ? [notWaiting(pods, drainWith)] : []),
    byForce(silent),
    ...(isTaintKnown ? [outOfService(node)] : []),
    removeNode(node),
  ];
}

export function bringBack(node: string): Suggestion {
  return {
    commands: [`kubectl get node ${shellWord(node)} -w`],
    edit: { kind: "none" },
    cost: "Wait for it: bring the machine or its kubelet back, and it ends the pods itself; then the drain is like any other. Nothing is lost.",
    harm: 0,
  };
}

function notWaiting(pods: readonly SilentPod[], drainWith: NonNullable<SilentNode["drainWith"]>): Suggestion {
  const skip = { skipWaitForDeleteTimeout: skipSeconds };
  const own = namesOf(pods.filter(({ isOfSet }) => isOfSet));
  const away =
    own.length === 0
      ? ""
      : `, and ${listed(own)} of a StatefulSet ${verb(own.length, "is", "are")} never replaced`;
  return {
    commands: drainWith(skip),
    edit: { kind: "drain", options: skip },
    cost: `kubectl stops waiting ${skipSeconds} s after each grace period; the pods stay Terminating${away}.`,
    harm: 1,
  };
}

/** Past the kubelet: by the drain itself where that means no other node, else pod by pod. */
function byForce({ pods, drainWith, isAlone }: SilentNode): Suggestion {
  const danger = twoWriters(pods);
  if (drainWith && isAlone)
    return {
      commands: drainWith({ gracePeriod: 0 }),
      edit: { kind: "drain", options: { gracePeriod: 0 } },
      cost: `As kubectl delete pod --grace-period=0 --force does for one pod. ${danger}`,
      harm: 4,
    };
  const byNamespace = groupBy(pods, ({ namespace }) => namespace);
  return {
    commands: [...byNamespace].map(
      ([namespace, own]) =>
        `kubectl -n ${shellWord(namespace)} delete pod ${own.map(({ name }) => shellWord(name)).join(" ")} --grace-period=0 --force`,
    ),
    edit: { kind: "none" },
    cost: `No budget is asked. ${danger}`,
    harm: 4,
  };
}

function outOfService(node: string): Suggestion {
  const { taint } = outOfServiceFacts;
  return {
    commands: [`kubectl taint nodes ${shellWord(node)} ${formatTaint(taint)}`],
    edit: {
      kind: "before",
      steps: [
        {
          kind: "taint",
          name: `off-${node}`,
          nodes: { kind: "names", names: [node] },
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

/** The Node object goes, and its pods with it: for a machine that does not come back. */
export function removeNode(node: string): Suggestion {
  const detach = humanDuration(nodeLifecycleFacts.forceDetachMillis);
  return {
    commands: [`kubectl delete node ${shellWord(node)}`],
    edit: { kind: "none" },
    cost:
      `Only once the machine is known to be off: its pods are removed as orphans, labels and taints of the node are ` +
      `gone, volumes follow after ${detach}; its kubelet has to register anew.`,
    harm: 5,
  };
}

function namesOf(pods: readonly SilentPod[]): string[] {
  return pods.map(({ namespace, name }) => `${namespace}/${name}`);
}
