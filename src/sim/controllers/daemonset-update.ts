import { isReady, type Pod } from "../../model/pod.ts";
import { type DaemonSet, resolveIntOrPercent } from "../../model/workload.ts";
import type { Sim } from "../sim.ts";
import { isAvailable } from "./deployment.ts";
import { hasRevision } from "./revisions.ts";

/**
 * A DaemonSet's rolling update: delete first (maxUnavailable), or create first (maxSurge).
 * Source: pkg/controller/daemon/update.go, rollingUpdate v1.36.
 */

/** The pods that a DaemonSet has on one node. */
export interface NodePods {
  readonly node: string;
  readonly shouldRun: boolean;
  /** Pods that run may go on: only a NoExecute taint or the node's labels send them away. */
  readonly mayStay: boolean;
  readonly pods: readonly Pod[];
}

/** What an update does next: which pods it deletes, and on which nodes it creates one beside the old. */
export interface UpdatePlan {
  readonly pods: readonly Pod[];
  readonly emptyNodes: readonly string[];
}

export function isSurging(set: DaemonSet): boolean {
  const { type, maxSurge } = set.updateStrategy;
  return type === "RollingUpdate" && resolveIntOrPercent(maxSurge, 100, "up") > 0;
}

export function planUpdate(
  sim: Sim,
  set: DaemonSet,
  nodes: readonly NodePods[],
  revision: string,
): UpdatePlan {
  const wanted = nodes.filter(({ shouldRun }) => shouldRun).length;
  const surge = resolveIntOrPercent(set.updateStrategy.maxSurge, wanted, "up");
  const unavailable = resolveIntOrPercent(set.updateStrategy.maxUnavailable, wanted, "up");
  const views = shuffled(sim, set, nodes).map((entry) => ({
    ...entry,
    ...byRevision(sim, set, entry.pods, revision),
  }));
  if (surge > 0) return planSurge(sim, set, views, surge, wanted);
  return planReplacement(sim, set, views, unavailable === 0 ? 1 : unavailable);
}

/** Kubernetes walks over a map here, whose order is random. */
function shuffled(sim: Sim, set: DaemonSet, nodes: readonly NodePods[]): readonly NodePods[] {
  const luck = new Map(
    nodes.map(({ node }) => [node, sim.chooser.order(`daemonset ${set.namespace}/${set.name} ${node}`)]),
  );
  return [...nodes].sort((a, b) => luck.get(a.node)! - luck.get(b.node)!);
}

interface View extends NodePods {
  readonly fresh?: Pod;
  readonly stale?: Pod;
  readonly isClear: boolean;
}

/** The one pod of the new revision and the one of an older; not clear where there are more. */
function byRevision(
  sim: Sim,
  set: DaemonSet,
  pods: readonly Pod[],
  revision: string,
): Pick<View, "fresh" | "stale" | "isClear"> {
  const live = pods.filter((pod) => !pod.deletion);
  const fresh = live.filter((pod) => hasRevision(sim, set, pod, revision));
  const stale = live.filter((pod) => !hasRevision(sim, set, pod, revision));
  return {
    ...(fresh[0] ? { fresh: fresh[0] } : {}),
    ...(stale[0] ? { stale: stale[0] } : {}),
    isClear: fresh.length <= 1 && stale.length <= 1,
  };
}

function planReplacement(sim: Sim, set: DaemonSet, views: readonly View[], max: number): UpdatePlan {
  let unavailable = 0;
  const replaceable: Pod[] = [];
  const candidates: Pod[] = [];
  for (const { fresh, stale, isClear } of views) {
    if (!isClear || (fresh === undefined) === (stale === undefined)) unavailable++;
    else if (fresh) unavailable += isAvailable(sim, fresh, set.minReadySeconds) ? 0 : 1;
    else if (stale && !isAvailable(sim, stale, set.minReadySeconds)) {
      replaceable.push(stale);
      unavailable++;
    } else if (stale && unavailable < max) candidates.push(stale);
  }
  const room = Math.max(0, max - unavailable);
  return { pods: [...replaceable, ...candidates.slice(0, room)], emptyNodes: [] };
}

function planSurge(
  sim: Sim,
  set: DaemonSet,
  views: readonly View[],
  max: number,
  wanted: number,
): UpdatePlan {
  const available = (pod: Pod | undefined) => pod !== undefined && isAvailable(sim, pod, set.minReadySeconds);
  let surging = 0;
  let availableNodes = 0;
  const pods: Pod[] = [];
  const outcasts: Pod[] = [];
  const replaceable: string[] = [];
  const candidates: string[] = [];
  for (const { node, shouldRun, fresh, stale, isClear } of views) {
    if (!isClear) {
      surging++;
      continue;
    }
    if (available(stale ?? fresh)) availableNodes++;
    if (!stale) continue;
    if (fresh) {
      if (available(fresh)) pods.push(stale);
      else surging++;
    } else if (!shouldRun) (available(stale) ? outcasts : pods).push(stale);
    else if (!available(stale)) replaceable.push(node);
    else if (surging < max) candidates.push(node);
  }
  // Where a pod should not run any more it stays until enough others are available.
  pods.push(...outcasts.slice(0, Math.max(0, availableNodes - wanted)));
  return { pods, emptyNodes: [...replaceable, ...candidates.slice(0, Math.max(0, max - surging))] };
}

/** With surge a node may have one pod of each revision, until the new one is available or the old one is not Ready. */
export function surgeSurplus(
  sim: Sim,
  set: DaemonSet,
  live: readonly Pod[],
  revision: string,
): readonly Pod[] {
  const isFresh = (pod: Pod) => hasRevision(sim, set, pod, revision);
  const fresh = live.filter(isFresh);
  const stale = live.filter((pod) => !isFresh(pod));
  const [newPod] = fresh;
  const [oldPod] = stale;
  const isReplaced =
    newPod && oldPod && (!isReady(oldPod) || isAvailable(sim, newPod, set.minReadySeconds)) ? [oldPod] : [];
  return [...surplus(fresh), ...surplus(stale), ...isReplaced];
}

/** All but the oldest. */
export function surplus(pods: readonly Pod[]): readonly Pod[] {
  return [...pods].sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0)).slice(1);
}
