import { addsLearners } from "../../facts/etcd-members.ts";
import { type StaticComponent, staticComponents } from "../../model/control-plane.ts";
import { compareVersions, formatVersion, parseVersion } from "../../model/version.ts";
import type { Task } from "../engine/task-queue.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { refreshControlPlane } from "./control-plane.ts";
import { additionProblem } from "./etcd-members.ts";
import { broughtTo, type StaticImage } from "./static-images.ts";

/**
 * `kubeadm join --control-plane` on a new machine: its member of etcd copies the data and gets its vote, then the other
 * static pods run. Source: cmd/kubeadm/app/phases/etcd/local.go (CreateStackedEtcdStaticPodManifestFile),
 * cmd/kubeadm/app/cmd/join.go; facts/etcd-members.ts.
 */
export const controlPlaneJoinsRoom: Room = {
  name: "control-plane-joins",
  // A member that has a vote and does not run yet may cost the majority: it comes up nevertheless.
  worksAlone: true,
  tasks: { "control-plane-joins.member": memberRuns, "control-plane-joins.serve": serve },
};

interface PlaneJoin {
  readonly node: string;
  /** What runs there, by component. */
  readonly brings: Brought;
  /** Whether its member is a learner first. */
  readonly isLearner: boolean;
  /** Milliseconds from the member's turn to that of the others. */
  readonly restMillis: number;
}

type Brought = ReadonlyMap<StaticComponent, StaticImage>;

/** How often kubeadm tries again to have a learner promoted. Source: cmd/kubeadm/app/util/etcd (etcdBackoff). */
const promotionRetryMillis = 5_000;

/** A control-plane node that is asked for. */
export interface PlaneJoinRequest {
  readonly node: string;
  /** The node that it is like: it runs what runs there. */
  readonly like: string;
  /** The version of Kubernetes (`v1.35.2`); undefined: that of `like`. */
  readonly to: string | undefined;
}

/** What a control-plane node would run that is like another one; none where nothing is known to run there. */
function broughtLike({ controlPlane }: Sim, { like, to }: PlaneJoinRequest): Brought {
  return new Map(
    staticComponents.flatMap((component) => {
      const version = controlPlane.version(component, like);
      if (version === undefined) return [];
      const own = { version, tag: controlPlane.tag(component, like) ?? version };
      return [[component, to === undefined ? own : broughtTo(component, own, to)] as const];
    }),
  );
}

/** Why kubeadm joins no such node; undefined: it does. Source: kubernetes.io, kubeadm's skew against kubeadm. */
export function planeJoinProblem(sim: Sim, to: string | undefined): string | undefined {
  const [from, target] = [parseVersion(sim.controlPlane.clusterVersion), parseVersion(to ?? "")];
  if (!from || !target || target.minor <= from.minor + 1) return undefined;
  return `no control-plane node of ${formatVersion(target)} can join: this is ${formatVersion(from)}, and no minor is skipped`;
}

/** The kubelet of a new control-plane node has registered: kubeadm goes on. Why it does not, where etcd refuses. */
export function startPlaneJoin(sim: Sim, request: PlaneJoinRequest, cause: number): string | undefined {
  const { node } = request;
  const brings = broughtLike(sim, request);
  if (brings.size === 0) return undefined;
  const to = brings.get("kube-apiserver")?.version ?? sim.controlPlane.clusterVersion;
  const isLearner = addsLearners(parseVersion(to)?.minor ?? 0);
  const refusal = brings.has("etcd") ? additionProblem(sim, isLearner) : undefined;
  if (refusal !== undefined) return refusal;
  const event = sim.emit({ kind: "upgrade.started", node, what: "join", to }, cause);
  joining(sim).add(node);
  if (brings.has("etcd")) announce(sim, node, isLearner, event);
  const millis = sim.timings.upgrading("controlPlaneJoin", `join control plane ${node}`, undefined);
  if (millis === undefined) return undefined;
  const first = Math.round(millis / 2);
  later(sim, "member", { node, brings, isLearner, restMillis: millis - first }, first, event);
  return undefined;
}

/** The member is known to the others: with a vote at once, or without. */
function announce(sim: Sim, node: string, isLearner: boolean, cause: number): void {
  if (isLearner) {
    sim.emit({ kind: "etcd.learning", node }, cause);
    return;
  }
  sim.controlPlane.addMember(node);
  const added = sim.emit({ kind: "etcd.memberAdded", node }, cause);
  refreshControlPlane(sim, { back: added, gone: added });
}

/** Nodes whose static pods do not run yet. */
const joining = perSim(() => new Set<string>());

/** Whether kubeadm is still at work on a new control-plane node. */
export function isJoiningPlane(sim: Sim, node: string): boolean {
  return joining(sim).has(node);
}

/** The node went before it was done. What its member of etcd was stays so. */
export function endPlaneJoin(sim: Sim, node: string): void {
  joining(sim).delete(node);
}

function later(sim: Sim, kind: string, data: PlaneJoin, millis: number, cause: number): void {
  const options = { priority: priority.machine, data, weight: "busy" as const };
  sim.after(millis, `control-plane-joins.${kind}`, data.node, cause, options);
}

/** etcd runs there, and has its vote from now on. */
function memberRuns(sim: Sim, task: Task): void {
  const join = task.data as PlaneJoin;
  const { node, brings, isLearner, restMillis } = join;
  if (!isJoiningPlane(sim, node)) return;
  const etcd = brings.get("etcd");
  if (!etcd) return later(sim, "serve", join, restMillis, task.cause);
  if (isLearner && additionProblem(sim, true) !== undefined) {
    const options = { priority: priority.machine, data: join, isTick: true };
    sim.after(promotionRetryMillis, "control-plane-joins.member", node, task.cause, options);
    return;
  }
  for (const component of brings.keys())
    if (component !== "etcd") sim.controlPlane.restarting.add(`${component} ${node}`);
  sim.controlPlane.join(node);
  let event = task.cause;
  if (isLearner) {
    sim.controlPlane.addMember(node);
    event = sim.emit({ kind: "etcd.memberAdded", node }, event);
  }
  event = start(sim, node, "etcd", { ...etcd, cause: event });
  refreshControlPlane(sim, { back: event, gone: event });
  later(sim, "serve", join, restMillis, event);
}

/** The API server, the controller manager and the scheduler run there. */
function serve(sim: Sim, task: Task): void {
  const { node, brings } = task.data as PlaneJoin;
  const { controlPlane } = sim;
  if (!isJoiningPlane(sim, node)) return;
  endPlaneJoin(sim, node);
  controlPlane.join(node);
  let event = task.cause;
  for (const [component, image] of brings)
    if (component !== "etcd") event = start(sim, node, component, { ...image, cause: event });
  const api = brings.get("kube-apiserver")?.version ?? "";
  const [own, known] = [parseVersion(api), parseVersion(controlPlane.clusterVersion)];
  if (own && known && compareVersions(own, known) > 0) controlPlane.clusterVersion = api;
  refreshControlPlane(sim, { back: event, gone: event });
}

function start(
  sim: Sim,
  node: string,
  component: StaticComponent,
  { version, tag, cause }: StaticImage & { readonly cause: number },
): number {
  sim.controlPlane.restarting.delete(`${component} ${node}`);
  sim.controlPlane.setVersion(component, node, version, tag);
  return sim.emit({ kind: "component.upgraded", component, node, from: "", to: version }, cause);
}
