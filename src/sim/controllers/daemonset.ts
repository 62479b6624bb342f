import { hash32 } from "../../lib/hash.ts";
import { labelValue } from "../../model/meta.ts";
import { isFinished, isReady, type Pod, type PodSpec, type PodTemplate } from "../../model/pod.ts";
import type { DaemonSet } from "../../model/workload.ts";
import { deletePod } from "../apiserver/deletion.ts";
import type { Sim } from "../sim.ts";
import { setWorkloadStatus } from "../state/object-writes.ts";
import { defineController } from "./controller.ts";
import { isAvailable, wakeWhenAvailable } from "./deployment.ts";
import { daemonFit, daemonSpec } from "./daemonset-fit.ts";
import { isSurging, type NodePods, planUpdate, surgeSurplus, surplus } from "./daemonset-update.ts";
import { createFromTemplate } from "./pod-factory.ts";
import { retryDone, retryLater } from "./retry.ts";
import { hasRevision, revisionLabel } from "./revisions.ts";

/**
 * One pod on every node that takes it: also on cordoned nodes, and back again after a deletion.
 * Source: pkg/controller/daemon/{daemon_controller,update}.go.
 */
export const daemonSetController = defineController({
  name: "daemonset",
  wakesOn: {
    "pod.ready": (sim, { pod }) => setOf(sim.state.pod(pod)),
    "pod.unready": (sim, { pod }) => setOf(sim.state.pod(pod)),
    "pod.finished": (sim, { pod }) => setOf(sim.state.pod(pod)),
    "pod.terminating": (sim, { pod }) => setOf(sim.state.pod(pod)),
    "pod.gone": (sim) => setOf(sim.state.lastRemoved),
    "node.added": allSets,
    "node.removed": allSets,
    "node.tainted": allSets,
    "node.untainted": allSets,
    "node.labelled": allSets,
    "object.created": (sim, { object }) => setNamed(sim, object),
    "object.patched": (sim, { object }) => setNamed(sim, object),
  },
  initial: allSets,
  reconcile,
});

function setOf(pod: Pod | undefined): readonly string[] {
  const owner = pod?.owners.find(({ controller }) => controller);
  return owner?.kind === "DaemonSet" ? [owner.uid] : [];
}

function setNamed(sim: Sim, ref: string): readonly string[] {
  const [namespace, kind, name] = ref.split("/");
  const found = kind === "DaemonSet" ? sim.state.tables.DaemonSet.get(`${namespace}/${name}`) : undefined;
  return found ? [found.uid] : [];
}

function allSets(sim: Sim): readonly string[] {
  return [...sim.state.tables.DaemonSet.values()].map(({ uid }) => uid);
}

function reconcile(sim: Sim, uid: string, cause: number): void {
  const set = sim.state.objectByUid(uid) as DaemonSet | undefined;
  if (!set) return;
  const revision = revisionOf(sim, set);
  manage(sim, set, look(sim, set), revision, cause);
  const nodes = look(sim, set);
  if (set.updateStrategy.type === "RollingUpdate") {
    const { pods, emptyNodes } = planUpdate(sim, set, nodes, revision);
    for (const node of emptyNodes) create(sim, set, node, revision, cause);
    for (const pod of pods) deletePod(sim, pod, { by: "rollout" }, cause);
  }
  report(sim, set, look(sim, set), revision, cause);
  wakeWhenAvailable(sim, "reconcile daemonset", uid, sim.state.podsOwnedBy(uid), set.minReadySeconds, cause);
}

function look(sim: Sim, set: DaemonSet): NodePods[] {
  const byNode = new Map<string, Pod[]>();
  for (const pod of sim.state.podsOwnedBy(set.uid)) {
    const node = targetNode(pod);
    const pods = byNode.get(node);
    if (pods) pods.push(pod);
    else byNode.set(node, [pod]);
  }
  const spec = daemonSpec(set.template);
  const nodes = [...sim.state.tables.Node.values()].map((node) => {
    return { node: node.name, ...daemonFit(spec, node), pods: byNode.get(node.name) ?? [] };
  });
  return nodes.filter(({ shouldRun, pods }) => shouldRun || pods.length > 0);
}

/** The node a daemon pod is for: where it runs, or the one its affinity names. */
function targetNode(pod: Pod): string {
  if (pod.nodeName !== "") return pod.nodeName;
  const field = pod.spec.affinity.requiredNodes?.[0]?.matchFields.find(({ key }) => key === "metadata.name");
  return field?.values[0] ?? "";
}

