/** The names under which kubectl knows a kind, and how it prints it. */
export interface Resource {
  readonly kind: string;
  /** Plural, as the API's paths and error messages have it. */
  readonly plural: string;
  /** API group; empty for the core group. */
  readonly group: string;
  readonly short: readonly string[];
  readonly isNamespaced: boolean;
}

const core = (kind: string, plural: string, short: readonly string[], isNamespaced = true): Resource => ({
  kind,
  plural,
  group: "",
  short,
  isNamespaced,
});

const grouped = (group: string, kind: string, plural: string, short: readonly string[]): Resource => ({
  kind,
  plural,
  group,
  short,
  isNamespaced: true,
});

const resources: readonly Resource[] = [
  core("Node", "nodes", ["no"], false),
  core("Pod", "pods", ["po"]),
  core("Namespace", "namespaces", ["ns"], false),
  core("Service", "services", ["svc"]),
  core("ReplicationController", "replicationcontrollers", ["rc"]),
  core("ResourceQuota", "resourcequotas", ["quota"]),
  core("LimitRange", "limitranges", ["limits"]),
  core("PersistentVolumeClaim", "persistentvolumeclaims", ["pvc"]),
  core("PersistentVolume", "persistentvolumes", ["pv"], false),
  grouped("apps", "Deployment", "deployments", ["deploy"]),
  grouped("apps", "ReplicaSet", "replicasets", ["rs"]),
  grouped("apps", "StatefulSet", "statefulsets", ["sts"]),
  grouped("apps", "DaemonSet", "daemonsets", ["ds"]),
  grouped("batch", "Job", "jobs", []),
  grouped("batch", "CronJob", "cronjobs", ["cj"]),
  grouped("policy", "PodDisruptionBudget", "poddisruptionbudgets", ["pdb"]),
  grouped("autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers", ["hpa"]),
  {
    kind: "PriorityClass",
    plural: "priorityclasses",
    group: "scheduling.k8s.io",
    short: ["pc"],
    isNamespaced: false,
  },
];

/** The resource that a word on the command line means (`deploy`, `deployments`, `deployment.apps`), or undefined. */
export function resourceNamed(word: string): Resource | undefined {
  const [name = "", ...group] = word.toLowerCase().split(".");
  return resources.find(
    (resource) =>
      (resource.plural === name || resource.kind.toLowerCase() === name || resource.short.includes(name)) &&
      (group.length === 0 || group.join(".").endsWith(resource.group)),
  );
}

export function resourceOfKind(kind: string): Resource | undefined {
  return resources.find((resource) => resource.kind === kind);
}

/** `deployment.apps/web`, `node/n1`: how kubectl names an object it has changed. */
export function objectName(kind: string, name: string): string {
  const group = resourceOfKind(kind)?.group ?? "";
  return `${kind.toLowerCase()}${group === "" ? "" : `.${group}`}/${name}`;
}

/** `deployments.apps "web" not found`: how the API server names what is missing. */
export function pluralName(kind: string): string {
  const resource = resourceOfKind(kind);
  if (!resource) return kind.toLowerCase();
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}
