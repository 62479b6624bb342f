import type { LabTimes } from "./load.ts";

/** An object of a snapshot, not looked at yet. */
export interface RawJson {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Fields;
    readonly annotations?: Fields;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly uid: string;
    }[];
    readonly deletionTimestamp?: string;
  };
  readonly spec?: Json;
  readonly status?: Json;
}

type Json = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, string>>;

/** How the objects of a kind get into the lab. */
export interface Loadable {
  readonly kind: string;
  readonly apiVersion: string;
  /** The collection's path; `*` stands where the namespace does. */
  readonly path: string;
  readonly isNamespaced: boolean;
  /** Why an object stays out; undefined: it does not. */
  readonly leaveOut?: (object: RawJson) => string | undefined;
  /** What is other than in the snapshot. */
  readonly change?: (object: RawJson, timesOf: (pod: RawJson) => LabTimes) => Json;
  /** The status that is written, where a controller or a kubelet would have: `nth` is different for each object. */
  readonly status?: (object: RawJson, nth: number) => Json | undefined;
}

const core = (kind: string, plural: string) => ({
  kind,
  apiVersion: "v1",
  path: `/api/v1/${plural}`,
  isNamespaced: false,
});
const coreNamespaced = (kind: string, plural: string) => ({
  ...core(kind, plural),
  path: `/api/v1/*/${plural}`,
  isNamespaced: true,
});
const grouped = (apiVersion: string, kind: string, plural: string) => ({
  kind,
  apiVersion,
  path: `/apis/${apiVersion}/${plural}`,
  isNamespaced: false,
});
const groupedNamespaced = (apiVersion: string, kind: string, plural: string) => ({
  ...grouped(apiVersion, kind, plural),
  path: `/apis/${apiVersion}/*/${plural}`,
  isNamespaced: true,
});

/**
 * In the order in which they are loaded: owners before what they own. Autoscalers, admission webhooks and leases are
 * not: there is nobody behind them.
 */
