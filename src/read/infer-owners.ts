import { groupBy } from "../lib/order.ts";
import type { ClusterObjects, Kind } from "../model/cluster.ts";
import { controllerOf, labelValue, type ObjectMeta, type OwnerReference } from "../model/meta.ts";
import { isFinished, type Pod, type PodSpec, type PodTemplate } from "../model/pod.ts";
import { matchesSelector, selectorFromLabels } from "../model/selector.ts";
import type {
  DaemonSet,
  Deployment,
  Job,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from "../model/workload.ts";

/**
 * Workloads that the pods of the input name as their controllers and that the input does not have: somebody asked
 * for pods and Deployments, and not for ReplicaSets. What they want is read off their pods; without them every
 * evicted pod would be gone for good, which is not so.
 */

type InferredKind = "ReplicaSet" | "ReplicationController" | "StatefulSet" | "DaemonSet" | "Job";

const inferable: ReadonlySet<string> = new Set<InferredKind>([
  "ReplicaSet",
  "ReplicationController",
  "StatefulSet",
  "DaemonSet",
  "Job",
]);

export interface Inferred {
  readonly objects: ClusterObjects;
  /** How many objects of each kind were read off pods and Deployments. */
  readonly counts: readonly { readonly kind: Kind; readonly count: number }[];
}

/** The objects with the missing controllers of their pods. Of `complete` kinds the input has all there are. */
export function inferOwners(objects: ClusterObjects, complete: ReadonlySet<Kind>): Inferred {
  const added: { [K in InferredKind]: ({ readonly kind: K } & ObjectMeta)[] } = {
    ReplicaSet: [],
    ReplicationController: [],
    StatefulSet: [],
    DaemonSet: [],
    Job: [],
  };
  const known = new Set(
    [...inferable].flatMap((kind) => objects[kind as InferredKind].map(({ uid }) => uid)),
  );
  const orphans = objects.Pod.filter((pod) => {
    const owner = controllerOf(pod);
    return owner && isBuiltIn(owner) && !known.has(owner.uid) && !complete.has(owner.kind as Kind);
  });
  for (const pods of groupBy(orphans, (pod) => controllerOf(pod)!.uid).values()) {
    const owner = controllerOf(pods[0]!)!;
    const inferred = inferOwner(owner, pods, objects.Deployment);
    (added[owner.kind as InferredKind] as ObjectMeta[]).push(inferred);
  }
  if (!complete.has("ReplicaSet")) {
    const sets = [...objects.ReplicaSet, ...(added.ReplicaSet as unknown as ReplicaSet[])];
    added.ReplicaSet.push(...unseenSets(objects.Deployment, sets));
  }
  const lists = Object.fromEntries(
    Object.entries(added).map(([kind, list]) => [kind, [...objects[kind as InferredKind], ...list]]),
  );
  const counts = Object.entries(added).map(([kind, { length }]) => ({ kind: kind as Kind, count: length }));
  return { objects: { ...objects, ...lists }, counts: counts.filter(({ count }) => count > 0) };
}

/** Kinds of Kubernetes' own groups: a custom resource may have the name of one. */
function isBuiltIn({ apiVersion, kind }: OwnerReference): boolean {
  return inferable.has(kind) && /^(v1|apps\/.*|extensions\/.*|batch\/.*)$/.test(apiVersion);
}

function inferOwner(
  owner: OwnerReference,
  pods: readonly Pod[],
  deployments: readonly Deployment[],
): InferredObject {
  const newest = [...pods].sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))[0]!;
  const active = pods.filter((pod) => !isFinished(pod) && !pod.deletion).length;
  const base = { ...metaOf(owner, newest), template: templateOf(newest), minReadySeconds: 0 };
  switch (owner.kind as InferredKind) {
    case "ReplicaSet":
      return inferReplicaSet(base, newest, active, deployments);
    case "ReplicationController": {
      const selector = selectorFromLabels(newest.labels);
      return {
        ...base,
        kind: "ReplicationController",
        replicas: active,
        selector,
      } satisfies ReplicationController;
    }
    case "StatefulSet":
      return inferStatefulSet(base, pods);
    case "DaemonSet":
      return {
        ...base,
        kind: "DaemonSet",
        selector: selectorFromLabels(withoutKeys(newest.labels, revisionLabels)),
        updateStrategy: { type: "OnDelete", maxUnavailable: 1, maxSurge: 0 },
        observed: { pods: pods.length, wanted: pods.length },
      } satisfies DaemonSet;
    case "Job":
      return inferJob(base, active);
  }
}

type InferredObject = ReplicaSet | ReplicationController | StatefulSet | DaemonSet | Job;

type Base = ObjectMeta & { readonly template: PodTemplate; readonly minReadySeconds: number };

