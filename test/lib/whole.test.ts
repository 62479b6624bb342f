import { expect, test } from "vitest";
import { mulDiv } from "../../src/lib/whole.ts";

test.each([
  { a: 7, b: 100, c: 3, expected: 233 },
  { a: -7, b: 100, c: 3, expected: -233 },
  // 100 × 2^52 does not fit into a double.
  { a: 2 ** 52 + 1, b: 100, c: 2 ** 52 + 1, expected: 100 },
  { a: 2 ** 53 - 1, b: 100, c: 2 ** 53 - 1, expected: 100 },
  // Beyond 2^63 int64 wraps around.
  { a: 2 ** 62, b: 2, c: 1, expected: -(2 ** 63) },
])("$a × $b ÷ $c = $expected", ({ a, b, c, expected }) => {
  expect(mulDiv(a, b, c)).toBe(expected);
});
