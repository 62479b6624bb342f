import { hash32 } from "../../lib/hash.ts";
import { must } from "../../lib/assert.ts";
import { byText } from "../../lib/order.ts";
import { controllerOf, labelValue } from "../../model/meta.ts";
import { isFinished, isReady, podCondition, type Pod, type PodTemplate } from "../../model/pod.ts";
import type { Deployment, ReplicaSet } from "../../model/workload.ts";
import type { Sim } from "../sim.ts";
import { createObject, scaleWorkload } from "../state/object-writes.ts";
import { defineController } from "./controller.ts";
import {
  desiredAnnotation,
  maxAnnotation,
  numberRevision,
  revisionAnnotation,
  sizeAnnotations,
} from "./deployment-annotations.ts";
import { reportProgress } from "./deployment-status.ts";
import { fenceposts } from "./fenceposts.ts";
import { activePods, unseenOf } from "./replicaset.ts";

/**
 * Moves a Deployment's ReplicaSets to the wanted number and the wanted template.
 * Source: pkg/controller/deployment/{sync,rolling,recreate}.go and util/deployment_util.go.
 */
export const deploymentController = defineController({
  name: "deployment",
  wakesOn: {
    "pod.ready": (sim, { pod }) => deploymentOf(sim, sim.state.pod(pod)),
    "pod.unready": (sim, { pod }) => deploymentOf(sim, sim.state.pod(pod)),
    "pod.created": (sim, { pod }) => deploymentOf(sim, sim.state.pod(pod)),
    "pod.finished": (sim, { pod }) => deploymentOf(sim, sim.state.pod(pod)),
    "pod.terminating": (sim, { pod }) => deploymentOf(sim, sim.state.pod(pod)),
    "pod.gone": (sim) => deploymentOf(sim, sim.state.lastRemoved),
    "workload.scaled": (sim, { workload }) => deploymentNamed(sim, workload),
    "object.created": (sim, { object }) => deploymentNamed(sim, object),
    "object.patched": (sim, { object }) => deploymentNamed(sim, object),
  },
  initial: (sim) => [...sim.state.tables.Deployment.values()].map(({ uid }) => uid),
  reconcile,
});

function deploymentOf(sim: Sim, pod: Pod | undefined): readonly string[] {
  const set = pod && sim.state.objectByUid(controllerOf(pod)?.uid ?? "");
  const above = set && controllerOf(set);
  return above?.kind === "Deployment" ? [above.uid] : [];
}

function deploymentNamed(sim: Sim, ref: string): readonly string[] {
  const [namespace, kind, name] = ref.split("/");
  if (kind === "Deployment") {
    const found = sim.state.tables.Deployment.get(`${namespace}/${name}`);
    return found ? [found.uid] : [];
  }
  if (kind !== "ReplicaSet") return [];
  const set = sim.state.tables.ReplicaSet.get(`${namespace}/${name}`);
  const owner = set && controllerOf(set);
  return owner?.kind === "Deployment" ? [owner.uid] : [];
}

/** A ReplicaSet of a Deployment, with the counts of its pods. */
export interface SetView {
  readonly set: ReplicaSet;
  readonly ready: number;
  readonly available: number;
  /** Pods that are not terminating. */
  readonly active: number;
}

function reconcile(sim: Sim, uid: string, cause: number): void {
  const deployment = sim.state.objectByUid(uid) as Deployment | undefined;
  if (!deployment) return;
  const sets = setsOf(sim, deployment);
  const current = currentSet(sim, deployment, sets);
  const old = sets.filter((view) => view !== current);
  const before = sim.log.length;
  numberRevision(
    sim,
    current?.set,
    sets.map(({ set }) => set),
  );
  if (deployment.paused || isScalingEvent(deployment, sets))
    scaleProportionally(sim, deployment, sets, current, cause);
  else if (deployment.strategy.type === "Recreate") recreate(sim, deployment, current, old, cause);
  else roll(sim, deployment, current, old, cause);
  if (sim.log.length === before) reportProgress(sim, deployment, sets, current, cause);
  else {
    const after = setsOf(sim, deployment);
    reportProgress(sim, deployment, after, currentSet(sim, deployment, after), cause);
  }
  const pods = sets.flatMap(({ set }) => activePods(sim, set.uid));
  wakeWhenAvailable(sim, "reconcile deployment", uid, pods, deployment.minReadySeconds, cause);
}

/**
 * The ReplicaSet of the Deployment's template. Of several that look the same (what tells them apart may not be kept
 * here) it is the one of the Deployment's own revision, while its template is the snapshot's.
 */
function currentSet(sim: Sim, deployment: Deployment, sets: readonly SetView[]): SetView | undefined {
  const revision = labelValue(deployment.annotations, revisionAnnotation);
  const isOriginal =
    revision !== undefined && sim.state.isOriginalTemplate(deployment.uid, deployment.template);
  const named = isOriginal
    ? sets.find(({ set }) => labelValue(set.annotations, revisionAnnotation) === revision)
    : undefined;
  return named ?? sets.find(({ set }) => hasTemplate(set, deployment.template));
}

