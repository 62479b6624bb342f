import { balancedControlPlanes } from "../../facts/behaviour-changes.ts";
import { controlPlaneMarks, masterRename } from "../../facts/kubeadm.ts";
import { isControlPlane, type Node } from "../../model/node.ts";
import { parseVersion } from "../../model/version.ts";
import { addTaint, removeTaint, setLabel } from "../state/node-writes.ts";
import type { Sim } from "../sim.ts";

/**
 * What `kubeadm upgrade apply` of a few minors does to the labels and taints of all control-plane nodes, after the static
 * pods of its own. Source: kubernetes/kubernetes cmd/kubeadm/app/phases/upgrade/postupgrade.go of v1.20 and v1.21 (LabelOldControlPlaneNodes),
 * v1.24 (RemoveOldControlPlaneLabel, AddNewControlPlaneTaint) and v1.25 (RemoveOldControlPlaneTaint).
 */
export function markControlPlanes(sim: Sim, to: string, cause: number): void {
  const minor = parseVersion(to)?.minor;
  const { key, labelAdded, labelRemoved, taintRemoved } = masterRename;
  const change = new Map<number, typeof rename>([
    [labelAdded, addRole],
    [balancedControlPlanes.from, exclude],
    [labelRemoved, rename],
    [taintRemoved, untaint],
  ]).get(minor ?? -1);
  if (!change) return;
  const names = [...sim.state.tables.Node.values()]
    .filter((node) => isControlPlane(node) || node.taints.some((taint) => taint.key === key))
    .map(({ name }) => name);
  for (const name of names) change(sim, name, cause);
}

/**
 * A new control-plane node with the labels and taints that `kubeadm join` of its version gives it, whatever the node had
 * that it is like; other nodes as they are. Source: cmd/kubeadm/app/phases/markcontrolplane/markcontrolplane.go.
 */
export function markedAsControlPlane(node: Node): Node {
  const minor = parseVersion(node.info.kubeletVersion)?.minor;
  if (!isControlPlane(node) || minor === undefined) return node;
  const marks = controlPlaneMarks(minor);
  const isRole = (key: string) => key === masterRename.key || key === masterRename.instead;
  const others = Object.entries(node.labels).filter(([key]) => !isRole(key));
  const excluded = minor >= balancedControlPlanes.from ? [balancedControlPlanes.excludeLabel] : [];
  const labels = Object.fromEntries([...others, ...[...marks.labels, ...excluded].map((key) => [key, ""])]);
  const isTainted = node.taints.some(({ key }) => isRole(key));
  const kept = node.taints.filter(({ key }) => !isRole(key));
  const added = (isTainted ? marks.taints : []).map((key) => ({
    key,
    value: "",
    effect: "NoSchedule" as const,
  }));
  return { ...node, labels, taints: [...kept, ...added] };
}

/** The new role label comes beside the old one. */
function addRole(sim: Sim, name: string, cause: number): void {
  setLabel(sim, nodeOf(sim, name), masterRename.instead, "", cause);
}

/** Load balancers go on leaving it out. */
function exclude(sim: Sim, name: string, cause: number): void {
  setLabel(sim, nodeOf(sim, name), balancedControlPlanes.excludeLabel, "", cause);
}

/** The old label goes; where the old taint is, the new one comes beside it. */
function rename(sim: Sim, name: string, cause: number): void {
  const { key, instead } = masterRename;
  setLabel(sim, nodeOf(sim, name), key, null, cause);
  const node = nodeOf(sim, name);
  const old = node.taints.find((taint) => taint.key === key);
  const isMarked = Object.hasOwn(node.labels, instead);
  if (!isMarked || !old || node.taints.some((taint) => taint.key === instead)) return;
  addTaint(sim, node, { key: instead, value: "", effect: "NoSchedule" }, cause);
}

function untaint(sim: Sim, name: string, cause: number): void {
  removeTaint(sim, nodeOf(sim, name), masterRename.key, "NoSchedule", cause);
}

function nodeOf(sim: Sim, name: string): Node {
  return sim.state.tables.Node.get(name)!;
}
