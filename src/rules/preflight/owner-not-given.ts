import { isBuiltInOwner } from "../../facts/owners.ts";
import { groupBy } from "../../lib/order.ts";
import { controllerOf, keyOf } from "../../model/meta.ts";
import { departingPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

/** The names by which kubectl asks for what may own pods. */
const resourceNames: Readonly<Record<string, string>> = {
  ReplicaSet: "deployments,replicasets",
  ReplicationController: "replicationcontrollers",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
  Job: "jobs",
};

/**
 * Pods whose controller the input does not hold: nothing replaces them in a rehearsal, and budgets are counted by the
 * pods that are there. Mostly a snapshot that did not ask for that kind.
 */
export const ownerNotGiven = definePreflightRule({
  id: "owner-not-given",
  severity: "warning",
  title: "The input lacks the controller of pods that a drain evicts",
  check: (preflight) => {
    const { index, scope } = preflight;
    if (scope === "cluster") return [];
    const orphans = departingPods(preflight).filter((pod) => {
      const owner = controllerOf(pod);
      return owner && isBuiltInOwner(owner.apiVersion, owner.kind) && !index.hasController(owner.uid);
    });
    const groups = groupBy(orphans, (pod) => controllerOf(pod)!.kind);
    return [...groups].map(([kind, pods]): FindingDraft => {
      const owners = [...new Set(pods.map((pod) => `${pod.namespace}/${controllerOf(pod)!.name}`))];
      const resources = resourceNames[kind] ?? kind.toLowerCase();
      return {
        subject: kind,
        weight: 350 + pods.length,
        message: `the input lacks ${counted(owners.length, kind)} that own${owners.length === 1 ? "s" : ""} ${counted(pods.length, "pod")} on drained nodes: nothing replaces ${verb(pods.length, "it", "them")} in this rehearsal`,
        details: [
          `Missing: ${listed(owners)}.`,
          "Either the snapshot lacks them, or they are deleted and their pods are left over. What is said of outages and of Pending pods may be wrong for these.",
        ],
        suggestions: [
          {
            commands: [`kubectl get ${resources} -A -o json`],
            edit: { kind: "none" },
            cost: "Give its output as one more file.",
            harm: 0,
          },
        ],
        data: { kind, owners, pods: pods.map(keyOf) },
      };
    });
  },
});