/** The Deployment's ReplicaSets, oldest first. */
function setsOf(sim: Sim, deployment: Deployment): SetView[] {
  return sim.state
    .childrenOf(deployment.uid)
    .filter((each): each is ReplicaSet => each.kind === "ReplicaSet")
    .sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0) || byText(a.name, b.name))
    .map((set) => {
      const active = activePods(sim, set.uid);
      const ready = active.filter(isReady);
      const available = ready.filter((pod) => isAvailable(sim, pod, deployment.minReadySeconds));
      const unseen = unseenOf(sim, set);
      return {
        set,
        ready: ready.length + unseen,
        available: available.length + unseen,
        active: active.length + unseen,
      };
    });
}

/** Ready for at least this long. Source: pkg/api/v1/pod, IsPodAvailable. */
export function isAvailable(sim: Sim, pod: Pod, minReadySeconds: number): boolean {
  if (!isReady(pod) || isFinished(pod)) return false;
  if (minReadySeconds === 0) return true;
  const since = podCondition(pod, "Ready")?.since ?? 0;
  return sim.epoch() >= since + minReadySeconds * 1_000;
}

/** Looks again when the next of these pods will have been Ready for long enough. */
export function wakeWhenAvailable(
  sim: Sim,
  kind: string,
  key: string,
  pods: readonly Pod[],
  minReadySeconds: number,
  cause: number,
): void {
  if (minReadySeconds === 0) return;
  const waiting = pods
    .filter((pod) => isReady(pod) && !isAvailable(sim, pod, minReadySeconds))
    .map((pod) => sim.virtual(podCondition(pod, "Ready")?.since ?? sim.epoch()) + minReadySeconds * 1_000);
  if (waiting.length > 0) sim.after(Math.min(...waiting) - sim.now, kind, key, cause);
}

/** Whether two templates are the same but for the hash that the Deployment adds. */
export function hasTemplate(set: ReplicaSet, template: PodTemplate): boolean {
  return templateKey(set.template) === templateKey(template);
}

const templateKeys = new WeakMap<PodTemplate, string>();

function templateKey(template: PodTemplate): string {
  let key = templateKeys.get(template);
  if (key === undefined) {
    const { "pod-template-hash": _, ...labels } = template.labels;
    key = JSON.stringify([sortedEntries(labels), sortedEntries(template.annotations), template.spec]);
    templateKeys.set(template, key);
  }
  return key;
}

function sortedEntries(map: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(map).sort(([a], [b]) => byText(a, b));
}

function total(sets: readonly SetView[]): number {
  return sets.reduce((sum, { set }) => sum + set.replicas, 0);
}

function roll(
  sim: Sim,
  deployment: Deployment,
  current: SetView | undefined,
  old: readonly SetView[],
  cause: number,
): void {
  const { surge, unavailable } = fenceposts(deployment);
  const all = current ? [...old, current] : old;
  const room = Math.max(0, deployment.replicas + surge - total(all));
  if (!current) {
    const event = createSet(sim, deployment, Math.min(room, deployment.replicas), cause);
    const created = must(
      currentSet(sim, deployment, setsOf(sim, deployment)),
      `the new ReplicaSet of ${deployment.name}`,
    );
    return scaleDownOld(sim, deployment, created, old, unavailable, event);
  }
  const wanted =
    current.set.replicas > deployment.replicas
      ? deployment.replicas
      : current.set.replicas + Math.min(room, deployment.replicas - current.set.replicas);
  if (scale(sim, current.set, wanted, deployment, cause)) return;
  scaleDownOld(sim, deployment, current, old, unavailable, cause);
}

/** First the old pods that serve nobody, then as many others as the available ones above the minimum allow. */
function scaleDownOld(
  sim: Sim,
  deployment: Deployment,
  current: SetView,
  old: readonly SetView[],
  maxUnavailable: number,
  cause: number,
): void {
  if (total(old) === 0) return;
  const minAvailable = deployment.replicas - maxUnavailable;
  let spare = total([...old, current]) - minAvailable - (current.set.replicas - current.available);
  if (spare <= 0) return;
  const replicas = new Map(old.map((view) => [view, view.set.replicas]));
  for (const view of old) {
    const unhealthy = Math.min(spare, Math.max(0, view.set.replicas - view.available));
    if (unhealthy === 0) continue;
    replicas.set(view, view.set.replicas - unhealthy);
    spare -= unhealthy;
  }
  let surplus = [...old, current].reduce((sum, { available }) => sum + available, 0) - minAvailable;
  for (const view of old) {
    const count = Math.min(replicas.get(view)!, Math.max(0, surplus));
    replicas.set(view, replicas.get(view)! - count);
    surplus -= count;
  }
  for (const [view, count] of replicas) scale(sim, view.set, count, deployment, cause);
}

