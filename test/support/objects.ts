import type { Cluster } from "../../src/model/cluster.ts";
import { snapshot } from "./rehearse.ts";

/**
 * Objects as the API has them, for snapshots in which every pod stands where the test says: no tie of the scheduler
 * decides what comes out. `shop/web` names an object of namespace shop; pods are called `web-0`, `web-1` and so on.
 */

export type ApiObject = Readonly<Record<string, unknown>>;

/** A snapshot of these objects. */
export function clusterOf(...objects: readonly (ApiObject | readonly ApiObject[])[]): Cluster {
  const items = objects.flat();
  return snapshot(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
}

const since = "2026-11-20T12:00:00Z";

function metadata(ref: string, kind: string, more: ApiObject = {}): ApiObject {
  const [namespace, name] = ref.includes("/") ? ref.split("/") : [undefined, ref];
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: `${kind}-${ref}`,
    creationTimestamp: since,
    ...more,
  };
}

export interface NodeOptions {
  readonly cpu?: string;
  readonly memory?: string;
  readonly zone?: string;
  readonly isReady?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A node, Ready and open unless it is said otherwise. */
export function node(name: string, options: NodeOptions = {}): ApiObject {
  const { cpu = "4", memory = "16Gi", zone = "a", isReady = true, labels = {} } = options;
  const resources = { cpu, memory, pods: "110", "ephemeral-storage": "100Gi" };
  const unreachable = { key: "node.kubernetes.io/unreachable", timeAdded: since };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: metadata(name, "Node", {
      labels: { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone, ...labels },
    }),
    spec: isReady
      ? {}
      : {
          taints: [
            { ...unreachable, effect: "NoSchedule" },
            { ...unreachable, effect: "NoExecute" },
          ],
        },
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: [{ type: "Ready", status: isReady ? "True" : "Unknown", lastTransitionTime: since }],
      nodeInfo: { kubeletVersion: "v1.33.4" },
    },
  };
}

/** One of kubeadm's ConfigMaps. */
export function configMap(name: string, data: Readonly<Record<string, string>>): ApiObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(`kube-system/${name}`, "ConfigMap"),
    data,
  };
}

export function nodes(...names: readonly string[]): ApiObject[] {
  return names.map((name) => node(name));
}

export interface PodOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly cpu?: string;
  readonly memory?: string;
  readonly isReady?: boolean;
  readonly finalizers?: readonly string[];
  readonly owner?: ApiObject;
  /** More of its spec. */
  readonly spec?: ApiObject;
}

function podSpec({ cpu = "100m", memory = "64Mi", spec = {} }: PodOptions): ApiObject {
  const resources = { requests: { cpu, memory } };
  return {
    terminationGracePeriodSeconds: 30,
    containers: [{ name: "main", image: "main", resources }],
    ...spec,
  };
}

/** A pod on a node, Ready unless it is said otherwise. */
export function pod(ref: string, nodeName: string, options: PodOptions = {}): ApiObject {
  const { labels = {}, isReady = true, finalizers = [], owner } = options;
  const status = isReady ? "True" : "False";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata(ref, "Pod", {
      labels,
      ...(owner ? { ownerReferences: [{ ...owner, controller: true }] } : {}),
      ...(finalizers.length > 0 ? { finalizers } : {}),
    }),
    spec: { ...podSpec(options), nodeName },
    status: {
      phase: "Running",
      podIP: "10.0.0.1",
      startTime: since,
      conditions: [
        { type: "PodScheduled", status: "True", lastTransitionTime: since },
        { type: "Ready", status, lastTransitionTime: "2026-11-20T12:00:20Z" },
      ],
      containerStatuses: [
        { name: "main", ready: isReady, restartCount: 0, state: { running: { startedAt: since } } },
      ],
    },
  };
}

export interface WorkloadOptions extends PodOptions {
  /** How many are wanted, where that is not as many as there are. */
  readonly replicas?: number;
  readonly strategy?: ApiObject;
  /** More of its own spec. */
  readonly more?: ApiObject;
  /** Labels of single pods besides those of the template. */
  readonly podLabels?: readonly Readonly<Record<string, string>>[];
}

/** A Deployment, its ReplicaSet, and a pod on each of these nodes. */
export function deployment(ref: string, on: readonly string[], options: WorkloadOptions = {}): ApiObject[] {
  const { replicas = on.length, strategy, labels = {}, more = {}, podLabels = [] } = options;
  const [, name = ""] = ref.split("/");
  const own = { app: name, ...labels };
  const hash = { "pod-template-hash": "abc" };
  const template = { metadata: { labels: own }, spec: podSpec(options) };
  const spec = { replicas, selector: { matchLabels: { app: name } }, template };
  const set = `${ref}-abc`;
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata(ref, "Deployment", { annotations: { "deployment.kubernetes.io/revision": "1" } }),
      spec: { ...spec, ...(strategy ? { strategy } : {}), ...more },
    },
    {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: metadata(set, "ReplicaSet", {
        labels: { ...own, ...hash },
        annotations: { "deployment.kubernetes.io/revision": "1" },
        ownerReferences: [ownerRef("apps/v1", "Deployment", ref)],
      }),
      spec: {
        replicas,
        selector: { matchLabels: { app: name, ...hash } },
        template: { ...template, metadata: { labels: { ...own, ...hash } } },
      },
    },
    ...on.map((nodeName, index) =>
      pod(`${ref}-${index}`, nodeName, {
        ...options,
        labels: { ...own, ...hash, ...podLabels[index] },
        owner: ownerRef("apps/v1", "ReplicaSet", set),
      }),
    ),
  ];
}

