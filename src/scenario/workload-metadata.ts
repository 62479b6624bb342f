import type { WorkloadFile } from "./schema/workload.ts";

/** The metadata of an object of this workload, owned by whom the workload is. */
export function metadataOf({ namespace, labels, helm }: WorkloadFile, name: string) {
  return {
    name,
    namespace,
    labels: {
      ...labels,
      ...(helm === undefined
        ? {}
        : { "app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": helm }),
    },
    ...(helm === undefined ? {} : { annotations: { "meta.helm.sh/release-name": helm } }),
  };
}

/** The name of the claim of a workload that has one volume. */
export function claimName({ name, volume }: WorkloadFile): string | undefined {
  return volume ? `${name}-data` : undefined;
}
