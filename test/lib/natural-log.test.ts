import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { naturalLog } from "../../src/lib/natural-log.ts";

test.prop([fc.double({ min: 1e-300, max: 1e300, noNaN: true })])(
  "is the logarithm, to the last digits",
  (x) => {
    expect(Math.abs(naturalLog(x) - Math.log(x))).toBeLessThanOrEqual(
      2 ** -51 * Math.max(1, Math.abs(Math.log(x))),
    );
  },
);

test.each([
  { x: 1, expected: 0 },
  { x: 0, expected: -Infinity },
  { x: Infinity, expected: Infinity },
  // As Go's math.Log gives them; Math.log says 2.6390573296152584 of 14.
  { x: 3, expected: 1.0986122886681096 },
  { x: 5, expected: 1.6094379124341003 },
  { x: 14, expected: 2.6390573296152589 },
])("ln $x = $expected", ({ x, expected }) => {
  expect(naturalLog(x)).toBe(expected);
});
