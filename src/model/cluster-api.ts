/**
 * What Cluster API's own objects tell, where the input holds them: they are in the management cluster, which may be another
 * one. What they leave unset is undefined here: the default is a fact.
 */
export interface ClusterApiObjects {
  readonly controlPlanes: readonly KubeadmControlPlane[];
  readonly machineDeployments: readonly MachineDeployment[];
  readonly machines: readonly Machine[];
}

interface Owned {
  readonly namespace: string;
  readonly name: string;
  /** The cluster that it is of. */
  readonly cluster: string;
  /** Whether a Cluster's topology (a ClusterClass) writes it. */
  readonly isOfTopology: boolean;
  /** For how long its machines are drained, in milliseconds; 0: for ever. */
  readonly drainMillis: number;
}

/** Makes control-plane machines and replaces them. */
export interface KubeadmControlPlane extends Owned {
  /** How many machines more there may be during a rollout: 1, or 0. */
  readonly maxSurge?: number;
}

/** Makes workers and replaces them. */
export interface MachineDeployment extends Owned {
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
  /** Its machines are replaced when somebody deletes them, and not before. */
  readonly isOnDelete: boolean;
}

export interface Machine {
  /** The node that it has become; empty where it has none yet. */
  readonly node: string;
  /** The name of its KubeadmControlPlane or MachineDeployment; empty where it has none. */
  readonly owner: string;
  readonly kind: "KubeadmControlPlane" | "MachineDeployment";
  readonly cluster: string;
  readonly namespace: string;
}