/** A StatefulSet and its pods, the first on the first of these nodes. */
export function statefulSet(ref: string, on: readonly string[], options: WorkloadOptions = {}): ApiObject[] {
  const { replicas = on.length, labels = {}, more = {}, podLabels = [] } = options;
  const [, name = ""] = ref.split("/");
  const own = { app: name, ...labels };
  const revision = `${name}-1`;
  return [
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: metadata(ref, "StatefulSet"),
      spec: {
        replicas,
        serviceName: name,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: own }, spec: podSpec(options) },
        ...more,
      },
      status: { replicas: on.length, currentRevision: revision, updateRevision: revision },
    },
    ...on.map((nodeName, index) =>
      pod(`${ref}-${index}`, nodeName, {
        ...options,
        labels: {
          ...own,
          "controller-revision-hash": revision,
          "statefulset.kubernetes.io/pod-name": `${name}-${index}`,
          ...podLabels[index],
        },
        owner: ownerRef("apps/v1", "StatefulSet", ref),
      }),
    ),
  ];
}

export function ownerRef(apiVersion: string, kind: string, ref: string): ApiObject {
  return { apiVersion, kind, name: ref.split("/").at(-1), uid: `${kind}-${ref}`, controller: true };
}

/** A Service of the pods with these labels; of the workload of its own name without. */
export function service(
  ref: string,
  selector?: Readonly<Record<string, string>>,
  more: ApiObject = {},
): ApiObject {
  const [, name = ""] = ref.split("/");
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(ref, "Service"),
    spec: { selector: selector ?? { app: name }, ports: [{ port: 80 }], ...more },
  };
}

/** A budget of the workload of its own name: `{minAvailable: 2}`. */
export function budget(ref: string, limits: ApiObject, app?: string): ApiObject {
  const [, name = ""] = ref.split("/");
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: metadata(ref, "PodDisruptionBudget"),
    spec: { selector: { matchLabels: { app: app ?? name } }, ...limits },
  };
}

/** Any other object: `object("v1", "ResourceQuota", "shop/all", {spec: …})`. */
export interface AutoscalerOptions {
  readonly min?: number;
  readonly max?: number;
  /** Percent of the CPU that is requested. */
  readonly target?: number;
  readonly behavior?: ApiObject;
  readonly status?: ApiObject;
}

/** A HorizontalPodAutoscaler of the Deployment of the same name. */
export function autoscaler(ref: string, options: AutoscalerOptions): ApiObject {
  const { min = 1, max = 10, target = 50, behavior, status = {} } = options;
  const [, name = ""] = ref.split("/");
  const cpu = { name: "cpu", target: { type: "Utilization", averageUtilization: target } };
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: metadata(ref, "HorizontalPodAutoscaler"),
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      minReplicas: min,
      maxReplicas: max,
      metrics: [{ type: "Resource", resource: cpu }],
      ...(behavior ? { behavior } : {}),
    },
    status,
  };
}

/** The APIService of the resource metrics, answered by kube-system/metrics-server. */
export function resourceMetrics(): ApiObject {
  return {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: metadata("v1beta1.metrics.k8s.io", "APIService"),
    spec: { service: { namespace: "kube-system", name: "metrics-server" } },
  };
}

export function object(apiVersion: string, kind: string, ref: string, body: ApiObject): ApiObject {
  return { apiVersion, kind, metadata: metadata(ref, kind), ...body };
}

/** A bound volume and its claim: of a CSI driver, or as `spec` says. */
export function boundVolume(
  name: string,
  claim: string,
  accessModes: readonly string[],
  spec: ApiObject = { csi: { driver: "ebs.csi.aws.com", volumeHandle: name } },
): ApiObject[] {
  const [namespace, claimName] = claim.split("/");
  const storage = "1Gi";
  const status = { phase: "Bound" };
  const meta = metadata(claim, "PersistentVolumeClaim", {
    annotations: { "pv.kubernetes.io/bind-completed": "yes" },
  });
  return [
    object("v1", "PersistentVolume", name, {
      spec: {
        capacity: { storage },
        accessModes,
        claimRef: { namespace, name: claimName, uid: `PersistentVolumeClaim-${claim}` },
        storageClassName: "",
        ...spec,
      },
      status,
    }),
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: meta,
      spec: { accessModes, volumeName: name, storageClassName: "", resources: { requests: { storage } } },
      status,
    },
  ];
}

/** A volume that stands on one node's own disk. */
export function localDisk(node: string): ApiObject {
  const term = { key: "kubernetes.io/hostname", operator: "In", values: [node] };
  return {
    local: { path: "/disk" },
    nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [term] }] } },
  };
}