const nodeSpecs = new WeakMap<PodSpec, Map<string, PodSpec>>();

/** The spec of the pod for one node: its affinity names the node, and nothing else about nodes counts. */
function specForNode(template: PodTemplate, node: string): PodSpec {
  const base = daemonSpec(template);
  let byNode = nodeSpecs.get(base);
  if (!byNode) nodeSpecs.set(base, (byNode = new Map()));
  let spec = byNode.get(node);
  if (!spec) {
    const matchFields = [{ key: "metadata.name", operator: "In" as const, values: [node] }];
    const terms = base.affinity.requiredNodes ?? [{ matchExpressions: [], matchFields: [] }];
    const requiredNodes = terms.map((term) => ({ matchExpressions: term.matchExpressions, matchFields }));
    spec = { ...base, affinity: { ...base.affinity, requiredNodes } };
    byNode.set(node, spec);
  }
  return spec;
}

/** Nodes without a pod get one, failed pods make room for another, surplus pods go. */
function manage(sim: Sim, set: DaemonSet, nodes: readonly NodePods[], revision: string, cause: number): void {
  for (const { node, shouldRun, mayStay, pods } of nodes) {
    const running = pods.filter((pod) => !pod.deletion);
    for (const pod of running) {
      if (isFinished(pod) || !mayStay) deletePod(sim, pod, { by: "daemonset" }, cause);
    }
    const live = running.filter((pod) => !isFinished(pod));
    const isUnseen = sim.state.unseen.isMissing(set.uid, node);
    if (shouldRun && pods.length === 0 && !isUnseen) create(sim, set, node, revision, cause);
    if (!mayStay) continue;
    if (shouldRun && pods.length > 0 && live.length === 0 && isSurging(set))
      create(sim, set, node, revision, cause);
    const superfluous = isSurging(set) ? surgeSurplus(sim, set, live, revision) : surplus(live);
    for (const pod of superfluous) deletePod(sim, pod, { by: "daemonset" }, cause);
  }
}

function create(sim: Sim, set: DaemonSet, node: string, revision: string, cause: number): void {
  const spec = specForNode(set.template, node);
  const extraLabels = { [revisionLabel]: revision };
  const isCreated = createFromTemplate(
    sim,
    { owner: set, template: set.template, spec, extraLabels, revision },
    cause,
  );
  if (isCreated) retryDone(sim, "reconcile daemonset", set.uid);
  else retryLater(sim, "reconcile daemonset", set.uid, cause);
}

const revisions = new WeakMap<PodTemplate, string>();

function revisionOf(sim: Sim, set: DaemonSet): string {
  let revision = revisions.get(set.template);
  if (revision === undefined) revisions.set(set.template, (revision = findRevision(sim, set)));
  return revision;
}

/** The revision of the pods' own label while the template is the snapshot's; the template's hash after that. */
function findRevision(sim: Sim, set: DaemonSet): string {
  const original = sim.cluster.objects.DaemonSet.find(({ uid }) => uid === set.uid);
  const isOriginal = original && JSON.stringify(original.template) === JSON.stringify(set.template);
  if (isOriginal) {
    const newest = sim.cluster.objects.Pod.filter((pod) =>
      pod.owners.some(({ uid }) => uid === set.uid),
    ).sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))[0];
    const label = newest && labelValue(newest.labels, revisionLabel);
    if (label !== undefined) return label;
  }
  return hash32(JSON.stringify(set.template)).toString(16).padStart(8, "0");
}

function report(sim: Sim, set: DaemonSet, nodes: readonly NodePods[], revision: string, cause: number): void {
  const counts = { desired: 0, current: 0, updated: 0, ready: 0, available: 0, misscheduled: 0 };
  for (const { shouldRun, pods } of nodes) {
    const pod =
      pods.filter((each) => !each.deletion).sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0))[0] ??
      pods[0];
    if (!shouldRun) {
      if (pod) counts.misscheduled++;
      continue;
    }
    counts.desired++;
    if (!pod) continue;
    counts.current++;
    if (isReady(pod)) counts.ready++;
    if (isAvailable(sim, pod, set.minReadySeconds)) counts.available++;
    if (pods.some((each) => hasRevision(sim, set, each, revision))) counts.updated++;
  }
  setWorkloadStatus(sim, set, { generation: set.generation ?? 0, ...counts }, cause);
}
