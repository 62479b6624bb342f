import type { QuantileTable } from "../lib/statistics.ts";
import type { LabelSelector } from "../model/selector.ts";

/**
 * What a snapshot cannot tell. Each value knows where it comes from, so that a report can list those that mattered.
 */

/** A length of time in milliseconds: fixed, drawn from a table, or never over. */
export type Duration =
  | { readonly kind: "fixed"; readonly millis: number }
  | { readonly kind: "distribution"; readonly table: QuantileTable }
  | { readonly kind: "never" };

export function fixed(millis: number): Duration {
  return { kind: "fixed", millis };
}

/** The table for `{p50, p99}`: half of p50 at the lowest, straight lines between, p99 for everything above. */
export function fromPercentiles(p50: number, p99: number): Duration {
  return {
    kind: "distribution",
    table: [
      [0, Math.round(p50 / 2)],
      [0.5, p50],
      [0.99, p99],
      [1, p99],
    ],
  };
}

/** How long the pods of one workload take, as far as somebody says so. */
export interface WorkloadAssumption {
  /** From the start on its node to the first container running. */
  readonly start?: Duration;
  /** From running to Ready. */
  readonly ready?: Duration;
  /** From deletion to the end of the last process; never more than the grace period. */
  readonly termination?: Duration;
  /** How long a Job's pod works. */
  readonly run?: Duration;
  /** How long clients hold connections to it. */
  readonly connections?: Duration;
}

/** How the balancers in front of Services of type LoadBalancer and NodePort notice that a node is gone. Milliseconds. */
export interface BalancerAssumption {
  /** How often each node is checked. */
  readonly interval: number;
  /** After how many failed checks in a row nothing is sent there any more. */
  readonly threshold: number;
  /** How long connections may go on of a node that is taken out. */
  readonly deregistration?: number;
}

/** How long the parts of an upgrade take, as far as somebody says so. */
export interface UpgradeAssumption {
  /** kubeadm's work on one control-plane node. */
  readonly controlPlane?: Duration;
  /** A kubelet's packages and restart; on a control-plane node only where that is not said. */
  readonly kubelet?: Duration;
  readonly controlPlaneKubelet?: Duration;
  /** From the moment a new control-plane node has registered until its static pods run. */
  readonly controlPlaneJoin?: Duration;
  /** Until an add-on's new image is written. */
  readonly addon?: Duration;
  readonly etcdBackup?: Duration;
  /** A provider's work on the control plane that it runs. */
  readonly managedControlPlane?: Duration;
  /** The certificates of one control-plane node renewed, and its static pods restarted. */
  readonly certificates?: Duration;
  readonly etcdRestore?: Duration;
}

/** From this moment on (milliseconds), this amount: millicores of CPU, bytes of memory, thousandths of anything else. */
export interface LoadPoint {
  readonly at: number;
  readonly amount: number;
}

/** A load in the course of time; its first point is at 0. */
export type LoadTrace = readonly [LoadPoint, ...LoadPoint[]];

/** A pool of nodes that grows when pods find no room: src/plan/node-pools.ts. */
export interface NodePoolAssumption {
  readonly name: string;
  /** The node whose shape a new one has. */
  readonly like: string;
  /** Which nodes are in it; undefined: those like that one. */
  readonly selector?: LabelSelector;
  readonly min: number;
  readonly max: number;
  readonly join?: Duration;
  /** After how long an empty node is taken away, in milliseconds; undefined: never. */
  readonly scaleDown?: number;
}

export interface Assumptions {
  /** By workload (`shop/Deployment/web`). */
  readonly workloads: Readonly<Record<string, WorkloadAssumption>>;
  /** For every workload that is not named and could not be measured. */
  readonly default: WorkloadAssumption;
  /** Detach from the old node and attach to the new one, for a volume that only one node may mount. */
  readonly volumeMove?: Duration;
  /** Bytes per second of an image pull; undefined: the documented default. */
  readonly pullBytesPerSecond?: number;
  readonly reboot?: Duration;
  /** From the start of a new machine until its kubelet has registered. */
  readonly join?: Duration;
  readonly upgrade?: UpgradeAssumption;
  /** Undefined: not known, and a report says so. */
  /** What the Ready pods of a workload bear together, by workload and metric (`cpu`, `app/cpu`, `http_requests`). */
  readonly load?: Readonly<Record<string, Readonly<Record<string, LoadTrace>>>>;
  /** Undefined: none are declared; flags of an autoscaler in the input may tell of some. */
  readonly nodePools?: readonly NodePoolAssumption[];
  readonly loadBalancer?: BalancerAssumption;
  /** How long after its first refusal the operator behind a budget (`storage/osd`) takes that budget away. */
  readonly operators?: Readonly<Record<string, Duration>>;
  /** Kinds of owner whose pods are replaced although their controller is not known here: `group/Kind`. */
  readonly replacedOwners: readonly string[];
}

export const noAssumptions: Assumptions = { workloads: {}, default: {}, replacedOwners: [] };
