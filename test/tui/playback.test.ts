import { expect, test } from "vitest";
import { rateAt, rateOf } from "../../src/tui/state/playback.ts";
import { after } from "./commands.ts";
import { storyModel } from "./story.ts";

const model = storyModel();
const { axis } = model;

test("it opens paused, at the start", () => {
  expect(after(model, "")).toMatchObject({ time: 0, isPlaying: false });
});

test("time only goes by while it plays", () => {
  expect(after(model, "500").time).toBe(0);
  expect(after(model, "playPause 1000").time).toBeGreaterThan(0);
  expect(after(model, "playPause 1000 playPause 1000").time).toBe(after(model, "playPause 1000").time);
});

test("playing a whole run takes half a minute at most, and ends in a pause", () => {
  const ended = after(model, "playPause 30000");
  expect(ended).toMatchObject({ time: axis.end, isPlaying: false });
  expect(after(model, "playPause 500", ended).time).toBeLessThan(axis.end);
});

test("many short ticks come to what one long one does", () => {
  const short = after(model, `playPause ${"40 ".repeat(100)}`);
  const long = after(model, "playPause 4000");
  expect(Math.abs(short.time - long.time)).toBeLessThanOrEqual(1);
});

test("each ] doubles the speed, each [ halves it, within bounds that are said", () => {
  expect(rateOf(axis, after(model, "faster faster").speed)).toBe(4 * rateOf(axis, 0));
  expect(rateOf(axis, after(model, "slower").speed)).toBe(rateOf(axis, 0) / 2);
  expect(after(model, "faster ".repeat(40)).notice).toBe("It does not go faster.");
  expect(after(model, "slower ".repeat(40)).notice).toBe("It does not go slower.");
});

test("where nothing happens, time goes by faster", () => {
  expect(rateAt(axis, 0, 200_000)).toBeGreaterThan(5 * rateAt(axis, 0, 1_000));
});

test("arrows go from moment to moment of the log, and say where it ends", () => {
  const times: number[] = [];
  let state = after(model, "");
  while (state.notice === "") {
    times.push(state.time);
    state = after(model, "stepForward", state);
  }
  expect(times).toEqual([0, 15, 40, 45, 50, 70, 30_040, 30_050, 40_050, 40_060, 300_000]);
  expect(state.notice).toBe("This is the end of the run.");
  expect(after(model, "stepBack", state).time).toBe(40_060);
  expect(after(model, "stepBack").notice).toBe("This is the start of the run.");
});

test("arrows keep to what the filter of the log leaves", () => {
  const filtered = after(model, "pane2 'refused");
  expect(after(model, "open stepForward", { ...filtered, isTyping: false }).time).toBe(45);
});

test("scrubbing goes a fortieth of the axis, and stays within the run", () => {
  expect(axis.placeOf(after(model, "scrubForward scrubForward").time)).toBeCloseTo(axis.length / 20, -1);
  expect(after(model, "scrubBack").time).toBe(0);
  expect(after(model, "scrubForward ".repeat(50)).time).toBe(axis.end);
  expect(after(model, "toEnd").time).toBe(axis.end);
  expect(after(model, "toEnd toStart").time).toBe(0);
});
