import { staticComponents } from "../../model/control-plane.ts";
import { type ActionOf, problem, type Reply } from "../apiserver/reply.ts";
import { answer } from "../apiserver/requests.ts";
import type { Task } from "../engine/task-queue.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { restoreState } from "../state/restore-writes.ts";
import { type SavedState, saveState } from "../state/saved-state.ts";
import { refreshControlPlane } from "./control-plane.ts";
import { cancelUpgrades } from "./control-plane-upgrades.ts";

/**
 * Snapshots of etcd, and the way back to one: every API server stops, every member starts from the same snapshot, and
 * the static pods come back with the manifests of that time. Source: kubernetes.io, Operating etcd clusters, "Restoring
 * an etcd cluster"; etcd.io, Disaster recovery.
 */
export const etcdBackupsRoom: Room = {
  name: "etcd-backups",
  worksAlone: true,
  tasks: { "etcd-backups.taken": taken, "etcd-backups.restored": restored },
};

interface Backup {
  readonly name: string;
  readonly saved: SavedState;
}

/** What was taken so far, oldest first. */
const backups = perSim((): Backup[] => []);

/**
 * Takes a snapshot of etcd: it holds what was there when it began. One member that runs gives it, with or without a
 * majority of the others. Source: etcd-io/etcd server/etcdserver/api/v3rpc/{maintenance,interceptor}.go (Snapshot asks for
 * no leader); etcd.io, Disaster recovery, "Snapshotting the keyspace".
 */
export function startBackup(
  sim: Sim,
  command: string,
  { name, duration }: ActionOf<"backupEtcd">,
  cause: number,
): Reply | undefined {
  const { controlPlane, state } = sim;
  if (controlPlane.nodes.length === 0)
    return problem("there is no etcd to back up: no control-plane node is in the cluster");
  const etcd = controlPlane.etcdHealth((node) => state.isNodeUp(node));
  if (etcd?.healthy === 0)
    return problem(`none of etcd's ${etcd.members} members runs: nobody gives a snapshot`);
  const millis = sim.timings.upgrading("etcdBackup", "back up etcd", duration);
  if (millis === undefined) return undefined;
  const data: Backup = { name, saved: saveState(sim) };
  const options = { priority: priority.machine, weight: "busy" as const, data };
  sim.after(millis, "etcd-backups.taken", command, cause, options);
  return undefined;
}

function taken(sim: Sim, task: Task): void {
  const backup = task.data as Backup;
  backups(sim).push(backup);
  const event = sim.emit({ kind: "etcd.backedUp", backup: backup.name }, task.cause);
  answer(sim, task.subject, { kind: "done", changed: true }, event);
}

/** Stops all API servers, controller managers and schedulers; they are back when every member has the snapshot. */
export function startRestore(
  sim: Sim,
  command: string,
  { from, duration }: ActionOf<"restoreEtcd">,
  cause: number,
): Reply | undefined {
  const { controlPlane, state } = sim;
  const backup = backups(sim).findLast(({ name }) => from === undefined || name === from);
  if (!controlPlane.etcdHealth(() => true))
    return problem("there is no etcd to restore: no member of it is on a control-plane node");
  if (!backup) return problem(`etcd was not backed up${from === undefined ? "" : ` by ${from}`} before`);
  const down = controlPlane.nodes.find((node) => !state.isNodeUp(node));
  if (down !== undefined)
    return problem(`the machine of ${down} is down, and every member is to be restored`);
  const event = sim.emit({ kind: "etcd.restoring", backup: backup.name }, cause);
  cancelUpgrades(sim, event);
  let last = event;
  for (const component of staticComponents)
    for (const node of controlPlane.nodes)
      if (component !== "etcd" && controlPlane.version(component, node) !== undefined) {
        controlPlane.restarting.add(`${component} ${node}`);
        last = sim.emit({ kind: "component.down", component, node }, event);
      }
  refreshControlPlane(sim, { back: last, gone: last });
  const millis = sim.timings.upgrading("etcdRestore", "restore etcd", duration);
  if (millis === undefined) return undefined;
  const options = { priority: priority.machine, weight: "busy" as const, data: backup };
  sim.after(millis, "etcd-backups.restored", command, event, options);
  return undefined;
}

/** The objects are those of the snapshot when the API servers start: whoever reacts does so to these. */
function restored(sim: Sim, task: Task): void {
  const { name, saved } = task.data as Backup;
  const { controlPlane } = sim;
  const event = sim.emit({ kind: "etcd.restored", backup: name, takenAt: saved.at }, task.cause);
  let last = event;
  // Who may not be newer than an API server goes back before it.
  const before = new Map(
    saved.versions.map(([component, node, ...image]) => [`${component} ${node}`, image]),
  );
  for (const [component, node, from, own] of controlPlane.staticVersions().toReversed()) {
    // A node that joined since has its manifests still.
    const [version, tag] = before.get(`${component} ${node}`) ?? [from, own];
    controlPlane.restarting.delete(`${component} ${node}`);
    if (from !== version) {
      controlPlane.setVersion(component, node, version, tag);
      last = sim.emit({ kind: "component.upgraded", component, node, from, to: version }, event);
    } else if (component !== "etcd") last = sim.emit({ kind: "component.up", component, node }, event);
  }
  controlPlane.clusterVersion = saved.clusterVersion;
  // The restored members are a new cluster of their own: who is not restored is none of it.
  for (const node of controlPlane.members)
    if (!controlPlane.nodes.includes(node)) controlPlane.removeMember(node);
  restoreState(sim, saved, event);
  refreshControlPlane(sim, { back: last, gone: last });
  answer(sim, task.subject, { kind: "done", changed: true }, last);
}
