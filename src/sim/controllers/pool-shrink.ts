import { clusterAutoscalerFacts as facts } from "../../facts/cluster-autoscaler.ts";
import { labelValue } from "../../model/meta.ts";
import { isNodeReady, type Node } from "../../model/node.ts";
import { isFinished, isMirror } from "../../model/pod.ts";
import { takeDown } from "../nodes/machine.ts";
import type { Sim } from "../sim.ts";
import { removeNode } from "../state/node-writes.ts";
import type { GrowingPool } from "./growing-pool.ts";

/** The nodes on which nothing but DaemonSets' and static pods run. */
export function emptyNodes(sim: Sim): ReadonlySet<string> {
  const names = [...sim.state.tables.Node.keys()];
  return new Set(names.filter((name) => isEmpty(sim, name)));
}

function isEmpty(sim: Sim, node: string): boolean {
  return sim.state
    .podsOnNode(node)
    .every((pod) => isMirror(pod) || isFinished(pod) || pod.owners.some(({ kind }) => kind === "DaemonSet"));
}

/**
 * Takes away nodes that have been empty for long enough, cordoned or not, down to the minimum of their pool; whether one
 * may follow. Source: cluster-autoscaler/FAQ.md, How does scale-down work; core/scaledown.
 */
export function removeEmpty(sim: Sim, pools: readonly GrowingPool[], cause: number): boolean {
  let mayFollow = false;
  for (const growing of pools) {
    const { pool, members, arriving, empty } = growing;
    if (pool.emptyMillis === undefined) continue;
    for (const name of members) {
      const node = sim.state.node(name);
      if (!node || arriving.has(name) || !mayGo(sim, growing, node)) empty.delete(name);
      else if (!empty.has(name)) empty.set(name, sim.now);
    }
    for (const [name, since] of empty) {
      if (members.size <= pool.min) break;
      const isDue =
        sim.now - since >= pool.emptyMillis && sim.now - growing.lastAdd >= facts.delayAfterAddMillis;
      if (isDue) take(sim, growing, name, since, cause);
      else mayFollow = true;
    }
  }
  return mayFollow;
}

function mayGo(sim: Sim, { leftAlone }: GrowingPool, node: Node): boolean {
  return (
    !leftAlone.has(node.name) &&
    labelValue(node.annotations, facts.keepAnnotation) !== "true" &&
    isNodeReady(node) &&
    isEmpty(sim, node.name)
  );
}

function take(
  sim: Sim,
  { pool, members, empty }: GrowingPool,
  name: string,
  since: number,
  cause: number,
): void {
  const node = sim.state.node(name);
  if (!node) return;
  const from = members.size;
  empty.delete(name);
  const body = { pool: pool.name, node: name, from, to: from - 1, emptyMillis: sim.now - since };
  const event = sim.emit({ kind: "nodepool.shrunk", ...body }, cause);
  takeDown(sim, name, "deleted", removeNode(sim, node, event));
}
