import type { Action } from "./protocol.ts";

/** A node that a command begins: by closing it to new pods, or by emptying it or working on it. */
export interface NodeBeginning {
  readonly node: string;
  readonly before: "closing" | "work";
}

/** What of a node a command begins, if it begins one. Draining a node begins with a list of its pods. */
export function nodeBeginning(action: Action): NodeBeginning | undefined {
  switch (action.kind) {
    case "cordon":
      return action.unschedulable && !action.dryRun ? { node: action.node, before: "closing" } : undefined;
    case "taint":
      return action.remove ? undefined : { node: action.node, before: "closing" };
    case "joinNode":
      return action.replaces === undefined ? undefined : { node: action.replaces, before: "closing" };
    case "listPods":
    case "reboot":
    case "deleteNode":
    case "upgradeControlPlane":
    case "upgradeKubelet":
    case "renewCertificates":
    case "removeEtcdMember":
      return { node: action.node, before: "work" };
    case "hook":
      return action.node === "" ? undefined : { node: action.node, before: "work" };
    default:
      return undefined;
  }
}

/** What changes the cluster and is about no one node. */
const changing: ReadonlySet<Action["kind"]> = new Set<Action["kind"]>([
  "joinNode",
  "hook",
  "scale",
  "patch",
  "restart",
  "upgradeAddon",
  "backupEtcd",
  "restoreEtcd",
  "upgradeManagedControlPlane",
]);

/** Whether a command changes something other than a node that is there. */
export function isChangeElsewhere(action: Action): boolean {
  return nodeBeginning(action) === undefined && changing.has(action.kind);
}
