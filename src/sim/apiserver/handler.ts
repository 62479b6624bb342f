import type { Action, Command } from "../../exec/protocol.ts";
import { unreachable } from "../../lib/assert.ts";
import type { Sim } from "../sim.ts";
import { isByKubeadm } from "../../model/components.ts";
import { drawDuration } from "../nodes/durations.ts";
import { startDeletion, startHook, startReboot } from "../nodes/machine.ts";
import * as addons from "../nodes/addon-upgrades.ts";
import * as upgrades from "../nodes/control-plane-upgrades.ts";
import { startManagedControlPlane } from "../nodes/managed-control-plane.ts";
import { removeMember } from "../nodes/etcd-members.ts";
import * as backups from "../nodes/etcd-backups.ts";
import * as kubelets from "../nodes/kubelet-upgrades.ts";
import { awaitGone } from "./gone-polls.ts";
import { startWatch } from "./watches.ts";
import { unansweredRequest } from "./client-admission.ts";
import * as deletes from "./delete-requests.ts";
import { tableOfAutoscalers } from "./tables.ts";
import { requestEviction } from "./eviction.ts";
import { startApproval } from "./approvals.ts";
import { joinNode } from "./join-requests.ts";
import * as nodes from "./node-requests.ts";
import type { Reply } from "./reply.ts";
import { answer } from "./requests.ts";
import * as workloads from "./workload-requests.ts";

/** What is carried out on machines, or is a wait of the client's own. */
const alone: ReadonlySet<Action["kind"]> = new Set([
  "reboot",
  "hook",
  "sleep",
  "approve",
  "wakeAt",
  "decide",
  "joinNode",
  "backupEtcd",
  "restoreEtcd",
  "upgradeManagedControlPlane",
  "renewCertificates",
  "removeEtcdMember",
]);

/** Whether a command is for the API server; kubeadm on a worker reads the cluster's configuration there. */
export function needsApiServer(sim: Sim, action: Action): boolean {
  if (action.kind !== "upgradeKubelet") return !alone.has(action.kind);
  const isWorker = !sim.controlPlane.nodes.includes(action.node);
  return isWorker && action.kubeadmUpgradeNode !== false && isByKubeadm(sim.cluster);
}

/** Takes one command of a client in, and sees to it that it is answered, now or later. */
export function handleRequest(sim: Sim, command: Command, cause: number): void {
  const refusal = unansweredRequest(sim, command.action);
  if (refusal)
    return answer(sim, command.id, { kind: "error", error: refusal.error }, cause, refusal.waitedMillis);
  const reply = answerNow(sim, command, cause);
  if (reply) answer(sim, command.id, reply.fact, reply.event ?? cause);
}

/** The answer, where there is one at once. */
function answerNow(sim: Sim, command: Command, cause: number): Reply | undefined {
  const { action, id } = command;
  switch (action.kind) {
    case "listNodes":
      return nodes.listNodes(sim, action.nodes);
    case "listPods":
      return nodes.listPods(sim, action);
    case "cordon":
      return nodes.cordon(sim, action, cause);
    case "taint":
      return nodes.taint(sim, action, cause);
    case "label":
      return nodes.label(sim, action, cause);
    case "evict": {
      const { pod, dryRun, graceSeconds } = action;
      const grace = graceSeconds === undefined ? {} : { graceSeconds };
      requestEviction(
        sim,
        { command: id, namespace: pod.namespace, name: pod.name, dryRun, ...grace },
        cause,
      );
      return undefined;
    }
    case "deletePod":
      return deletes.removePod(sim, action, cause);
    case "scale":
      return workloads.scale(sim, action, cause);
    case "patch":
      return workloads.patch(sim, action, cause);
    case "restart":
      return workloads.restart(sim, action, cause);
    case "undo":
      return workloads.undo(sim, action, cause);
    case "setImage":
      return workloads.setImage(sim, action, cause);
    case "create":
      return workloads.create(sim, action, cause);
    case "delete":
      return deletes.remove(sim, action, cause);
    case "listObjects":
      return workloads.listObjects(sim, action);
    case "table":
      return tableOfAutoscalers(sim, action);
    case "awaitPodGone":
      awaitGone(sim, id, action, cause);
      return undefined;
    case "await":
    case "watchRollout":
      startWatch(sim, command, cause);
      return undefined;
    case "reboot":
      return startReboot(sim, id, action, cause);
    case "deleteNode":
      return startDeletion(sim, id, action, cause);
    case "joinNode":
      return joinNode(sim, id, action, cause);
    case "upgradeControlPlane":
      return upgrades.startControlPlane(sim, id, action, cause);
    case "removeEtcdMember":
      return removeMember(sim, action, cause);
    case "renewCertificates":
      return upgrades.startRenewal(sim, id, action, cause);
    case "upgradeKubelet":
      return kubelets.startKubelet(sim, id, action, cause);
    case "upgradeAddon":
      return addons.startAddon(sim, id, action, cause);
    case "backupEtcd":
      return backups.startBackup(sim, id, action, cause);
    case "upgradeManagedControlPlane":
      return startManagedControlPlane(sim, id, action, cause);
    case "restoreEtcd":
      return backups.startRestore(sim, id, action, cause);
    case "hook":
      return startHook(sim, id, action, cause);
    case "sleep": {
      const millis = drawDuration(sim, action.duration, action.label);
      if (millis !== undefined)
        sim.after(millis, "client.observe", id, cause, { data: { kind: "reached" }, priority: 4 });
      return undefined;
    }
    case "approve":
      startApproval(sim, id, action, cause);
      return undefined;
    // In a rehearsal nobody sits there who could mend what has failed.
    case "decide":
      return { fact: { kind: "decided", word: "stop" } };
    case "wakeAt":
      return undefined;
    default:
      return unreachable(action);
  }
}
