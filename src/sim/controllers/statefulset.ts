import { hash32 } from "../../lib/hash.ts";
import { labelValue } from "../../model/meta.ts";
import { isFinished, isReady, type Pod, type PodTemplate, type PodVolume } from "../../model/pod.ts";
import type { StatefulSet } from "../../model/workload.ts";
import { deletePod } from "../apiserver/deletion.ts";
import type { Sim } from "../sim.ts";
import { setWorkloadStatus } from "../state/object-writes.ts";
import { defineController } from "./controller.ts";
import { isAvailable, wakeWhenAvailable } from "./deployment.ts";
import { claimsFor } from "./claims.ts";
import { createFromTemplate } from "./pod-factory.ts";
import { retryDone, retryLater } from "./retry.ts";
import { hasRevision, revisionLabel } from "./revisions.ts";

/**
 * Keeps a StatefulSet's pods: by ordinal, one after another unless Parallel, never two of one name.
 * Source: pkg/controller/statefulset/stateful_set_control.go.
 */
export const statefulSetController = defineController({
  name: "statefulset",
  wakesOn: {
    "pod.running": (sim, { pod }) => setOf(sim.state.pod(pod)),
    "pod.ready": (sim, { pod }) => setOf(sim.state.pod(pod)),
    "pod.unready": (sim, { pod }) => setOf(sim.state.pod(pod)),
    "pod.created": (sim, { pod }) => setOf(sim.state.pod(pod)),
    "pod.finished": (sim, { pod }) => setOf(sim.state.pod(pod)),
    "pod.terminating": (sim, { pod }) => setOf(sim.state.pod(pod)),
    "pod.gone": (sim) => setOf(sim.state.lastRemoved),
    "workload.scaled": (sim, { workload }) => setNamed(sim, workload),
    "object.created": (sim, { object }) => setNamed(sim, object),
    "object.patched": (sim, { object }) => setNamed(sim, object),
  },
  initial: (sim) => [...sim.state.tables.StatefulSet.values()].map(({ uid }) => uid),
  reconcile,
});

function setOf(pod: Pod | undefined): readonly string[] {
  const owner = pod?.owners.find(({ controller }) => controller);
  return owner?.kind === "StatefulSet" ? [owner.uid] : [];
}

function setNamed(sim: Sim, ref: string): readonly string[] {
  const [namespace, kind, name] = ref.split("/");
  const found = kind === "StatefulSet" ? sim.state.tables.StatefulSet.get(`${namespace}/${name}`) : undefined;
  return found ? [found.uid] : [];
}

/** One look at a StatefulSet: its revisions, and its pods by ordinal. */
interface View {
  readonly set: StatefulSet;
  readonly isOrdered: boolean;
  readonly currentRevision: string;
  readonly updateRevision: string;
  /** By index; undefined where there is no pod of that ordinal. */
  readonly replicas: readonly (Pod | undefined)[];
  /** Pods above the wanted number, the highest ordinal first. */
  readonly condemned: readonly Pod[];
}

function reconcile(sim: Sim, uid: string, cause: number): void {
  const set = sim.state.objectByUid(uid) as StatefulSet | undefined;
  if (!set) return;
  const view = look(sim, set);
  act(sim, view, cause);
  report(sim, set, cause);
  wakeWhenAvailable(
    sim,
    "reconcile statefulset",
    uid,
    sim.state.podsOwnedBy(uid),
    set.minReadySeconds,
    cause,
  );
}

function look(sim: Sim, set: StatefulSet): View {
  const { current, update } = revisionsOf(sim, set);
  const replicas = Array.from<Pod | undefined>({ length: set.replicas });
  const condemned: { ordinal: number; pod: Pod }[] = [];
  for (const pod of sim.state.podsOwnedBy(set.uid)) {
    const ordinal = ordinalOf(pod, set);
    const index = ordinal - set.firstOrdinal;
    if (index >= 0 && index < set.replicas) replicas[index] = pod;
    else condemned.push({ ordinal, pod });
  }
  condemned.sort((a, b) => b.ordinal - a.ordinal);
  return {
    set,
    isOrdered: set.podManagementPolicy === "OrderedReady",
    currentRevision: current,
    updateRevision: update,
    replicas,
    condemned: condemned.map(({ pod }) => pod),
  };
}

