import type { Cluster } from "./cluster.ts";

/**
 * By what one cluster is told from another, whatever it is called and wherever it answers: the UID of its namespace
 * kube-system. Undefined where the input does not hold that, as an anonymous snapshot does not.
 */
export function clusterUid({ objects }: Pick<Cluster, "objects">): string | undefined {
  const { uid } = objects.Namespace.find(({ name }) => name === "kube-system") ?? {};
  // An object without a UID is given one out of its name.
  return uid?.startsWith("Namespace/") ? undefined : uid;
}

/** What a plan is marked with that is made for a cluster. */
export function madeFor(cluster: Pick<Cluster, "objects">): { readonly cluster?: string } {
  const uid = clusterUid(cluster);
  return uid === undefined ? {} : { cluster: uid };
}
