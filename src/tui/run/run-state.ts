import { unreachable } from "../../lib/assert.ts";
import { visible } from "../text.ts";
import type { RunCommand } from "./run-keymap.ts";

/** All that changes by its reader's keys while a run is looked at: plain data. */
export interface RunState {
  readonly focus: "steps" | "log";
  /** The path of the selected step; without one, the step that is under way is. */
  readonly selected?: string;
  /** The last line of the log in sight, counted from its beginning; without one, what comes is in sight. */
  readonly lastLine?: number;
  readonly page?: OpenPage;
  readonly isZoomed: boolean;
  /** The answer that is being typed. */
  readonly typed: string;
  /** Why the last key did nothing. */
  readonly notice: string;
}

export type OpenPage = { readonly line: number } & (
  | { readonly kind: "help" }
  /** The step's path. */
  | { readonly kind: "step"; readonly path: string }
);

export type RunMessage =
  /** `page` is how many lines are in sight where the command goes. */
  | { readonly kind: "command"; readonly command: Exclude<RunCommand, "stop">; readonly page: number }
  /** A key while somebody is asked something. */
  | { readonly kind: "typed"; readonly key: string };

/** What keys move in: the steps in their order, which of them is selected, and how long the log and the page are. */
export interface RunPlaces {
  /** Their paths. */
  readonly steps: readonly string[];
  /** An index among them. */
  readonly selected: number;
  readonly lineCount: number;
  readonly pageLines: number;
}

export const runOpening: RunState = { focus: "steps", isZoomed: false, typed: "", notice: "" };

/** The next state: a pure function. It is valid whatever comes. */
export function reduceRun(places: RunPlaces, state: RunState, message: RunMessage): RunState {
  if (message.kind === "typed") return typed(state, message.key);
  return obey(places, { ...state, notice: "" }, message.command, Math.max(1, message.page));
}

function obey(
  places: RunPlaces,
  state: RunState,
  command: Exclude<RunCommand, "stop">,
  page: number,
): RunState {
  switch (command) {
    case "up":
      return moveBy(places, state, -1);
    case "down":
      return moveBy(places, state, 1);
    case "pageUp":
      return moveBy(places, state, -page);
    case "pageDown":
      return moveBy(places, state, page);
    case "first":
      return moveBy(places, state, -Infinity);
    case "last":
      return moveBy(places, state, Infinity);
    case "nextPane":
      return { ...withoutPage(state), focus: state.focus === "steps" ? "log" : "steps" };
    case "open":
      return open(places, state);
    case "zoom":
      return { ...state, isZoomed: !state.isZoomed };
    case "back":
      return back(state);
    case "help":
      return state.page?.kind === "help" ? withoutPage(state) : { ...state, page: { kind: "help", line: 0 } };
    default:
      return unreachable(command);
  }
}

function open({ steps, selected }: RunPlaces, state: RunState): RunState {
  const path = steps[selected];
  if (state.page || path === undefined) return state;
  return { ...state, page: { kind: "step", path, line: 0 } };
}

function withoutPage(state: RunState): RunState {
  const { page: _, ...rest } = state;
  return rest;
}

/** One level back, and never out. */
function back(state: RunState): RunState {
  if (state.page) return withoutPage(state);
  if (state.isZoomed) return { ...state, isZoomed: false };
  const { selected, lastLine, ...rest } = state;
  if (selected !== undefined || lastLine !== undefined) return rest;
  return { ...state, notice: "Nothing to go back from. q stops the run." };
}

function moveBy(places: RunPlaces, state: RunState, by: number): RunState {
  const { page } = state;
  if (page) return { ...state, page: { ...page, line: within(page.line + by, places.pageLines) } };
  return state.focus === "steps" ? selectBy(places, state, by) : scrollBy(places, state, by);
}

function selectBy({ steps, selected: from }: RunPlaces, state: RunState, by: number): RunState {
  const selected = steps[within(from + by, steps.length)];
  return selected === undefined ? state : { ...state, selected };
}

/** At its end the log goes on with what comes. */
function scrollBy({ lineCount }: RunPlaces, state: RunState, by: number): RunState {
  const to = (state.lastLine ?? lineCount - 1) + by;
  const { lastLine: _, ...rest } = state;
  return to >= lineCount - 1 ? rest : { ...rest, lastLine: Math.max(0, to) };
}

function within(wanted: number, length: number): number {
  return Math.max(0, Math.min(wanted, length - 1));
}

function typed(state: RunState, key: string): RunState {
  if (key === "return" || key === "escape") return { ...state, typed: "" };
  if (key === "backspace") return { ...state, typed: Array.from(state.typed).slice(0, -1).join("") };
  // What is pasted may hold characters that do not show.
  const isPrintable = Array.from(key).length === 1 && visible(key) === key;
  return isPrintable ? { ...state, typed: state.typed + key } : state;
}
