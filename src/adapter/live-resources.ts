import { must } from "../lib/assert.ts";
import { proportionalFacts } from "../facts/proportional.ts";
import { type KindReader, readerIn } from "../read/kinds.ts";

/** What is asked of a live cluster. */
export interface LiveResource {
  /** API group; empty for the core group. */
  readonly group: string;
  readonly plural: string;
  /** What the API calls it. */
  readonly kind: string;
  readonly reader: KindReader;
  /** Another server than the API server answers for it, which may be away by itself. */
  readonly isAggregated: boolean;
}

const rows: readonly (readonly [group: string, plural: string, kind: string])[] = [
  ["", "nodes", "Node"],
  ["", "pods", "Pod"],
  ["", "namespaces", "Namespace"],
  ["apps", "deployments", "Deployment"],
  ["apps", "replicasets", "ReplicaSet"],
  ["", "replicationcontrollers", "ReplicationController"],
  ["apps", "statefulsets", "StatefulSet"],
  ["apps", "daemonsets", "DaemonSet"],
  ["batch", "jobs", "Job"],
  ["batch", "cronjobs", "CronJob"],
  ["policy", "poddisruptionbudgets", "PodDisruptionBudget"],
  ["", "services", "Service"],
  ["discovery.k8s.io", "endpointslices", "EndpointSlice"],
  ["autoscaling", "horizontalpodautoscalers", "HorizontalPodAutoscaler"],
  ["", "persistentvolumes", "PersistentVolume"],
  ["", "persistentvolumeclaims", "PersistentVolumeClaim"],
  ["storage.k8s.io", "storageclasses", "StorageClass"],
  ["storage.k8s.io", "csinodes", "CSINode"],
  ["storage.k8s.io", "csidrivers", "CSIDriver"],
  ["storage.k8s.io", "csistoragecapacities", "CSIStorageCapacity"],
  ["storage.k8s.io", "volumeattachments", "VolumeAttachment"],
  ["scheduling.k8s.io", "priorityclasses", "PriorityClass"],
  ["", "resourcequotas", "ResourceQuota"],
  ["", "limitranges", "LimitRange"],
  ["coordination.k8s.io", "leases", "Lease"],
  ["admissionregistration.k8s.io", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration"],
  ["admissionregistration.k8s.io", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration"],
  ["apiregistration.k8s.io", "apiservices", "APIService"],
  ["apiextensions.k8s.io", "customresourcedefinitions", "CustomResourceDefinition"],
  ["certificates.k8s.io", "certificatesigningrequests", "CertificateSigningRequest"],
  ["", "events", "Event"],
  ["metrics.k8s.io", "nodes", "NodeMetrics"],
  ["metrics.k8s.io", "pods", "PodMetrics"],
];

/** Everything that is listed, in this order. Secrets are never asked for. */
export const liveResources: readonly LiveResource[] = rows.map(([group, plural, kind]) => ({
  group,
  plural,
  kind,
  reader: must(readerIn(group, kind), `a reader of ${kind}`),
  isAggregated: group === "metrics.k8s.io",
}));

/** How kubeadm has set the cluster up: ConfigMaps of kube-system, asked for by name where somebody wants them. */
export const liveConfigMaps: readonly string[] = [
  "kubeadm-config",
  "kubelet-config",
  "kube-proxy",
  "coredns",
  ...proportionalFacts.configMaps,
];