function ordinalOf(pod: Pod, set: StatefulSet): number {
  const text = pod.name.slice(set.name.length + 1);
  return /^\d+$/.test(text) ? Number(text) : -1;
}

/** First the missing pods from the lowest ordinal, then the surplus from the highest, then the outdated from the highest. */
function act(sim: Sim, view: View, cause: number): void {
  const { set, isOrdered } = view;
  for (let index = 0; index < view.replicas.length; index++) {
    const pod = view.replicas[index];
    if (pod && isFinished(pod)) {
      if (!pod.deletion) deletePod(sim, pod, { by: "statefulset" }, cause);
      return;
    }
    if (!pod) {
      if (sim.state.unseen.isMissing(set.uid, String(set.firstOrdinal + index))) continue;
      const isCreated = createReplica(sim, view, set.firstOrdinal + index, cause);
      if (!isCreated || isOrdered) return;
    } else if (isOrdered && (pod.deletion || !isAvailable(sim, pod, set.minReadySeconds))) return;
  }
  for (const pod of view.condemned) {
    if (!pod.deletion) deletePod(sim, pod, { by: "scale-down" }, cause);
    if (isOrdered) return;
  }
  if (set.updateStrategy.type === "RollingUpdate") updateHighest(sim, view, cause);
}

/** One outdated pod at a time, from the highest ordinal down to the partition; an unhealthy one is waited for. */
function updateHighest(sim: Sim, view: View, cause: number): void {
  const { set, replicas, updateRevision } = view;
  const lowest = Math.max(0, set.updateStrategy.partition - set.firstOrdinal);
  for (let index = replicas.length - 1; index >= lowest; index--) {
    const pod = replicas[index];
    if (!pod && sim.state.unseen.isMissing(set.uid, String(set.firstOrdinal + index))) continue;
    if (!pod) return;
    if (!hasRevision(sim, set, pod, updateRevision) && !pod.deletion) {
      deletePod(sim, pod, { by: "rollout" }, cause);
      return;
    }
    if (pod.deletion || !isAvailable(sim, pod, set.minReadySeconds)) return;
  }
}

function createReplica(sim: Sim, view: View, ordinal: number, cause: number): boolean {
  const { set } = view;
  const name = `${set.name}-${ordinal}`;
  const kind = "reconcile statefulset";
  // A pod of that name that belongs to somebody else stands in the way.
  if (sim.state.podNamed(set.namespace, name)) return false;
  const isOld =
    set.updateStrategy.type === "RollingUpdate" && ordinal < set.updateStrategy.partition + set.firstOrdinal;
  const revision = isOld ? view.currentRevision : view.updateRevision;
  const template = templateOf(sim, set, revision);
  claimsFor(sim, set, ordinal, cause);
  const extraLabels = {
    [revisionLabel]: revision,
    "statefulset.kubernetes.io/pod-name": name,
    "apps.kubernetes.io/pod-index": String(ordinal),
  };
  // Without claims of their own all pods of a revision share the template's spec.
  const own =
    set.claimTemplates.length === 0
      ? {}
      : { spec: { ...template.spec, volumes: withClaims(template.spec.volumes, set, name) } };
  const isCreated = createFromTemplate(
    sim,
    { owner: set, template, ...own, name, extraLabels, revision },
    cause,
  );
  if (isCreated) retryDone(sim, kind, set.uid);
  else retryLater(sim, kind, set.uid, cause);
  return isCreated;
}

