import type { RawJson } from "../../lab/loadable.ts";

/** Snapshots for the lab, as an API server would have written them: nodes in zones, and workloads whose pods run. */

export interface RawWorkload {
  readonly name: string;
  readonly kind: "Deployment" | "StatefulSet" | "DaemonSet";
  /** The node of each pod. */
  readonly on: readonly string[];
  readonly cpu?: string;
  readonly pdb?: Readonly<Record<string, unknown>>;
  /** More of the pods' spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const ready = [{ type: "Ready", status: "True" }];
let serial = 0;

/** A UID of its own for each object of one process. */
function uid(): string {
  return `00000000-0000-4000-8000-${String(++serial).padStart(12, "0")}`;
}

export function rawNodes(names: readonly string[], labels: Readonly<Record<string, string>> = {}): RawJson[] {
  const room = { cpu: "4", memory: "8Gi", pods: "110" };
  return names.map((name, index) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      uid: uid(),
      labels: {
        "kubernetes.io/hostname": name,
        "topology.kubernetes.io/zone": ["a", "b", "c"][index % 3]!,
        ...labels,
      },
    },
    status: {
      allocatable: room,
      capacity: room,
      conditions: ready,
      nodeInfo: { kubeletVersion: "v1.36.3", architecture: "amd64", operatingSystem: "linux" },
    },
  }));
}

/** The workload, its pods, its Service and its budget. */
export function rawWorkload(workload: RawWorkload): RawJson[] {
  const { name, kind, on, cpu = "500m", pdb, spec = {}, annotations = {} } = workload;
  const labels = { app: name };
  const meta = { name, namespace: "default", uid: uid() };
  const podSpec = {
    terminationGracePeriodSeconds: 3,
    containers: [{ name: "main", image: name, resources: { requests: { cpu } } }],
    ...spec,
  };
  const body = {
    selector: { matchLabels: labels },
    template: { metadata: { labels, annotations }, spec: podSpec },
  };
  const counts = { replicas: on.length, readyReplicas: on.length, availableReplicas: on.length };
  const owner = {
    apiVersion: "apps/v1",
    kind,
    metadata: meta,
    spec: { ...body, replicas: on.length },
    status: counts,
  };
  const own: RawJson[] = [kind === "DaemonSet" ? { ...owner, spec: body } : owner];
  const parent = kind === "Deployment" ? replicaSetOf(owner) : owner;
  if (parent !== owner) own.push(parent);
  const pods = on.map((nodeName, index) =>
    podOf(
      parent,
      nodeName,
      kind === "StatefulSet" ? `${name}-${index}` : `${parent.metadata.name}-${index}abc`,
      podSpec,
      annotations,
    ),
  );
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...meta, uid: uid() },
    spec: { selector: labels, ports: [{ port: 80 }] },
  };
  const budget = {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { ...meta, uid: uid() },
    spec: { ...pdb, selector: { matchLabels: labels } },
  };
  return [...own, ...pods, service, ...(pdb ? [budget] : [])];
}

function replicaSetOf({ apiVersion, metadata, spec, status }: RawJson): RawJson {
  const hash = "5b4c7d";
  const template = spec!["template"] as {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  };
  const labels = { ...template.metadata.labels, "pod-template-hash": hash };
  return {
    apiVersion,
    kind: "ReplicaSet",
    metadata: {
      ...metadata,
      name: `${metadata.name}-${hash}`,
      uid: uid(),
      labels,
      ownerReferences: [ownedBy("Deployment", metadata)],
    },
    spec: {
      replicas: spec!["replicas"],
      selector: { matchLabels: labels },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    ...(status ? { status } : {}),
  };
}

function podOf(
  { kind, metadata, spec }: RawJson,
  nodeName: string,
  name: string,
  podSpec: Readonly<Record<string, unknown>>,
  annotations: Readonly<Record<string, string>>,
): RawJson {
  const { metadata: template } = spec!["template"] as {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  };
  const containerStatuses = [
    {
      name: "main",
      image: "x",
      imageID: "",
      ready: true,
      restartCount: 0,
      state: { running: { startedAt: "2026-11-21T10:00:00Z" } },
    },
  ];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "default",
      uid: uid(),
      labels: template.labels,
      annotations,
      ownerReferences: [ownedBy(kind, metadata)],
    },
    spec: { ...podSpec, nodeName },
    status: { phase: "Running", startTime: "2026-11-21T10:00:00Z", conditions: ready, containerStatuses },
  };
}

function ownedBy(kind: string, { name, uid: owner }: RawJson["metadata"]) {
  return { apiVersion: "apps/v1", kind, name, uid: owner!, controller: true };
}
