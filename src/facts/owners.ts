/**
 * Controllers whose pods are replaced here, by `group/Kind` (the core group is empty), and the Node that owns mirrors
 * of static pods. Source: pkg/controller/{replicaset,replication,statefulset,daemon,job}; pkg/kubelet/pod/mirror_client.go.
 */
const builtIn: ReadonlySet<string> = new Set([
  "apps/ReplicaSet",
  "extensions/ReplicaSet",
  "/ReplicationController",
  "apps/StatefulSet",
  "apps/DaemonSet",
  "extensions/DaemonSet",
  "batch/Job",
  "/Node",
]);

/** `apps/ReplicaSet` for `apps/v1` and `ReplicaSet`; `/Node` for the core group. */
export function groupKind(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf("/");
  return `${slash < 0 ? "" : apiVersion.slice(0, slash)}/${kind}`;
}

/** Whether pods of this kind of owner are replaced by a controller that is known here. */
export function isBuiltInOwner(apiVersion: string, kind: string): boolean {
  return builtIn.has(groupKind(apiVersion, kind));
}