export const loadables: readonly Loadable[] = [
  core("Namespace", "namespaces"),
  { ...grouped("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses"), leaveOut: builtInPriority },
  grouped("storage.k8s.io/v1", "StorageClass", "storageclasses"),
  grouped("storage.k8s.io/v1", "CSIDriver", "csidrivers"),
  { ...core("Node", "nodes"), change: fakeNode, status: statusAsItIs },
  grouped("storage.k8s.io/v1", "CSINode", "csinodes"),
  { ...core("PersistentVolume", "persistentvolumes"), change: unbound, status: statusAsItIs },
  { ...coreNamespaced("PersistentVolumeClaim", "persistentvolumeclaims"), status: statusAsItIs },
  { ...groupedNamespaced("apps/v1", "Deployment", "deployments"), change: withTimes, status: countsOnly },
  { ...groupedNamespaced("apps/v1", "ReplicaSet", "replicasets"), change: withTimes, status: countsOnly },
  {
    ...coreNamespaced("ReplicationController", "replicationcontrollers"),
    change: withTimes,
    status: countsOnly,
  },
  { ...groupedNamespaced("apps/v1", "StatefulSet", "statefulsets"), change: onDelete, status: countsOnly },
  { ...groupedNamespaced("apps/v1", "DaemonSet", "daemonsets"), change: onDelete, status: countsOnly },
  { ...groupedNamespaced("batch/v1", "Job", "jobs"), change: ownSelector, leaveOut: finishedJob },
  { ...coreNamespaced("Pod", "pods"), change: placedPod, status: podStatus, leaveOut: podOnItsWayOut },
  { ...coreNamespaced("Service", "services"), change: withoutAddresses, leaveOut: theApiItself },
  groupedNamespaced("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
  coreNamespaced("LimitRange", "limitranges"),
  coreNamespaced("ResourceQuota", "resourcequotas"),
];

/** The object as a client would have written it. */
export function withoutServerFields(object: RawJson): RawJson {
  const { metadata, status: _status, ...rest } = object;
  const { name, namespace, labels, annotations, ownerReferences } = metadata;
  const kept = { name, namespace, labels, annotations, ownerReferences };
  return { ...rest, metadata: kept as RawJson["metadata"] };
}

function statusAsItIs({ status }: RawJson): Json | undefined {
  return status;
}

/** So that controllers find what they left: a Deployment that has no status yet would be told to be progressing. */
function countsOnly({ status }: RawJson): Json | undefined {
  if (!status) return undefined;
  const counts = Object.entries(status).filter(
    ([key, value]) => typeof value === "number" && key !== "collisionCount",
  );
  return { ...Object.fromEntries(counts), observedGeneration: 1 };
}

function builtInPriority({ metadata }: RawJson): string | undefined {
  return metadata.name.startsWith("system-") ? "" : undefined;
}

/** KWOK keeps a node Ready that was; one that was not stays silent. */
function fakeNode({ metadata, spec, status }: RawJson): Json {
  const conditions = (status?.["conditions"] ?? []) as readonly { type: string; status: string }[];
  const isReady = conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
  const kwok = isReady ? { "kwok.x-k8s.io/node": "fake" } : {};
  const { podCIDR: _cidr, podCIDRs: _cidrs, ...rest } = spec ?? {};
  return { metadata: { ...metadata, annotations: { ...metadata.annotations, ...kwok } }, spec: rest };
}

/** A claim's identity is another one here; the controller binds the two again by their names. */
function unbound({ spec }: RawJson): Json {
  const { uid: _uid, resourceVersion: _version, ...claim } = (spec?.["claimRef"] ?? {}) as Json;
  return { spec: { ...spec, ...(spec?.["claimRef"] === undefined ? {} : { claimRef: claim }) } };
}

interface Template {
  readonly metadata?: { readonly annotations?: Fields; readonly labels?: Fields };
  readonly spec?: Json;
}

/** Pods that are made anew take as long as those that are there. */
function withTimes(object: RawJson, timesOf: (pod: RawJson) => LabTimes): { spec: Json } {
  const template = (object.spec?.["template"] ?? {}) as Template;
  const annotations = { ...template.metadata?.annotations, ...annotationsOf(timesOf(object)) };
  const timed = {
    ...template,
    metadata: { ...template.metadata, annotations },
    spec: podSpec(template.spec ?? {}),
  };
  return { spec: { ...object.spec, template: timed } };
}

/**
 * The names of revisions hang on the template as the snapshot's own API server knew it; with another template the
 * controller would replace every pod.
 */
function onDelete(object: RawJson, timesOf: (pod: RawJson) => LabTimes): Json {
  return { spec: { ...withTimes(object, timesOf).spec, updateStrategy: { type: "OnDelete" } } };
}

/** The API server makes a Job's selector by itself. */
function ownSelector(object: RawJson, timesOf: (pod: RawJson) => LabTimes): Json {
  const { selector: _selector, ...spec } = withTimes(object, timesOf).spec;
  const template = spec["template"] as Template;
  const labels = Object.entries(template.metadata?.labels ?? {}).filter(
    ([key]) => !/(^|\/)(controller-uid|job-name)$/.test(key),
  );
  return {
    spec: {
      ...spec,
      template: { ...template, metadata: { ...template.metadata, labels: Object.fromEntries(labels) } },
    },
  };
}

function finishedJob({ status }: RawJson): string | undefined {
  const conditions = (status?.["conditions"] ?? []) as readonly { type: string; status: string }[];
  return conditions.some(({ type, status: is }) => /^(Complete|Failed)$/.test(type) && is === "True")
    ? ""
    : undefined;
}

function podOnItsWayOut({ metadata, status }: RawJson): string | undefined {
  if (metadata.deletionTimestamp !== undefined) return "pods that were being deleted are gone";
  return /^(Succeeded|Failed)$/.test(String(status?.["phase"])) ? "" : undefined;
}

function annotationsOf({ start, ready, stop }: LabTimes): Fields {
  return {
    "lab.seatrial/start": String(start),
    "lab.seatrial/ready": String(ready),
    "lab.seatrial/stop": String(stop),
  };
}

/** What admission works out itself, and refuses to be told. */
function podSpec(spec: Json): Json {
  const { priority: _priority, preemptionPolicy: _policy, ephemeralContainers: _containers, ...rest } = spec;
  return rest;
}

function placedPod(pod: RawJson, timesOf: (pod: RawJson) => LabTimes): Json {
  const annotations = { ...pod.metadata.annotations, ...annotationsOf(timesOf(pod)) };
  return { metadata: { ...pod.metadata, annotations }, spec: podSpec(pod.spec ?? {}) };
}

/** Without an address a pod is no endpoint. */
function podStatus({ status }: RawJson, nth: number): Json | undefined {
  if (status?.["phase"] !== "Running") return undefined;
  const podIP = `10.250.${nth >> 8}.${nth & 255}`;
  const { phase, conditions, containerStatuses, initContainerStatuses, startTime, qosClass } = status;
  const kept = { phase, conditions, containerStatuses, initContainerStatuses, startTime, qosClass };
  return { ...kept, podIP, podIPs: [{ ip: podIP }] };
}

/** The lab has other addresses to give. */
function withoutAddresses({ spec }: RawJson): Json {
  const {
    clusterIP,
    clusterIPs: _ips,
    healthCheckNodePort: _check,
    ipFamilies: _families,
    ...rest
  } = spec ?? {};
  const ports = ((rest["ports"] ?? []) as readonly Json[]).map(({ nodePort: _port, ...port }) => port);
  return { spec: { ...rest, ports, ...(clusterIP === "None" ? { clusterIP } : {}) } };
}

function theApiItself({ metadata }: RawJson): string | undefined {
  return metadata.name === "kubernetes" && metadata.namespace === "default" ? "" : undefined;
}
