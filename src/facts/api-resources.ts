/** Where the API server keeps the objects of a kind, and the names that kubectl has for it. */
export interface ApiResource {
  readonly kind: string;
  /** Plural, as the API's paths and error messages have it. */
  readonly plural: string;
  /** API group; empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly short: readonly string[];
  readonly isNamespaced: boolean;
}

const core = (kind: string, plural: string, short: readonly string[], isNamespaced = true): ApiResource => ({
  kind,
  plural,
  group: "",
  version: "v1",
  short,
  isNamespaced,
});

const grouped = (group: string, kind: string, plural: string, short: readonly string[]): ApiResource => ({
  kind,
  plural,
  group,
  version: "v1",
  short,
  isNamespaced: true,
});

/** As `kubectl api-resources` prints them of a v1.36 API server; kinds that plans and kubectl's commands name. */
export const apiResources: readonly ApiResource[] = [
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
  {
    ...grouped("autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers", ["hpa"]),
    version: "v2",
  },
  { ...grouped("scheduling.k8s.io", "PriorityClass", "priorityclasses", ["pc"]), isNamespaced: false },
];

export function resourceOfKind(kind: string): ApiResource | undefined {
  return apiResources.find((resource) => resource.kind === kind);
}

/** The path of a resource's collection, or of one object in it: `/apis/apps/v1/namespaces/shop/deployments/web`. */
export function apiPath(
  {
    group,
    version,
    plural,
    isNamespaced,
  }: Pick<ApiResource, "group" | "version" | "plural" | "isNamespaced">,
  { namespace = "", name = "" }: { readonly namespace?: string; readonly name?: string } = {},
): string {
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = isNamespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${scope}/${plural}${name === "" ? "" : `/${encodeURIComponent(name)}`}`;
}
