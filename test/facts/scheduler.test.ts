import { expect, test } from "vitest";
import { schedulerBehaviour } from "../../src/facts/scheduler.ts";

test("a minor behaves as the newest that is known before it", () => {
  const of = (minor: number, major = 1) => schedulerBehaviour({ major, minor });
  expect(of(36)).toBe(of(36));
  expect(of(99)).toEqual(of(36));
  expect(of(0, 2)).toEqual(of(36));
  expect(of(10)).toEqual(of(22));
});

test.each([
  { minor: 31, queueingHints: false, popFromBackoff: false, backoffCounts: "attempts" },
  { minor: 32, queueingHints: true, popFromBackoff: false, backoffCounts: "attempts" },
  { minor: 33, queueingHints: true, popFromBackoff: true, backoffCounts: "attempts" },
  { minor: 34, queueingHints: true, popFromBackoff: true, backoffCounts: "unschedulable" },
])("the queue of 1.$minor", ({ minor, ...expected }) => {
  expect(schedulerBehaviour({ major: 1, minor })).toMatchObject(expected);
});
