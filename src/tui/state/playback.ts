import { quietAt, type TimeAxis } from "./time-axis.ts";
import { logList } from "./lists.ts";
import type { Model } from "./model.ts";
import type { TuiState } from "./state.ts";

/** How time moves: by itself, by steps, and to any place. */

/** A whole run plays in about this long, unless that were slower than real time. */
const defaultMillis = 30_000;

/** A run that is shorter than this is not played faster than it is. */
const shortestMillis = 8_000;

const slowest = -5;
const fastest = 8;

/** How many steps of scrubbing a run has. */
const scrubs = 40;

/** Lively milliseconds of the run that go by in one millisecond of playing. */
export function rateOf({ length }: TimeAxis, speed: number): number {
  const duration = Math.min(defaultMillis, Math.max(length, shortestMillis));
  return (length / duration) * 2 ** speed;
}

/** The same where the playhead is: quiet stretches go by faster. */
export function rateAt(axis: TimeAxis, speed: number, time: number): number {
  const quiet = quietAt(axis, time);
  const rate = rateOf(axis, speed);
  if (!quiet) return rate;
  return (rate * (quiet.to - quiet.from)) / (axis.placeOf(quiet.to) - axis.placeOf(quiet.from));
}

export function seekTo({ axis }: Model, state: TuiState, time: number): TuiState {
  const bounded = Math.max(0, Math.min(Math.round(time), axis.end));
  return { ...state, time: bounded, place: axis.placeOf(bounded), followsLog: true };
}

/** Goes on playing for some real time; at the end of the run it stops. */
export function playOn({ axis }: Model, state: TuiState, millis: number): TuiState {
  if (!state.isPlaying) return state;
  const place = Math.min(axis.length, state.place + Math.max(0, millis) * rateOf(axis, state.speed));
  if (place >= axis.length) return { ...state, time: axis.end, place: axis.length, isPlaying: false };
  return { ...state, place, time: Math.floor(axis.timeAt(place)) };
}

export function togglePlaying(model: Model, state: TuiState): TuiState {
  if (state.isPlaying) return { ...state, isPlaying: false };
  const from = state.time >= model.axis.end ? seekTo(model, state, 0) : state;
  return { ...from, isPlaying: true };
}

export function fasterBy(state: TuiState, doublings: number): TuiState {
  const speed = Math.max(slowest, Math.min(state.speed + doublings, fastest));
  return speed === state.speed
    ? { ...state, notice: doublings > 0 ? "It does not go faster." : "It does not go slower." }
    : { ...state, speed };
}

export function scrubBy(model: Model, state: TuiState, direction: 1 | -1): TuiState {
  const { axis } = model;
  const place = state.place + (direction * axis.length) / scrubs;
  return { ...seekTo(model, state, axis.timeAt(place)), isPlaying: false };
}

/** To the next or the previous moment of the log, as it is filtered now. */
export function stepBy(model: Model, state: TuiState, direction: 1 | -1): TuiState {
  const { entries } = logList(model, state);
  const paused = { ...state, isPlaying: false };
  const next =
    direction === 1
      ? entries.find(({ time }) => time > state.time)?.time
      : entries.findLast(({ time }) => time < state.time)?.time;
  if (next !== undefined) return seekTo(model, paused, next);
  if (direction === 1 && state.time < model.axis.end) return seekTo(model, paused, model.axis.end);
  if (direction === -1 && state.time > 0) return seekTo(model, paused, 0);
  return {
    ...paused,
    notice: direction === 1 ? "This is the end of the run." : "This is the start of the run.",
  };
}