function recreate(
  sim: Sim,
  deployment: Deployment,
  current: SetView | undefined,
  old: readonly SetView[],
  cause: number,
): void {
  if (total(old) > 0) {
    for (const { set } of old) scale(sim, set, 0, deployment, cause);
    return;
  }
  // Old pods have to be gone, terminating ones too, before new ones come.
  const oldPods = old.flatMap(({ set }) => sim.state.podsOwnedBy(set.uid)).filter((pod) => !isFinished(pod));
  if (oldPods.length > 0) return;
  if (!current) createSet(sim, deployment, deployment.replicas, cause);
  else scale(sim, current.set, deployment.replicas, deployment, cause);
}

/** Whether the number of replicas was changed since the ReplicaSets were last told it. Source: sync.go, isScalingEvent. */
function isScalingEvent(deployment: Deployment, sets: readonly SetView[]): boolean {
  return sets
    .filter(({ set }) => set.replicas > 0)
    .some(({ set }) => {
      const desired = labelValue(set.annotations, desiredAnnotation);
      return desired !== undefined && Number(desired) !== deployment.replicas;
    });
}

/** Spreads a new number over the ReplicaSets in proportion to their size. Source: sync.go, scale. */
function scaleProportionally(
  sim: Sim,
  deployment: Deployment,
  sets: readonly SetView[],
  current: SetView | undefined,
  cause: number,
): void {
  const live = sets.filter(({ set }) => set.replicas > 0);
  const only = live.length === 1 ? live[0]! : live.length === 0 ? (current ?? sets.at(-1)) : undefined;
  if (only) return void scale(sim, only.set, deployment.replicas, deployment, cause);
  if (current && current.set.replicas === deployment.replicas && current.available === deployment.replicas) {
    for (const view of live) if (view !== current) scale(sim, view.set, 0, deployment, cause);
    return;
  }
  const allowed = deployment.replicas > 0 ? deployment.replicas + fenceposts(deployment).surge : 0;
  const toAdd = allowed - total(live);
  // Larger ones first; among equals the newer first when growing, the older first when shrinking.
  const ordered = [...live].sort((a, b) => {
    const age = (a.set.createdAt ?? 0) - (b.set.createdAt ?? 0);
    return b.set.replicas - a.set.replicas || (toAdd > 0 ? -age : age);
  });
  let added = 0;
  const sizes = ordered.map(({ set }) => {
    const share = toAdd === 0 ? 0 : proportion(set, deployment, toAdd, added);
    added += share;
    return set.replicas + share;
  });
  if (sizes.length > 0) sizes[0] = Math.max(0, sizes[0]! + toAdd - added);
  ordered.forEach(({ set }, index) => scale(sim, set, sizes[index]!, deployment, cause));
}

/** Source: deployment_util.go, GetReplicaSetProportion. */
function proportion(set: ReplicaSet, deployment: Deployment, toAdd: number, added: number): number {
  const { surge } = fenceposts(deployment);
  const annotated = Number(labelValue(set.annotations, maxAnnotation) ?? deployment.replicas + surge);
  const share = Math.round((set.replicas * (deployment.replicas + surge)) / annotated) - set.replicas;
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}

/** Sets a ReplicaSet's size and what it was told of its Deployment's; true where the size changed. */
function scale(sim: Sim, set: ReplicaSet, replicas: number, deployment: Deployment, cause: number): boolean {
  const annotations = sizeAnnotations(set.annotations, deployment);
  if (annotations !== set.annotations) sim.state.put("ReplicaSet", { ...set, annotations });
  return scaleWorkload(sim, { ...set, annotations }, replicas, "deployment", cause) !== undefined;
}

/** Makes the ReplicaSet of the Deployment's template; returns the event's number. */
function createSet(sim: Sim, deployment: Deployment, replicas: number, cause: number): number {
  const hash = hash32(templateKey(deployment.template)).toString(16).padStart(8, "0");
  const labels = { ...deployment.template.labels, "pod-template-hash": hash };
  const name = `${deployment.name}-${hash}`;
  const set: ReplicaSet = {
    kind: "ReplicaSet",
    apiVersion: "apps/v1",
    name,
    namespace: deployment.namespace,
    uid: `${deployment.uid}/${hash}`,
    labels,
    annotations: sizeAnnotations({}, deployment),
    owners: [
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        name: deployment.name,
        uid: deployment.uid,
        controller: true,
      },
    ],
    finalizers: [],
    createdAt: sim.epoch(),
    replicas,
    selector: [...deployment.selector, { key: "pod-template-hash", operator: "In", values: [hash] }],
    template: { ...deployment.template, labels },
    minReadySeconds: deployment.minReadySeconds,
  };
  return createObject(sim, "ReplicaSet", set, cause);
}
