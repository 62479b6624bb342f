import { topologyLabel } from "../../model/affinity.ts";
import { type Labels, labelValue } from "../../model/meta.ts";
import type { NodeInfo } from "./node-info.ts";

/** The zone that nodes are interleaved by: region and zone, the old labels first. Source: component-helpers/node/topology. */
export function zoneKey(labels: Labels): string {
  const zone = labelValue(labels, topologyLabel.betaZone) ?? labelValue(labels, topologyLabel.zone) ?? "";
  const region =
    labelValue(labels, topologyLabel.betaRegion) ?? labelValue(labels, topologyLabel.region) ?? "";
  return region === "" && zone === "" ? "" : `${region}:\0:${zone}`;
}

/**
 * The order in which a scheduler goes through the nodes: the first of each zone, then the second of each, and so on;
 * zones and nodes as they came. Source: pkg/scheduler/backend/cache/node_tree.go.
 */
export class NodeTree {
  readonly #zones = new Map<string, NodeInfo[]>();

  add(node: NodeInfo, zone: string): void {
    const nodes = this.#zones.get(zone);
    if (nodes) nodes.push(node);
    else this.#zones.set(zone, [node]);
  }

  remove(node: NodeInfo, zone: string): void {
    const nodes = this.#zones.get(zone);
    const index = nodes?.indexOf(node) ?? -1;
    if (!nodes || index < 0) return;
    nodes.splice(index, 1);
    if (nodes.length === 0) this.#zones.delete(zone);
  }

  list(): NodeInfo[] {
    const zones = [...this.#zones.values()];
    const longest = zones.reduce((most, { length }) => Math.max(most, length), 0);
    const nodes: NodeInfo[] = [];
    for (let index = 0; index < longest; index++)
      for (const zone of zones) if (index < zone.length) nodes.push(zone[index]!);
    return nodes;
  }
}
