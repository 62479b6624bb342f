import { unreachable } from "../../lib/assert.ts";
import { visible } from "../text.ts";
import { glyphsFor } from "../glyphs.ts";
import type { Command } from "../keymap.ts";
import { pageOf } from "../pages/pages.ts";
import { findingList, lengthOf, logList, selectedSubject, serviceList } from "./lists.ts";
import type { Model } from "./model.ts";
import { fasterBy, playOn, scrubBy, seekTo, stepBy, togglePlaying } from "./playback.ts";
import {
  initialState,
  type Message,
  type OpenPage,
  type PaneId,
  panes,
  type Subject,
  type TuiState,
} from "./state.ts";

/** What is shown first: the findings, worst first, or the rack where there are none. */
export function openingState(model: Model): TuiState {
  return settled(model, { ...initialState, focus: model.findings.length > 0 ? "findings" : "rack" });
}

/** The next state: a pure function of the rehearsal, the state and what came in. It is valid whatever comes. */
export function reduce(model: Model, state: TuiState, message: Message): TuiState {
  switch (message.kind) {
    case "tick":
      return settled(model, playOn(model, state, message.millis));
    case "typed":
      return settled(model, typed({ ...state, notice: "" }, message.key));
    case "command":
      return settled(model, obey(model, { ...state, notice: "" }, message.command, message.page));
    default:
      return unreachable(message);
  }
}

/** What every key leads to: selections are inside their lists, also where those have become shorter. */
function settled(model: Model, state: TuiState): TuiState {
  const selected = { ...state.selected };
  for (const pane of panes) {
    const last = lengthOf(model, state, pane) - 1;
    const wanted = pane === "log" && state.followsLog ? newestOf(model, state) : selected[pane];
    selected[pane] = Math.max(0, Math.min(wanted, last));
  }
  const isSame = panes.every((pane) => selected[pane] === state.selected[pane]);
  return isSame ? state : { ...state, selected };
}

/** The log's entry that began last. */
function newestOf(model: Model, state: TuiState): number {
  return logList(model, state).begun - 1;
}

function obey(model: Model, state: TuiState, command: Command, page: number): TuiState {
  switch (command) {
    case "playPause":
      return togglePlaying(model, state);
    case "stepForward":
      return stepBy(model, state, 1);
    case "stepBack":
      return stepBy(model, state, -1);
    case "scrubForward":
      return scrubBy(model, state, 1);
    case "scrubBack":
      return scrubBy(model, state, -1);
    case "toStart":
      return { ...seekTo(model, state, 0), isPlaying: false };
    case "toEnd":
      return { ...seekTo(model, state, model.axis.end), isPlaying: false };
    case "faster":
      return fasterBy(state, 1);
    case "slower":
      return fasterBy(state, -1);
    case "nextFinding":
      return toFinding(model, state, 1);
    case "previousFinding":
      return toFinding(model, state, -1);
    case "nextPane":
      return focusOn(state, panes[(panes.indexOf(state.focus) + 1) % panes.length]!);
    case "previousPane":
      return focusOn(state, panes[(panes.indexOf(state.focus) + panes.length - 1) % panes.length]!);
    case "pane1":
    case "pane2":
    case "pane3":
    case "pane4":
      return focusOn(state, panes[Number(command.slice(-1)) - 1]!);
    case "up":
      return moveBy(model, state, -1);
    case "down":
      return moveBy(model, state, 1);
    case "pageUp":
      return moveBy(model, state, -Math.max(1, page));
    case "pageDown":
      return moveBy(model, state, Math.max(1, page));
    case "first":
      return moveBy(model, state, -Infinity);
    case "last":
      return moveBy(model, state, Infinity);
    case "open":
      return open(model, state);
    case "goThere":
      return goThere(model, state);
    case "back":
      return back(state);
    case "filter":
      return state.pages.length > 0
        ? say(state, "A page has no filter: Esc goes back to the panes.")
        : { ...state, isTyping: true };
    case "showAll":
      return { ...focusOn(state, "log"), showsAll: !state.showsAll, followsLog: true };
    case "zoom":
      return { ...state, isZoomed: !state.isZoomed };
    case "help":
    case "verdict":
      return isOnTop(state, command) ? back(state) : push(state, { kind: command });
    case "quit":
      return state;
    default:
      return unreachable(command);
  }
}

function say(state: TuiState, notice: string): TuiState {
  return { ...state, notice };
}

function typed(state: TuiState, key: string): TuiState {
  const filter = state.filters[state.focus];
  if (key === "return") return { ...state, isTyping: false };
  if (key === "escape") return { ...withFilter(state, ""), isTyping: false };
  if (key === "backspace") return withFilter(state, Array.from(filter).slice(0, -1).join(""));
  return isPrintable(key) ? withFilter(state, filter + key) : state;
}

/** One character that shows: what is pasted may hold others. */
function isPrintable(key: string): boolean {
  return Array.from(key).length === 1 && visible(key) === key;
}

function withFilter(state: TuiState, text: string): TuiState {
  const { focus } = state;
  return {
    ...state,
    filters: { ...state.filters, [focus]: text },
    selected: { ...state.selected, [focus]: 0 },
    followsLog: focus === "log" ? true : state.followsLog,
  };
}

