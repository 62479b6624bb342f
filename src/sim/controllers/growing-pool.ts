import type { JoiningNode } from "../../plan/joined-node.ts";
import type { NodePool } from "../../plan/node-pools.ts";

/** A pool while it changes. */
export interface GrowingPool {
  readonly pool: NodePool;
  /** The nodes that are in it, or on their way. */
  readonly members: Set<string>;
  /** Those that are not usable yet, as they will be. */
  readonly arriving: Map<string, JoiningNode>;
  /** Since when each node has been empty, in virtual milliseconds. */
  readonly empty: Map<string, number>;
  /** Nodes that were empty at t = 0: there is a reason why they are still there. */
  readonly leftAlone: ReadonlySet<string>;
  lastAdd: number;
  backoffUntil: number;
  /** Whether it was said that nothing more can be done for the pods that wait. */
  isFull: boolean;
}
