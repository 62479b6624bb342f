import { admissionFacts } from "../facts/admission.ts";
import { nameSuffix } from "../lib/hash.ts";
import type { Raw } from "./generate.ts";
import { podLabels, podSpec, podTemplate, selectorOf } from "./pod-template.ts";
import type { WorkloadFile } from "./schema/workload.ts";
import { claimName, metadataOf } from "./workload-metadata.ts";

/** Priority classes of the file, by name. */
export type Priorities = Readonly<Record<string, number>>;

/**
 * Pods that the file puts on nodes itself: they run there from the start, and their controllers find them there. A
 * Deployment's pods belong to a ReplicaSet, which has to be made with them.
 */
export function placedPods(workload: WorkloadFile, priorities: Priorities): readonly Raw[] {
  const { kind, namespace, name, nodes, replicas, priorityClass = "" } = workload;
  if (kind === "Pod") return [running(barePod(workload), nodes?.[0], workload.unready === 0)];
  if (!nodes) return [];
  // Admission writes the number of the class into a new pod; these pods are not new.
  const spec = { ...podSpec(workload, undefined), priority: priorityOf(priorityClass, priorities) };
  const pods = (labels: Readonly<Record<string, string>>, owner: Raw, nameOf: (index: number) => string) =>
    nodes.map((node, index) => {
      const metadata = {
        ...metadataOf(workload, nameOf(index)),
        labels: { ...podLabels(workload), ...labels },
        ownerReferences: [ownerReference(owner, namespace)],
      };
      const isReady = index < replicas - workload.unready;
      return running({ apiVersion: "v1", kind: "Pod", metadata, spec }, node, isReady);
    });
  const self: Raw = { apiVersion: kind === "Job" ? "batch/v1" : "apps/v1", kind, metadata: { name } };
  const suffix = (index: number) => nameSuffix(`${namespace}/${name} ${index}`, 5);
  if (kind === "StatefulSet")
    return pods({ [revisionLabel]: revisionOf(workload) }, self, (index) => `${name}-${index}`);
  if (kind === "Job") return pods({}, self, (index) => `${name}-${suffix(index)}`);
  const set = replicaSet(workload);
  return [set.object, ...pods(set.labels, set.object, (index) => `${set.name}-${suffix(index)}`)];
}

/** A pod without a controller. */
function barePod(workload: WorkloadFile): Raw {
  const metadata = { ...metadataOf(workload, workload.name), labels: podLabels(workload) };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: podSpec(workload, claimName(workload)) };
}

const revisionLabel = "controller-revision-hash";

/** The revision of a StatefulSet whose pods are there from the start: its status names it, and its pods bear it. */
export function revisionOf({ namespace, name }: WorkloadFile): string {
  return `${name}-${nameSuffix(`${namespace}/${name}`, 9)}`;
}

function priorityOf(className: string, priorities: Priorities): number {
  return priorities[className] ?? admissionFacts.systemPriorities[className] ?? 0;
}

function replicaSet(workload: WorkloadFile) {
  const { namespace, name, replicas } = workload;
  const hash = nameSuffix(`${namespace}/${name}`, 9);
  const labels = { "pod-template-hash": hash };
  const template = podTemplate(workload, undefined);
  const metadata = {
    ...metadataOf(workload, `${name}-${hash}`),
    ownerReferences: [
      ownerReference({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name } }, namespace),
    ],
  };
  const object: Raw = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { ...metadata, labels: { ...podLabels(workload), ...labels } },
    spec: {
      replicas,
      selector: { matchLabels: { ...selectorOf(workload), ...labels } },
      template: { ...template, metadata: { labels: { ...podLabels(workload), ...labels } } },
    },
  };
  return { name: `${name}-${hash}`, labels, object };
}

/** Objects without a UID of their own are known by this one: `ClusterReader` gives it to them. */
function ownerReference({ apiVersion, kind, metadata }: Raw, namespace: string) {
  const { name } = metadata as { readonly name: string };
  return { apiVersion, kind, name, uid: `${kind}/${namespace}/${name}`, controller: true };
}

/** The pod as it is when it has been running on this node for a while; without a node, as it is first made. */
function running(pod: Raw, node: string | undefined, isReady: boolean): Raw {
  if (node === undefined) return pod;
  const ready = isReady ? "True" : "False";
  return {
    ...pod,
    spec: { ...(pod["spec"] as object), nodeName: node },
    status: {
      phase: "Running",
      podIP: "192.0.2.1",
      conditions: [
        { type: "PodScheduled", status: "True" },
        { type: "ContainersReady", status: ready },
        { type: "Ready", status: ready },
      ],
      containerStatuses: [
        {
          name: "main",
          ready: isReady,
          restartCount: isReady ? 0 : 14,
          state: isReady ? { running: {} } : { waiting: { reason: "CrashLoopBackOff" } },
        },
      ],
    },
  };
}