/** To another pane: pages that lie over the panes are closed, as they hide it. */
function focusOn(state: TuiState, pane: PaneId): TuiState {
  return { ...state, focus: pane, lower: pane === "rack" ? state.lower : pane, pages: [], isTyping: false };
}

function moveBy(model: Model, state: TuiState, lines: number): TuiState {
  const top = state.pages.at(-1);
  if (top) return movePage(model, state, top, lines);
  const length = lengthOf(model, state, state.focus);
  if (length === 0) return say(state, "There is nothing here to select.");
  const from = state.selected[state.focus];
  const to = Math.max(0, Math.min(from + lines, length - 1));
  const selected = { ...state.selected, [state.focus]: to };
  const followsLog = state.focus === "log" ? to === newestOf(model, state) : state.followsLog;
  return { ...state, selected, followsLog };
}

/** The number of lines of a page does not depend on how its signs are drawn. */
const anyGlyphs = glyphsFor(true);

function movePage(model: Model, state: TuiState, top: OpenPage, lines: number): TuiState {
  const page = pageOf(model, model.countAt(state.time), top.subject, anyGlyphs);
  const last = Math.max(0, page.lines.length - 1);
  let line = Math.max(0, Math.min(top.line + lines, last));
  const direction = lines < 0 ? -1 : 1;
  while (page.lines[line]?.text === "" && line + direction >= 0 && line + direction <= last)
    line += direction;
  return { ...state, pages: [...state.pages.slice(0, -1), { ...top, line }] };
}

function push(state: TuiState, subject: Subject): TuiState {
  return { ...state, pages: [...state.pages, { subject, line: 0 }], isTyping: false };
}

function isOnTop(state: TuiState, kind: Subject["kind"]): boolean {
  return state.pages.at(-1)?.subject.kind === kind;
}

function open(model: Model, state: TuiState): TuiState {
  const top = state.pages.at(-1);
  if (!top) {
    const subject = selectedSubject(model, state);
    return subject ? push(state, subject) : say(state, "There is nothing selected to ask about.");
  }
  const line = pageOf(model, model.countAt(state.time), top.subject, anyGlyphs).lines[top.line];
  if (!line?.target) return say(state, "This line leads nowhere: one with a time, a pod or a node does.");
  const isHere = JSON.stringify(line.target) === JSON.stringify(top.subject);
  return isHere ? say(state, "That is this page.") : push(state, line.target);
}

/** One level back, and never out. */
function back(state: TuiState): TuiState {
  if (state.pages.length > 0) return { ...state, pages: state.pages.slice(0, -1) };
  if (state.filters[state.focus] !== "") return withFilter(state, "");
  if (state.isZoomed) return { ...state, isZoomed: false };
  if (!state.followsLog && state.focus === "log") return { ...state, followsLog: true };
  return say(state, "Nothing to go back from. q quits.");
}

/** To the time of what is selected. */
function goThere(model: Model, state: TuiState): TuiState {
  const time = timeOfSelection(model, state);
  if (time === undefined) return say(state, "What is selected has no time of its own.");
  const there = { ...seekTo(model, state, time), isPlaying: false };
  return { ...there, followsLog: there.selected.log === newestOf(model, there) };
}

function timeOfSelection(model: Model, state: TuiState): number | undefined {
  const top = state.pages.at(-1);
  if (top) {
    const page = pageOf(model, model.countAt(state.time), top.subject, anyGlyphs);
    return page.lines[top.line]?.time ?? page.time;
  }
  const index = state.selected[state.focus];
  switch (state.focus) {
    case "rack":
      return undefined;
    case "log":
      return logList(model, state).entries[index]?.time;
    case "services": {
      const row = serviceList(model, state)[index];
      const worst = row?.availability.outages[0]?.from;
      return worst ?? row?.timeline[1]?.from;
    }
    case "findings":
      return findingList(model, state)[index]?.time;
  }
}

/**
 * To the next or the previous finding by time, and round to those that are so before the start; it is selected where
 * it stands in its pane.
 */
function toFinding(model: Model, state: TuiState, direction: 1 | -1): TuiState {
  const inOrder = findingList(model, state)
    .map(({ time, isBefore, index }, row) => ({ time, isBefore, index, row }))
    .sort((a, b) => Number(a.isBefore) - Number(b.isBefore) || a.time - b.time || a.index - b.index);
  if (inOrder.length === 0) return say(state, "There are no findings.");
  const at = inOrder.findIndex(({ row }) => row === state.selected.findings);
  const isThere = at >= 0 && inOrder[at]!.time === state.time && state.focus === "findings";
  const timed = inOrder.filter(({ isBefore }) => !isBefore);
  const next = isThere
    ? inOrder[(at + direction + inOrder.length) % inOrder.length]!
    : ((direction === 1
        ? timed.find(({ time }) => time >= state.time)
        : timed.findLast(({ time }) => time <= state.time)) ?? inOrder.at(direction === 1 ? 0 : -1)!);
  return {
    ...focusOn(seekTo(model, state, next.time), "findings"),
    isPlaying: false,
    selected: { ...state.selected, findings: next.row },
    notice: noticeOf(next.isBefore, inOrder.length),
  };
}

function noticeOf(isBefore: boolean, count: number): string {
  if (isBefore) return "This is so before anything is done.";
  return count === 1 ? "It is the only finding." : "";
}
