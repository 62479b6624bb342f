import type { PaneId } from "./state/state.ts";

/** Where everything stands on a screen of some size. The sums are exact: a frame is never taller or wider than the screen. */

export interface PaneBox {
  readonly pane: PaneId | "page";
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly columns: number;
  readonly rows: number;
  readonly headerRows: number;
  readonly timelineRows: number;
  /** Columns of the body from left to right, each a pile of panes. */
  readonly stacks: readonly (readonly PaneBox[])[];
}

export const smallest = { columns: 60, rows: 16 } as const;

export function isTooSmall(columns: number, rows: number): boolean {
  return columns < smallest.columns || rows < smallest.rows;
}

/** From here on panes stand side by side. */
const wide = { columns: 100, rows: 28 } as const;

/** From here on a page leaves the rack and the log in sight. */
const pageBeside = 140;

/** The columns between two stacks. */
export const gutter = 3;

export interface LayoutNeeds {
  /** How many rows the sentence under the header would fill. */
  readonly headlineRows: number;
  readonly focus: PaneId;
  readonly lower: PaneId;
  readonly hasPage: boolean;
  readonly isZoomed: boolean;
  /** How many rows the rack would fill, and the services. */
  readonly rackRows: number;
  readonly serviceRows: number;
}

export function layoutOf(columns: number, rows: number, needs: LayoutNeeds): Layout {
  const isTall = rows >= wide.rows;
  const headerRows = 1 + Math.min(needs.headlineRows, headlineRoom(rows));
  const timelineRows = isTall ? 3 : 2;
  const body = rows - headerRows - timelineRows - 1;
  const base = { columns, rows, headerRows, timelineRows };
  const whole = (pane: PaneBox["pane"]): Layout => ({
    ...base,
    stacks: [[{ pane, width: columns, height: body }]],
  });
  const isWide = columns >= wide.columns && isTall;
  if (needs.hasPage && (columns < pageBeside || !isWide || needs.isZoomed)) return whole("page");
  if (needs.isZoomed) return whole(needs.focus);
  if (!isWide) return { ...base, stacks: [stacked(columns, body, needs)] };
  const left = Math.round((columns - gutter) * (needs.hasPage ? 0.5 : 0.57));
  const right = columns - gutter - left;
  return {
    ...base,
    stacks: [
      leftStack(left, body, needs),
      needs.hasPage ? [{ pane: "page", width: right, height: body }] : rightStack(right, body, needs),
    ],
  };
}

/** How many rows may go to the sentence under the header. */
function headlineRoom(rows: number): number {
  if (rows >= 40) return 3;
  if (rows >= wide.rows) return 2;
  return rows >= 20 ? 1 : 0;
}

/** The rack and one more pane below it. */
function stacked(width: number, body: number, { rackRows, lower }: LayoutNeeds): PaneBox[] {
  const rack = Math.max(4, Math.min(rackRows + 1, Math.floor(body * 0.55)));
  return [
    { pane: "rack", width, height: rack },
    { pane: lower, width, height: body - rack },
  ];
}

function leftStack(width: number, body: number, { rackRows }: LayoutNeeds): PaneBox[] {
  const rack = Math.max(6, Math.min(rackRows + 1, Math.floor(body * 0.6)));
  return [
    { pane: "rack", width, height: rack },
    { pane: "log", width, height: body - rack },
  ];
}

function rightStack(width: number, body: number, { serviceRows }: LayoutNeeds): PaneBox[] {
  const services = Math.max(5, Math.min(serviceRows + 1, Math.floor(body * 0.5)));
  return [
    { pane: "services", width, height: services },
    { pane: "findings", width, height: body - services },
  ];
}

/** Which of `length` rows to show so that `selected` is in sight: the first of them, moved as little as may be. */
export function windowFrom(length: number, height: number, selected: number): number {
  if (length <= height) return 0;
  return Math.max(0, Math.min(selected - Math.floor(height / 2), length - height));
}
