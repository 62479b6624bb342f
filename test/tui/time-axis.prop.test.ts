import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { columnOf, createTimeAxis, quietAt } from "../../src/tui/state/time-axis.ts";

const axes = fc
  .array(fc.integer({ min: 1, max: 200_000 }), { maxLength: 12 })
  .map((gaps) => gaps.reduce<number[]>((times, gap) => [...times, (times.at(-1) ?? 0) + gap], []))
  .map((times) => createTimeAxis(times.slice(0, -1), times.at(-1) ?? 0));

test.prop([axes, fc.double({ min: 0, max: 1, noNaN: true })])(
  "a place leads back to its time",
  (axis, share) => {
    const time = share * axis.end;
    expect(axis.timeAt(axis.placeOf(time))).toBeCloseTo(time, 3);
  },
);

test.prop([axes, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })])(
  "later is never further left",
  (axis, a, b) => {
    const [earlier, later] = [Math.min(a, b) * axis.end, Math.max(a, b) * axis.end];
    expect(axis.placeOf(earlier)).toBeLessThanOrEqual(axis.placeOf(later));
    expect(columnOf(axis, earlier, 40)).toBeLessThanOrEqual(columnOf(axis, later, 40));
  },
);

test.prop([axes, fc.integer({ min: 1, max: 200 })])("every time has a column", (axis, columns) => {
  for (const time of [0, axis.end / 3, axis.end]) {
    const column = columnOf(axis, time, columns);
    expect(column).toBeGreaterThanOrEqual(0);
    expect(column).toBeLessThan(columns);
  }
});

test("a day of waiting takes little of the axis, and is marked", () => {
  const axis = createTimeAxis([10_000, 20_000], 86_400_000);
  expect(axis.length).toBe(25_000);
  expect(quietAt(axis, 3_600_000)).toEqual({ from: 20_000, to: 86_400_000 });
  expect(quietAt(axis, 15_000)).toBeUndefined();
});

test("a run without any time has an axis all the same", () => {
  const axis = createTimeAxis([], 0);
  expect(columnOf(axis, 0, 10)).toBe(0);
  expect(axis.timeAt(5)).toBe(0);
});
