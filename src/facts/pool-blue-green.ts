import type { PoolUpgradeKind } from "./managed-upgrades.ts";

/** How a pool is replaced by a second one, where somebody asks for that. Milliseconds. */
export interface BlueGreenFact {
  /** `owner`: the provider does it. `by hand`: a second pool is made beside it, and the old one emptied and deleted. */
  readonly by: "owner" | "by hand";
  /** How many old nodes are emptied at a time: a number, or a share, rounded up. */
  readonly batch: number | string;
  readonly batchSoak: number;
  /** From the last batch to the end of the old nodes. */
  readonly poolSoak: number;
  /** One sentence each, without its full stop. */
  readonly unknown: readonly string[];
}

const minute = 60_000;

/** Nobody's default: as long as GKE and AKS look at a new pool before the old one goes. */
const poolSoak = 60 * minute;

/**
 * Sources: facts/managed.json, gke.blueGreen, aks.blueGreen; GKE, REST v1 UpgradeSettings (BlueGreenSettings); AKS,
 * articles/aks/blue-green-node-pool-upgrade.md, AgentPoolBlueGreenUpgradeSettings; EKS user guide, Migrate applications to a new
 * node group. Karpenter has no such thing: its nodes drift one disruption budget at a time.
 */
export const poolBlueGreens: Readonly<Partial<Record<PoolUpgradeKind, BlueGreenFact>>> = {
  gke: {
    by: "owner",
    batch: 1,
    batchSoak: 0,
    poolSoak,
    unknown: [
      "the batches of a GKE blue-green upgrade have no published default: one node, and no soak after it, are taken (--max-parallel)",
      "whether GKE ends its respect for budgets after an hour in a blue-green drain as well is not published: it is taken to",
    ],
  },
  aks: {
    by: "owner",
    batch: "10%",
    batchSoak: 15 * minute,
    poolSoak,
    unknown: [
      "the pool's blue-green settings cannot be seen: batches of 10 % with 15 minutes after each and an hour at the end are taken; it is a preview of AKS",
    ],
  },
  eks: {
    by: "by hand",
    batch: 1,
    batchSoak: 0,
    poolSoak,
    unknown: [
      "EKS has no blue-green update: a second node group is made by hand beside each, and kubectl empties the old one, which keeps it from being an update that fails after 15 minutes",
    ],
  },
  "cluster-api": {
    by: "by hand",
    batch: 1,
    batchSoak: 0,
    poolSoak,
    unknown: [
      "a MachineDeployment has no blue-green rollout: a second one is made by hand beside each, and the old one scaled down",
    ],
  },
};