function inferReplicaSet(
  base: Base,
  pod: Pod,
  active: number,
  deployments: readonly Deployment[],
): ReplicaSet {
  const deployment = deployments
    .filter(
      ({ namespace, name, selector }) =>
        namespace === pod.namespace &&
        base.name.startsWith(`${name}-`) &&
        matchesSelector(selector, pod.labels),
    )
    .sort((a, b) => b.name.length - a.name.length)[0];
  const hash = labelValue(pod.labels, "pod-template-hash");
  const guessed =
    hash !== undefined && base.name.endsWith(`-${hash}`) ? base.name.slice(0, -hash.length - 1) : "";
  const name = deployment?.name ?? guessed;
  const uid = deployment?.uid ?? `Deployment/${pod.namespace}/${name}`;
  const template = deployment ? withHash(deployment.template, hash) : base.template;
  return {
    ...base,
    kind: "ReplicaSet",
    ...(name === ""
      ? {}
      : { owners: [{ apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true }] }),
    annotations: deployment ? revisionOf(deployment) : {},
    replicas: deployment ? Math.max(active, deployment.replicas) : active,
    ...(deployment ? { observed: { pods: deployment.replicas, wanted: deployment.replicas } } : {}),
    selector: selectorFromLabels(pod.labels),
    template,
  };
}

function inferStatefulSet(base: Base, pods: readonly Pod[]): StatefulSet {
  const ordinals = pods.map(({ name }) => Number(/-(\d+)$/.exec(name)?.[1] ?? 0));
  const replicas = Math.max(...ordinals) + 1;
  return {
    ...base,
    kind: "StatefulSet",
    replicas,
    selector: selectorFromLabels(withoutKeys(base.labels, revisionLabels)),
    podManagementPolicy: "OrderedReady",
    // Its newest template is not known: nothing is rolled.
    updateStrategy: { type: "OnDelete", partition: 0, maxUnavailable: 1 },
    serviceName: "",
    firstOrdinal: 0,
    claimTemplates: [],
    currentRevision: "",
    updateRevision: "",
    observed: { pods: replicas, wanted: replicas },
  };
}

function inferJob(base: Base, active: number): Job {
  return {
    ...base,
    kind: "Job",
    parallelism: active,
    completions: active,
    completionMode: "NonIndexed",
    backoffLimit: 6,
    suspend: false,
    selector: selectorFromLabels({ "controller-uid": base.uid }),
    podFailureRules: [],
    podReplacementPolicy: "TerminatingOrFailed",
    succeeded: 0,
    failed: 0,
    finished: active === 0 ? "Complete" : "",
  };
}

/** ReplicaSets of Deployments whose status counts pods, and of which the input shows neither the one nor the other. */
function unseenSets(deployments: readonly Deployment[], sets: readonly ReplicaSet[]): ReplicaSet[] {
  const owned = new Set(
    sets.filter(({ replicas }) => replicas > 0).flatMap(({ owners }) => owners.map(({ uid }) => uid)),
  );
  return deployments
    .filter(({ uid, observed }) => observed !== undefined && observed.pods > 0 && !owned.has(uid))
    .map((deployment): ReplicaSet => {
      const { name, uid, replicas, minReadySeconds, selector } = deployment;
      const owner = { apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true };
      const meta = metaOf({ ...owner, name: `${name}-unseen`, uid: `${uid}/unseen` }, deployment);
      return {
        ...meta,
        kind: "ReplicaSet",
        owners: [owner],
        annotations: revisionOf(deployment),
        template: withHash(deployment.template, "unseen"),
        replicas,
        minReadySeconds,
        selector,
        observed: { pods: replicas, wanted: replicas },
      };
    });
}

const revisionAnnotation = "deployment.kubernetes.io/revision";

function revisionOf({ annotations }: Deployment): ObjectMeta["annotations"] {
  const revision = labelValue(annotations, revisionAnnotation);
  return revision === undefined ? {} : { [revisionAnnotation]: revision };
}

function metaOf(owner: OwnerReference, like: ObjectMeta): ObjectMeta {
  return {
    name: owner.name,
    namespace: like.namespace,
    uid: owner.uid,
    labels: like.labels,
    annotations: {},
    owners: [],
    finalizers: [],
    apiVersion: owner.apiVersion,
    ...(like.createdAt === undefined ? {} : { createdAt: like.createdAt }),
    ...(like.origin === undefined ? {} : { origin: like.origin }),
  };
}

const revisionLabels = [
  "controller-revision-hash",
  "pod-template-generation",
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
];

/** The template that would make this pod, as far as a pod shows it: without what its controller added for its place. */
function templateOf(pod: Pod): PodTemplate {
  const { requiredNodes } = pod.spec.affinity;
  const isPinned = requiredNodes?.some(({ matchFields }) => matchFields.length > 0) ?? false;
  const { requiredNodes: _, ...affinity } = pod.spec.affinity;
  const spec: PodSpec = isPinned ? { ...pod.spec, affinity } : pod.spec;
  return { labels: withoutKeys(pod.labels, revisionLabels), annotations: {}, spec };
}

function withHash(template: PodTemplate, hash: string | undefined): PodTemplate {
  return hash === undefined
    ? template
    : { ...template, labels: { ...template.labels, "pod-template-hash": hash } };
}

function withoutKeys(labels: ObjectMeta["labels"], keys: readonly string[]): ObjectMeta["labels"] {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !keys.includes(key)));
}
