import type { Kind, ObjectsByKind } from "../../model/cluster.ts";
import type { Pod } from "../../model/pod.ts";
import type { Sim } from "../sim.ts";
import type { Table, WorkloadStatus } from "./cluster-state.ts";
import type { ControlPlaneState } from "./control-plane-state.ts";

/** What etcd held at one moment, and which manifests lay on the control plane's nodes: objects do not change, lists do. */
export interface SavedState {
  /** Milliseconds since t = 0. */
  readonly at: number;
  readonly pods: readonly Pod[];
  /** By kind, Pod aside. */
  readonly tables: ReadonlyMap<Kind, ReadonlyMap<string, ObjectsByKind[Kind]>>;
  readonly workloadStatus: ReadonlyMap<string, WorkloadStatus>;
  readonly versions: ReturnType<ControlPlaneState["staticVersions"]>;
  readonly clusterVersion: string;
}

/** Keeps the state as it is now. */
export function saveState({ state, controlPlane, now }: Sim): SavedState {
  const tables = Object.entries(state.tables) as [Kind, Table<ObjectsByKind[Kind]>][];
  return {
    at: now,
    pods: [...state.pods()],
    tables: new Map(tables.map(([kind, table]) => [kind, new Map(table)])),
    workloadStatus: new Map(state.workloadStatus),
    versions: controlPlane.staticVersions(),
    clusterVersion: controlPlane.clusterVersion,
  };
}
