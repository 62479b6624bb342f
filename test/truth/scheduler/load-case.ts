import { by } from "../../../src/lib/order.ts";
import type { ClusterObjects } from "../../../src/model/cluster.ts";
import { keyOf } from "../../../src/model/meta.ts";
import { isFinished, type Pod } from "../../../src/model/pod.ts";
import { parseVersion, type Version } from "../../../src/model/version.ts";
import { formatProblem } from "../../../src/model/problem.ts";
import { ClusterReader } from "../../../src/read/read-cluster.ts";
import { SeededChooser } from "../../../src/sim/engine/choice.ts";
import { listersOf } from "../../support/static-listers.ts";
import { Scheduler } from "../../../src/sim/scheduler/scheduler.ts";
import type { Case } from "./format.ts";

/** The lists of a case: what their objects are in Kubernetes. */
const kinds: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  nodes: ["v1", "Node"],
  pods: ["v1", "Pod"],
  namespaces: ["v1", "Namespace"],
  services: ["v1", "Service"],
  replicationControllers: ["v1", "ReplicationController"],
  replicaSets: ["apps/v1", "ReplicaSet"],
  statefulSets: ["apps/v1", "StatefulSet"],
  podDisruptionBudgets: ["policy/v1", "PodDisruptionBudget"],
  priorityClasses: ["scheduling.k8s.io/v1", "PriorityClass"],
  persistentVolumes: ["v1", "PersistentVolume"],
  persistentVolumeClaims: ["v1", "PersistentVolumeClaim"],
  storageClasses: ["storage.k8s.io/v1", "StorageClass"],
  csiNodes: ["storage.k8s.io/v1", "CSINode"],
  csiDrivers: ["storage.k8s.io/v1", "CSIDriver"],
  csiStorageCapacities: ["storage.k8s.io/v1", "CSIStorageCapacity"],
  volumeAttachments: ["storage.k8s.io/v1", "VolumeAttachment"],
};

/** The state of a case, and the pods that are to be placed on it, each on its own. */
export interface LoadedCase {
  readonly objects: ClusterObjects;
  readonly toPlace: readonly Pod[];
}

function readObjects(name: string, lists: ReadonlyMap<string, readonly object[]>): ClusterObjects {
  const reader = new ClusterReader("default");
  for (const [list, objects] of lists) {
    const [apiVersion, kind] = kinds[list]!;
    for (const [index, object] of objects.entries())
      reader.document({
        value: { apiVersion, kind, ...object },
        origin: { file: `${name} ${list}`, document: index + 1, line: 1 },
        lineOf: () => 1,
      });
  }
  const options = { name, assumeNone: [], fallbackAsOf: 0, namespace: "default", version: "v1.36.3" };
  const result = reader.finish(options);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.cluster.objects;
}

export function loadCase(given: Case): LoadedCase {
  const lists = new Map<string, readonly object[]>();
  for (const list of Object.keys(kinds)) {
    const objects = (given as unknown as Record<string, readonly object[] | undefined>)[list];
    if (objects) lists.set(list, objects);
  }
  const place = given.pod ? [given.pod] : (given.place ?? []);
  return {
    objects: readObjects(given.id, lists),
    toPlace: readObjects(`${given.id} to place`, new Map([["pods", place]])).Pod,
  };
}

/** The moment that pods which have not started are taken to have started. */
export const caseNow = Date.UTC(2026, 10, 21);

/** A scheduler of this version that knows the state of the case. */
export function schedulerFor({ objects, toPlace }: LoadedCase, version: string): Scheduler {
  const scheduler = new Scheduler({
    version: parseVersion(version) as Version,
    listers: listersOf(objects),
    chooser: new SeededChooser(1, "median"),
    percentageOfNodesToScore: 100,
  });
  // A scheduler that starts gets its objects as etcd keeps them: sorted by name.
  for (const node of objects.Node.toSorted(by(keyOf))) scheduler.cache.addNode(node);
  for (const pod of objects.Pod.toSorted(by(keyOf)))
    if (pod.nodeName !== "" && !isFinished(pod)) scheduler.cache.addPod(pod);
  for (const pod of [...objects.Pod.filter(({ nodeName }) => nodeName === ""), ...toPlace])
    if (isWaiting(pod, scheduler)) scheduler.cache.nominate(pod, pod.status.nominatedNodeName);
  return scheduler;
}

/** Whether the pod is in the scheduling queue: only then its nomination counts. */
function isWaiting(pod: Pod, scheduler: Scheduler): boolean {
  return (
    !isFinished(pod) &&
    scheduler.frameworks.has(pod.spec.schedulerName) &&
    scheduler.preEnqueue(pod) === undefined
  );
}
