import type { Zone } from "../state/cluster-nodes.ts";

/** How the nodes of a rack are set out: as few to a row as the height allows, so that each tells as much as may be. */
export interface RackGrid {
  /** `full`: name, pods and fill of each node. `dense`: one sign a node. */
  readonly kind: "full" | "dense";
  /** Nodes to a row. */
  readonly across: number;
  /** The columns that a node takes. */
  readonly cellWidth: number;
  /** The columns of the zones' names; 0 where there are no zones. */
  readonly zoneWidth: number;
  /** All rows, from top to bottom. */
  readonly rows: readonly GridRow[];
}

export interface GridRow {
  /** The zone's label on its first row, empty on the others. */
  readonly label: string;
  /** Indices of nodes, from left to right. */
  readonly nodes: readonly number[];
}

/** A cell that is narrower than its sign, its name and some pods says too little: then every node is one sign. */
function narrowestCell(zones: readonly Zone[]): number {
  let longest = 0;
  for (const { nodes } of zones) for (const { label } of nodes) longest = Math.max(longest, label.length);
  return Math.max(14, Math.min(22, longest + 9));
}

export const cellGap = 2;

const widestZone = 12;

export function rackGrid(zones: readonly Zone[], width: number, height: number): RackGrid {
  const labels = zones.map(({ label }) => label.length);
  const zoneWidth = zones.every(({ name }) => name === "")
    ? 0
    : Math.min(widestZone, Math.max(1, ...labels)) + 1;
  const room = width - zoneWidth;
  const narrowest = narrowestCell(zones);
  for (let across = 1; ; across++) {
    const cellWidth = Math.floor((room - (across - 1) * cellGap) / across);
    if (across > 1 && cellWidth < narrowest) break;
    if (rowCount(zones, across) <= height)
      return { kind: "full", across, cellWidth, zoneWidth, rows: rowsOf(zones, across) };
  }
  const across = Math.max(1, Math.floor((room - 1) / 2));
  return { kind: "dense", across, cellWidth: 2, zoneWidth, rows: rowsOf(zones, across) };
}

/** How many rows the nodes fill with `across` to a row: each zone begins a new one. */
export function rowCount(zones: readonly Zone[], across: number): number {
  return zones.reduce((sum, { nodes }) => sum + Math.ceil(nodes.length / across), 0);
}

/** Nodes run down the columns of their zone, so that up and down go where one expects. */
function rowsOf(zones: readonly Zone[], across: number): GridRow[] {
  const rows: GridRow[] = [];
  let first = 0;
  for (const { label, nodes } of zones) {
    const height = Math.ceil(nodes.length / across);
    for (let row = 0; row < height; row++) {
      const indices: number[] = [];
      for (let at = row; at < nodes.length; at += height) indices.push(first + at);
      rows.push({ label: row === 0 ? label : "", nodes: indices });
    }
    first += nodes.length;
  }
  return rows;
}
