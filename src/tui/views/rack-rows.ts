import { counted } from "../../lib/counted.ts";
import { RowBuilder } from "../row-builder.ts";
import type { RackNode, Zone } from "../state/cluster-nodes.ts";
import { rackList } from "../state/lists.ts";
import type { Model } from "../state/model.ts";
import type { NodeState, NodeSummary } from "../state/node-summary.ts";
import { podStates } from "../state/node-summary.ts";
import { waitNote } from "../state/node-waits.ts";
import { nodeStateStyle, nodeWords, podWords } from "../state/state-words.ts";
import type { TuiState } from "../state/state.ts";
import { pendingPods } from "../pages/node-page.ts";
import { columnsOf, fit } from "../text.ts";
import type { Theme } from "../theme.ts";
import { windowFrom } from "../layout.ts";
import { cellColumns, type CellColumns, nodeCell } from "./node-cell.ts";
import { filterNote, framed } from "./pane-rows.ts";
import { cellGap, type GridRow, rackGrid, type RackGrid, rowCount } from "./rack-grid.ts";

/**
 * Paints the rack. It remembers what it painted: of a thousand nodes few change from one frame to the next, and
 * reading a node's pods is what a frame would spend its time on.
 */
export class RackPainter {
  readonly #model: Model;
  readonly #theme: Theme;
  readonly #summaries = new Map<string, { readonly key: string; readonly summary: NodeSummary }>();
  readonly #cells = new Map<
    string,
    { readonly summary: NodeSummary; readonly key: string; readonly text: string }
  >();

  constructor(model: Model, theme: Theme) {
    this.#model = model;
    this.#theme = theme;
  }

  /** The rows of the pane, rule included. */
  rows(state: TuiState, width: number, height: number): string[] {
    const count = this.#model.countAt(state.time);
    const zones = this.#zones(state);
    const nodes = zones.flatMap((zone) => zone.nodes);
    const summaries = nodes.map(({ name }) => this.#summary(name, count));
    const grid = rackGrid(zones, width, height - 2);
    const selected = state.focus === "rack" || state.pages.length > 0 ? state.selected.rack : -1;
    const room = Math.max(0, height - (grid.kind === "dense" ? 3 : 2));
    const from = windowFrom(
      grid.rows.length,
      room,
      grid.rows.findIndex((row) => row.nodes.includes(selected)),
    );
    const visible = grid.rows.slice(from, from + room);
    const paint = grid.kind === "full" ? this.#fullRow(grid, zones, summaries) : this.#denseRow(grid);
    const body = visible.map((row) => paint(row, summaries, selected, width));
    const spare = height - 2 - body.length;
    const legend =
      grid.kind === "full"
        ? this.#legend(width)
        : this.#selectedRow(nodes[selected], summaries[selected], width);
    const frame = {
      theme: this.#theme,
      width,
      height,
      title: "1 rack",
      note: this.#note(state, summaries),
      isFocused: state.focus === "rack" && state.pages.length === 0,
    };
    return framed(frame, [
      ...body,
      ...Array.from({ length: Math.max(0, spare) }, (_, index) =>
        index === spare - 1 ? legend : " ".repeat(width),
      ),
      this.#pending(count, selected === nodes.length, width),
    ]);
  }

  #zones(state: TuiState): readonly Zone[] {
    if (state.filters.rack === "") return this.#model.zones;
    const left = new Set(rackList(this.#model, state).map(({ name }) => name));
    return this.#model.zones
      .map((zone) => ({ ...zone, nodes: zone.nodes.filter(({ name }) => left.has(name)) }))
      .filter(({ nodes }) => nodes.length > 0);
  }

  #summary(name: string, count: number): NodeSummary {
    const { reader, cursor } = this.#model;
    const world = this.#model.worldAt(count);
    const phase = reader.phasesOf(name).findLastIndex(({ event }) => event < count);
    const key = `${cursor.revisionOf(name)} ${phase}`;
    const known = this.#summaries.get(name);
    if (known?.key === key) return known.summary;
    const summary = reader.summarize(world, count, name);
    this.#summaries.set(name, { key, summary });
    return summary;
  }

  #fullRow(grid: RackGrid, zones: readonly Zone[], summaries: readonly NodeSummary[]): RowPainter {
    const nodesShown = zones.flatMap((zone) => zone.nodes);
    const longest = nodesShown.reduce((most, { label: each }) => Math.max(most, columnsOf(each)), 4);
    const mostPods = summaries.reduce(
      (most, { pods }) =>
        Math.max(
          most,
          podStates.reduce((sum, each) => sum + pods[each], 0),
        ),
      1,
    );
    const columns = cellColumns(grid.cellWidth, longest, mostPods);
    return ({ label, nodes }, _, selected, width) => {
      const cells = nodes.map((index) =>
        this.#cell(nodesShown[index]!, summaries[index]!, columns, grid.cellWidth, index === selected),
      );
      const used = grid.zoneWidth + nodes.length * grid.cellWidth + (nodes.length - 1) * cellGap;
      const tail = " ".repeat(Math.max(0, width - used));
      return this.#zoneLabel(label, grid.zoneWidth) + cells.join(" ".repeat(cellGap)) + tail;
    };
  }

