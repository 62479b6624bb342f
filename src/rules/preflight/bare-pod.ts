import { groupBy } from "../../lib/order.ts";
import { controllerOf, keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import { isByKubectl } from "../by-kubectl.ts";
import { departures } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { verb } from "../phrases.ts";
import { nodesOf } from "../pod-groups.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

/**
 * Pods that no controller owns: kubectl refuses to drain their node without --force, and with it they are gone for
 * good. Source: kubernetes/kubectl pkg/drain/filters.go (unreplicatedFilter); facts/drain.json.
 */
export const barePod = definePreflightRule({
  id: "bare-pod",
  severity: "warning",
  title: "A pod without a controller is not replaced",
  check: (preflight) => {
    const bare = departures(preflight).filter(({ pod }) => !pod.deletion && !controllerOf(pod));
    // Other drainers ask for no flag.
    const isForced = bare.some(({ options }) => options.force);
    const how = !isByKubectl(preflight) ? "the drain" : isForced ? "--force" : undefined;
    // An owner that is not its controller (OLM's CatalogSource) may make it anew all the same: that is another finding.
    const groups = groupBy(
      bare.map(({ pod }) => pod),
      (pod) => `${pod.namespace} ${ownerKinds([pod]).join(" ")}`,
    );
    return [...groups.values()].map((pods) => finding(pods, how));
  },
});

/** `how`: what deletes them; undefined where kubectl asks first. */
function finding(pods: readonly Pod[], how: string | undefined): FindingDraft {
  const [first] = pods as [Pod, ...Pod[]];
  const { namespace } = first;
  const names = pods.map(keyOf);
  const nodes = nodesOf(pods);
  const owners = ownerKinds(pods);
  const them = verb(pods.length, "it", "them");
  const what = `${counted(pods.length, "pod")} without a controller`;
  return {
    subject: pods.length === 1 ? keyOf(first) : namespace,
    weight: (how === undefined ? 140 : 240) - (owners.length > 0 ? 60 : 0) + Math.min(9, pods.length),
    message:
      owners.length > 0
        ? `${what}, though with an owner (${listed(owners)}): ${how === undefined ? "kubectl asks for --force to delete" : `${how} deletes`} ${them}, and whether the owner makes ${them} anew is not known here`
        : how === undefined
          ? `${what}: kubectl asks for --force, which deletes ${them} for good`
          : `${what}: ${how} deletes ${them}, and nothing creates ${them} again`,
    details: [`On ${listed(nodes)}: ${listed(names)}.`],
    suggestions:
      owners.length > 0
        ? []
        : [
            {
              commands: pods.map(
                ({ name }) =>
                  `kubectl -n ${shellWord(namespace)} get pod ${shellWord(name)} -o yaml > ${shellWord(`${namespace}-${name}.yaml`)}`,
              ),
              edit: { kind: "none" },
              cost: `To create ${them} again by hand: kubectl create -f, with status, spec.nodeName and metadata.uid taken out.`,
              harm: 0,
            },
          ],
    data: { namespace, pods: names, nodes, owners, isAsked: how === undefined },
  };
}

/** Kinds of owners that are no controllers: kubectl passes over them. */
function ownerKinds(pods: readonly Pod[]): readonly string[] {
  return [...new Set(pods.flatMap(({ owners }) => owners.map(({ kind }) => kind)))];
}
