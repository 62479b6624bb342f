import { wellKnownTaint } from "../model/taint.ts";
import type { DrainOptions } from "../plan/plan.ts";
import type { Suggestion } from "../verdict/verdict.ts";
import { shellWord } from "./phrases.ts";

/** Seconds past the end of its grace period after which a pod that only its kubelet could end is given up. */
const skipSeconds = 60;

/**
 * The ways out where a drain waits for pods of a node whose kubelet is silent: nobody else confirms that they ended.
 * Source: kubernetes.io/docs/concepts/cluster-administration/node-shutdown (non-graceful node shutdown),
 * pkg/controller/podgc; facts/drain.json, flags.
 */
export function waysPastSilentNode(
  node: string,
  drainWith: (changes: Partial<DrainOptions>) => readonly string[],
): Suggestion[] {
  const skip = { skipWaitForDeleteTimeout: skipSeconds };
  const name = shellWord(node);
  const key = wellKnownTaint.outOfService;
  const certain = "Only if its machine is certainly off: a pod that still runs there would run twice.";
  return [
    {
      commands: [`kubectl describe node ${name}`],
      edit: { kind: "none" },
      cost: "Bring the machine or its kubelet back: it ends the pods, and the drain goes on. Nothing is forced.",
      harm: 1,
    },
    {
      commands: drainWith(skip),
      edit: { kind: "drain", options: skip },
      cost: `kubectl gives up waiting ${skipSeconds} s after a pod's grace period; the pods stay Terminating, and a StatefulSet replaces none of its own.`,
      harm: 1,
    },
    {
      commands: [`kubectl taint nodes ${name} ${key}=nodeshutdown:NoExecute`],
      edit: {
        kind: "before",
        steps: [
          {
            kind: "taint",
            name: `out-of-service-${node}`,
            nodes: { kind: "names", names: [node] },
            taint: { key, value: "nodeshutdown", effect: "NoExecute" },
            remove: false,
          },
        ],
      },
      cost: `${certain} Its pods are deleted by force and their volumes detached at once. Take the taint off when it is back.`,
      harm: 5,
    },
    {
      commands: [`kubectl delete node ${name}`],
      edit: { kind: "none" },
      cost: `${certain} Its pods are collected about a minute later; labels and taints of the node are lost.`,
      harm: 5,
    },
  ];
}
