import type { Command } from "../keymap.ts";
import type { PodId } from "../../trace/event.ts";

/** All that changes while a rehearsal is looked at: plain data, of which a frame is a function. */

export const panes = ["rack", "log", "services", "findings"] as const;

export type PaneId = (typeof panes)[number];

/** Something that is looked at closely. */
export type Subject =
  | { readonly kind: "help" }
  | { readonly kind: "verdict" }
  | { readonly kind: "node"; readonly node: string }
  | { readonly kind: "pending" }
  | { readonly kind: "pod"; readonly pod: PodId }
  | { readonly kind: "event"; readonly number: number }
  | { readonly kind: "service"; readonly service: string }
  /** Its index among all findings. */
  | { readonly kind: "finding"; readonly index: number };

/** A page that lies over the panes, and the line that is selected on it. */
export interface OpenPage {
  readonly subject: Subject;
  readonly line: number;
}

export interface TuiState {
  /** The moment that is shown, in whole milliseconds. */
  readonly time: number;
  /** Its place on the axis, with the fractions that playback needs. */
  readonly place: number;
  readonly isPlaying: boolean;
  /** Doublings of the default speed. */
  readonly speed: number;
  readonly focus: PaneId;
  /** The pane that is shown below the rack where there is room for one only. */
  readonly lower: Exclude<PaneId, "rack">;
  /** The selected item of each pane, as an index into what its filter leaves. */
  readonly selected: Readonly<Record<PaneId, number>>;
  /** Whether the log's selection stays with the newest entry. */
  readonly followsLog: boolean;
  readonly filters: Readonly<Record<PaneId, string>>;
  /** Whether keys go into the filter of the focused pane. */
  readonly isTyping: boolean;
  /** Whether the log shows every event. */
  readonly showsAll: boolean;
  readonly isZoomed: boolean;
  /** Pages over the panes, the top one last. */
  readonly pages: readonly OpenPage[];
  /** Why the last key did nothing, or what it did where one cannot see it. */
  readonly notice: string;
}

export type Message =
  /** So much real time went by, in milliseconds. */
  | { readonly kind: "tick"; readonly millis: number }
  /** `page` is the number of lines that are visible where the command goes. */
  | { readonly kind: "command"; readonly command: Command; readonly page: number }
  /** A key while a filter is typed. */
  | { readonly kind: "typed"; readonly key: string };

/** What a rehearsal is opened with. */
export const initialState: TuiState = {
  time: 0,
  place: 0,
  isPlaying: false,
  speed: 0,
  focus: "rack",
  lower: "findings",
  selected: { rack: 0, log: 0, services: 0, findings: 0 },
  followsLog: true,
  filters: { rack: "", log: "", services: "", findings: "" },
  isTyping: false,
  showsAll: false,
  isZoomed: false,
  pages: [],
  notice: "",
};
