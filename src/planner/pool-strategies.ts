import type { PoolUpgradeKind } from "../facts/managed-upgrades.ts";
import { nodeOwners } from "../facts/node-owners.ts";
import { type BlueGreenFact, poolBlueGreens } from "../facts/pool-blue-green.ts";
import type { NodePool } from "../model/node-pools.ts";
import type { UpgradeOptions } from "./upgrade-options.ts";
import type { UpgradeRefusal } from "./upgrade-refusals.ts";

/** Whether whole new pools are asked for. */
export function isBlueGreen({ strategy }: UpgradeOptions): boolean {
  return typeof strategy === "object" && strategy.kind === "blueGreen";
}

/** How a second pool takes the place of this one; undefined: its owner has no such thing. */
export function blueGreenOf({ owner }: NodePool): BlueGreenFact | undefined {
  return owner !== undefined && Object.hasOwn(poolBlueGreens, owner)
    ? poolBlueGreens[owner as PoolUpgradeKind]
    : undefined;
}

/** What the owners of pools have no setting for, and what there is instead. */
export function strategyRefusal(
  pools: readonly NodePool[],
  options: UpgradeOptions,
): UpgradeRefusal | undefined {
  const { strategy } = options;
  const owned = pools.filter(({ owner }) => owner !== undefined);
  const title = ({ owner }: NodePool) => (owner === undefined ? "" : nodeOwners[owner].title);
  if (strategy === "inPlace" && owned.length > 0)
    return {
      problem: `--strategy in-place: nodes of ${title(owned[0]!)}s are replaced, not upgraded where they are`,
      advice: "Leave it out: each pool goes as its owner has it",
    };
  const without = owned.find((pool) => !blueGreenOf(pool));
  if (isBlueGreen(options) && without)
    return {
      problem: `--strategy blue-green: ${title(without)}s have none, their owner replaces node after node`,
      advice: "Make a second pool, or a second NodePool, beside it, and drain the old one: docs/plan.md",
    };
  if (typeof strategy !== "object" || strategy.kind !== "surge") return undefined;
  return surgeRefusal(owned, strategy.maxUnavailable, title);
}

/** Which pools count nodes by maxSurge and maxUnavailable. Source: src/facts/managed-upgrades.ts. */
const surging: ReadonlySet<string> = new Set(["gke", "aks", "cluster-api"]);

function surgeRefusal(
  owned: readonly NodePool[],
  maxUnavailable: number | string,
  title: (pool: NodePool) => string,
): UpgradeRefusal | undefined {
  const other = owned.find(({ owner }) => !surging.has(owner ?? ""));
  if (other)
    return {
      problem: `--strategy surge: ${title(other)}s have no maxSurge`,
      advice: "Leave it out: new nodes come first anyway, and --max-parallel says how many at a time",
    };
  const aks = owned.find(({ owner }) => owner === "aks");
  if (aks && maxUnavailable !== 0 && maxUnavailable !== "0%")
    return {
      problem:
        "--max-unavailable: an AKS node pool with surge nodes takes none away, and one without is not planned",
      advice: "Say --max-surge alone",
    };
  return undefined;
}
