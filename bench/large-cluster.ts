/** A cluster of any size, as an API server writes it: made page by page, so that it takes no room. */
export interface LargeCluster {
  readonly nodes: number;
  readonly pods: number;
}

/** Pods of one Deployment. */
const replicas = 30;
const at = "2026-11-21T10:00:00Z";

/** Who wrote which fields: half of what an API server sends, and nothing that is kept. */
function managedFields(manager: string, fields: number): object {
  const each = Array.from({ length: fields }, (_, index) => [`f:field-${index}`, { ".": {}, "f:value": {} }]);
  return {
    manager,
    operation: "Update",
    apiVersion: "v1",
    time: at,
    fieldsType: "FieldsV1",
    fieldsV1: Object.fromEntries(each),
  };
}

function conditions(types: readonly string[]): readonly object[] {
  return types.map((type) => ({ type, status: "True", lastProbeTime: null, lastTransitionTime: at }));
}

function nodeOf(index: number): object {
  const name = nodeName(index);
  const room = { cpu: "64", memory: "256Gi", pods: "110", "ephemeral-storage": "500Gi" };
  return {
    metadata: {
      name,
      uid: `00000000-0000-0000-0000-${String(index).padStart(12, "0")}`,
      creationTimestamp: at,
      labels: { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": `zone-${index % 3}` },
      managedFields: [managedFields("kubelet", 20)],
    },
    spec: {},
    status: {
      capacity: room,
      allocatable: room,
      nodeInfo: { kubeletVersion: "v1.35.2", containerRuntimeVersion: "containerd://2.1.4" },
      conditions: conditions(["Ready"]),
      images: Array.from({ length: 30 }, (_, image) => ({
        names: [`registry.example/team-${image}/service@sha256:${"0".repeat(64)}`],
        sizeBytes: 100_000_000,
      })),
    },
  };
}

function podOf(index: number, { nodes }: LargeCluster): object {
  const app = `service-${Math.floor(index / replicas)}`;
  const namespace = `team-${Math.floor(index / 3_000)}`;
  return {
    metadata: {
      name: `${app}-7db6d8ff4d-${String(index).padStart(6, "0")}`,
      namespace,
      uid: `00000000-0000-0000-0001-${String(index).padStart(12, "0")}`,
      creationTimestamp: at,
      labels: { app, "pod-template-hash": "7db6d8ff4d" },
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          kind: "ReplicaSet",
          name: `${app}-7db6d8ff4d`,
          uid: `uid-of-${app}`,
          controller: true,
        },
      ],
      managedFields: [managedFields("kube-controller-manager", 30), managedFields("kubelet", 30)],
    },
    spec: {
      nodeName: nodeName(index % nodes),
      terminationGracePeriodSeconds: 30,
      serviceAccountName: "default",
      containers: [
        {
          name: "main",
          image: `registry.example/${app}:v1.2.3`,
          resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "512Mi" } },
          env: Array.from({ length: 20 }, (_, each) => ({
            name: `SETTING_${each}`,
            value: "a value of some length",
          })),
          volumeMounts: [{ name: "token", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }],
        },
      ],
      volumes: [{ name: "token", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }],
    },
    status: {
      phase: "Running",
      podIP: `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`,
      startTime: at,
      conditions: conditions(["PodScheduled", "Initialized", "ContainersReady", "Ready"]),
      containerStatuses: [
        {
          name: "main",
          ready: true,
          restartCount: 0,
          imageID: `registry.example/${app}@sha256:${"1".repeat(64)}`,
          state: { running: { startedAt: at } },
        },
      ],
    },
  };
}

function nodeName(index: number): string {
  return `node-${String(index).padStart(5, "0")}`;
}

/** One page of a list; every list but those of nodes and pods is empty. */
export function pageOf(cluster: LargeCluster, path: string, from: number, limit: number): object {
  const [count, make] =
    path === "/api/v1/pods"
      ? [cluster.pods, podOf]
      : path === "/api/v1/nodes"
        ? [cluster.nodes, nodeOf]
        : [0, nodeOf];
  const items = Array.from({ length: Math.min(limit, count - from) }, (_, index) =>
    make(from + index, cluster),
  );
  const left = count - from - items.length;
  return { metadata: left > 0 ? { continue: String(from + limit), remainingItemCount: left } : {}, items };
}
