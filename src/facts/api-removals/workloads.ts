import type { ApiRemoval } from "../api-removals.ts";
import { lifecycle } from "./sources.ts";

/** Workloads, budgets and autoscalers. Minors are those of 1.x. */
export const workloadsRemovals: readonly ApiRemoval[] = [
  { group: "apps", version: "v1beta1", kinds: ["ControllerRevision"], introduced: 7, deprecated: 8, removed: 16, replacement: { group: "apps", version: "v1", since: 9 }, source: lifecycle },
  { group: "apps", version: "v1beta1", kinds: ["Deployment"], introduced: 6, deprecated: 8, removed: 16, replacement: { group: "apps", version: "v1", since: 9 }, source: lifecycle },
  { group: "apps", version: "v1beta1", kinds: ["DeploymentRollback"], introduced: 6, deprecated: 8, removed: 16, replacement: { group: "apps", version: "v1" }, isStored: false, source: lifecycle },
  { group: "apps", version: "v1beta1", kinds: ["Scale"], introduced: 6, deprecated: 8, removed: 16, replacement: { group: "autoscaling", version: "v1", since: 2 }, isStored: false, source: lifecycle },
  { group: "apps", version: "v1beta1", kinds: ["StatefulSet"], introduced: 5, deprecated: 8, removed: 16, replacement: { group: "apps", version: "v1", since: 9 }, note: "v1 needs a selector that never changes, and updates by RollingUpdate unless told otherwise", source: lifecycle },
  { group: "apps", version: "v1beta2", kinds: ["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"], introduced: 8, deprecated: 9, removed: 16, replacement: { group: "apps", version: "v1", since: 9 }, source: lifecycle },
  { group: "apps", version: "v1beta2", kinds: ["Scale"], introduced: 8, deprecated: 9, removed: 16, replacement: { group: "autoscaling", version: "v1", since: 2 }, isStored: false, source: lifecycle },
  { group: "autoscaling", version: "v2beta1", kinds: ["HorizontalPodAutoscaler"], introduced: 8, deprecated: 22, removed: 25, replacement: { group: "autoscaling", version: "v2", since: 23 }, note: "targets of metrics have another shape in v2", source: lifecycle },
  { group: "autoscaling", version: "v2beta2", kinds: ["HorizontalPodAutoscaler"], introduced: 12, deprecated: 23, removed: 26, replacement: { group: "autoscaling", version: "v2", since: 23 }, source: lifecycle },
  { group: "batch", version: "v1beta1", kinds: ["CronJob"], introduced: 8, deprecated: 21, removed: 25, replacement: { group: "batch", version: "v1", since: 21 }, source: lifecycle },
  { group: "batch", version: "v1beta1", kinds: ["JobTemplate"], introduced: 8, deprecated: 22, removed: 25, isStored: false, source: lifecycle },
  { group: "extensions", version: "v1beta1", kinds: ["DaemonSet", "Deployment"], introduced: 1, deprecated: 8, removed: 16, replacement: { group: "apps", version: "v1", since: 9 }, note: "v1 needs a selector that never changes, and updates by RollingUpdate unless told otherwise", source: lifecycle },
  { group: "extensions", version: "v1beta1", kinds: ["DeploymentRollback"], introduced: 2, deprecated: 8, removed: 16, isStored: false, source: lifecycle },
  { group: "extensions", version: "v1beta1", kinds: ["Ingress"], introduced: 1, deprecated: 14, removed: 22, replacement: { group: "networking.k8s.io", version: "v1", since: 19 }, note: "the backend fields have another shape in v1, and pathType has to be given", source: lifecycle },
  { group: "extensions", version: "v1beta1", kinds: ["NetworkPolicy"], introduced: 3, deprecated: 9, removed: 16, replacement: { group: "networking.k8s.io", version: "v1", since: 7 }, source: lifecycle },
  { group: "extensions", version: "v1beta1", kinds: ["PodSecurityPolicy"], introduced: 2, deprecated: 11, removed: 16, replacement: { group: "policy", version: "v1beta1", since: 10 }, source: lifecycle },
  { group: "extensions", version: "v1beta1", kinds: ["ReplicaSet"], introduced: 2, deprecated: 8, removed: 16, replacement: { group: "apps", version: "v1", since: 9 }, source: lifecycle },
  { group: "extensions", version: "v1beta1", kinds: ["Scale"], introduced: 1, deprecated: 2, removed: 16, isStored: false, source: lifecycle },
  { group: "policy", version: "v1beta1", kinds: ["Eviction"], introduced: 5, deprecated: 22, removed: 25, replacement: { group: "policy", version: "v1", since: 22 }, isStored: false, source: lifecycle },
  { group: "policy", version: "v1beta1", kinds: ["PodDisruptionBudget"], introduced: 5, deprecated: 21, removed: 25, replacement: { group: "policy", version: "v1", since: 21 }, note: "an empty selector selects no pod in v1beta1 and every pod of the namespace in v1", source: lifecycle },
  { group: "policy", version: "v1beta1", kinds: ["PodSecurityPolicy"], introduced: 10, deprecated: 21, removed: 25, source: lifecycle },
  { group: "scheduling.k8s.io", version: "v1beta1", kinds: ["PriorityClass"], introduced: 11, deprecated: 14, removed: 22, replacement: { group: "scheduling.k8s.io", version: "v1", since: 14 }, source: lifecycle },
];