  #cell(
    { name, label }: RackNode,
    summary: NodeSummary,
    columns: CellColumns,
    width: number,
    isSelected: boolean,
  ): string {
    const key = `${width} ${columns.name} ${columns.pods} ${columns.fill} ${columns.word} ${isSelected}`;
    const known = this.#cells.get(name);
    if (known?.summary === summary && known.key === key) return known.text;
    const note = columns.note === 0 ? "" : waitNote(this.#model.names, summary.waits);
    const text = nodeCell({ theme: this.#theme, width, columns, name: label, summary, note, isSelected });
    this.#cells.set(name, { summary, key, text });
    return text;
  }

  /** One sign a node: the letter of its state, a quiet one where it is ready. The selected one stands in brackets. */
  #denseRow(grid: RackGrid): RowPainter {
    return ({ label, nodes }, summaries, selected, width) => {
      const row = new RowBuilder(this.#theme, width - grid.zoneWidth);
      nodes.forEach((index, at) => {
        const { state } = summaries[index]!;
        const before = index === selected ? "[" : at > 0 && nodes[at - 1] === selected ? "]" : " ";
        row.add(before === " " ? "text" : "strong", before);
        row.add(state === "ready" ? "podReady" : nodeStateStyle[state], denseSign(state, this.#theme));
      });
      if (nodes.at(-1) === selected) row.add("strong", "]");
      return this.#zoneLabel(label, grid.zoneWidth) + row.build();
    };
  }

  #zoneLabel(label: string, width: number): string {
    return width === 0
      ? ""
      : new RowBuilder(this.#theme, width).add("muted", fit(this.#theme.safe(label), width - 1)).build();
  }

  /** The pods without a node have no place in a zone. */
  #pending(count: number, isSelected: boolean, width: number): string {
    const pods = pendingPods(this.#model, count);
    const { glyphs, safe } = this.#theme;
    const row = new RowBuilder(this.#theme, width);
    row.add("accent", isSelected ? glyphs.pointer : " ");
    if (pods.length === 0) return row.add(isSelected ? "selected" : "muted", "every pod has a node").build();
    row.add("podPending", `${glyphs.pod.pending} ${counted(pods.length, "pod")} Pending`);
    row.add(
      isSelected ? "selected" : "pending",
      ` ${safe(
        pods
          .slice(0, 12)
          .map(({ namespace, name }) => `${namespace}/${name}`)
          .join(" "),
      )}`,
    );
    return row.build();
  }

  #legend(width: number): string {
    const { glyphs } = this.#theme;
    const row = new RowBuilder(this.#theme, width);
    const parts = (["ready", "starting", "leaving", "refused", "stays"] as const).map(
      (state) => `${glyphs.pod[state]} ${podWords[state].word}`,
    );
    return row.add("muted", ` pods  ${parts.join("  ")}  requested: cpu memory`).build();
  }

  /** What the selected sign stands for. */
  #selectedRow(node: RackNode | undefined, summary: NodeSummary | undefined, width: number): string {
    const row = new RowBuilder(this.#theme, width);
    if (!node || !summary) return row.add("muted", " one sign a node; Tab and arrows select one").build();
    const pods = podStates.reduce((sum, each) => sum + summary.pods[each], 0);
    row
      .add("accent", this.#theme.glyphs.pointer)
      .add("selected", this.#theme.safe(node.name))
      .add("text", " ");
    row.add(nodeStateStyle[summary.state], nodeWords[summary.state].word);
    row.add("muted", `  ${counted(pods, "pod")}  `);
    return row.add("error", this.#theme.safe(waitNote(this.#model.names, summary.waits))).build();
  }

  /** How many nodes are in which state. */
  #note({ filters }: TuiState, summaries: readonly NodeSummary[]): string {
    const counts = new Map<NodeState, number>();
    for (const { state } of summaries) counts.set(state, (counts.get(state) ?? 0) + 1);
    const parts = (Object.keys(nodeWords) as NodeState[])
      .filter((state) => counts.has(state))
      .map((state) => `${counts.get(state)} ${nodeWords[state].word}`);
    return filters.rack === ""
      ? parts.join("  ")
      : filterNote(filters.rack, summaries.length, this.#model.nodes.length);
  }
}

type RowPainter = (
  row: GridRow,
  summaries: readonly NodeSummary[],
  selected: number,
  width: number,
) => string;

function denseSign(state: NodeState, { glyphs, isAscii }: Theme): string {
  if (state === "ready") return isAscii ? "." : glyphs.pod.ready;
  return nodeWords[state].letter;
}

/** How many rows the rack would like to have: a node a row, the Pending pods and the legend. */
export function rackRowsWanted(model: Model): number {
  return rowCount(model.zones, 1) + 2;
}