function withClaims(volumes: readonly PodVolume[], set: StatefulSet, pod: string): readonly PodVolume[] {
  const names = new Set(set.claimTemplates.map(({ name }) => name));
  return [
    ...set.claimTemplates.map(({ name }): PodVolume => ({
      type: "persistentVolumeClaim",
      name,
      claimName: `${name}-${pod}`,
      readOnly: false,
    })),
    ...volumes.filter((volume) => !names.has(volume.name)),
  ];
}

/** Which template revision a set is on, and which it goes to; equal once a rolling update is over. */
function revisionsOf(sim: Sim, set: StatefulSet): { readonly current: string; readonly update: string } {
  const known = sim.state.workloadStatus.get(set.uid);
  const update = revisionName(sim, set);
  return { current: String(known?.["currentRevision"] ?? (set.currentRevision || update)), update };
}

const revisionNames = new WeakMap<PodTemplate, string>();

/** The snapshot names the revision of the template it has; a template that came later is named by its hash. */
function revisionName(sim: Sim, set: StatefulSet): string {
  const original = sim.cluster.objects.StatefulSet.find(({ uid }) => uid === set.uid);
  if (original && sameTemplate(original.template, set.template)) {
    const named = original.updateRevision || ownRevision(sim, set);
    if (named !== undefined) return named;
  }
  let name = revisionNames.get(set.template);
  if (name === undefined) {
    name = `${set.name}-${hash32(JSON.stringify(set.template)).toString(16).padStart(8, "0")}`;
    revisionNames.set(set.template, name);
  }
  sim.state.templates.set(`${set.uid} ${name}`, set.template);
  return name;
}

/** The revision of the pod that came last: what a set without a status is at. */
function ownRevision(sim: Sim, { uid }: StatefulSet): string | undefined {
  const own = sim.cluster.objects.Pod.filter(({ owners }) => owners.some((owner) => owner.uid === uid));
  const newest = own.sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))[0];
  return newest && labelValue(newest.labels, revisionLabel);
}

function sameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/**
 * The template of a revision. The snapshot does not hold that of an older revision whose update is under way:
 * a pod that still has it stands in for it.
 */
function templateOf(sim: Sim, set: StatefulSet, revision: string): PodTemplate {
  const known = sim.state.templates.get(`${set.uid} ${revision}`);
  if (known) return known;
  const original = sim.cluster.objects.StatefulSet.find(({ uid }) => uid === set.uid);
  if (original?.updateRevision === revision) return original.template;
  const pod = sim.state
    .podsOwnedBy(set.uid)
    .find((each) => labelValue(each.labels, revisionLabel) === revision);
  if (!pod) return set.template;
  const template = { labels: set.template.labels, annotations: pod.annotations, spec: pod.spec };
  sim.state.templates.set(`${set.uid} ${revision}`, template);
  return template;
}

/** The counts of its pods; a rolling update is over when all are Ready in the new revision. */
function report(sim: Sim, set: StatefulSet, cause: number): void {
  const { current, update } = revisionsOf(sim, set);
  const pods = sim.state.podsOwnedBy(set.uid).filter((pod) => !isFinished(pod));
  const active = pods.filter((pod) => !pod.deletion);
  const ready = pods.filter(isReady).length;
  const inRevision = (revision: string) =>
    active.filter((pod) => hasRevision(sim, set, pod, revision)).length;
  const isComplete =
    set.updateStrategy.type === "RollingUpdate" &&
    inRevision(update) === set.replicas &&
    ready === set.replicas;
  const status = {
    generation: set.generation ?? 0,
    replicas: pods.length,
    current: inRevision(isComplete ? update : current),
    updated: inRevision(update),
    ready,
    available: pods.filter((pod) => isAvailable(sim, pod, set.minReadySeconds)).length,
    currentRevision: isComplete ? update : current,
    updateRevision: update,
  };
  setWorkloadStatus(sim, set, status, cause);
}
