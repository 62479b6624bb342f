import { expect, test } from "vitest";
import { clip, clipMiddle, clipRef, clipStart, visible, wrap } from "../../src/tui/text.ts";

test("a long text ends in two dots", () => {
  expect(clip("0/3 nodes are available", 12)).toBe("0/3 nodes ..");
});

test("of a long name both ends are kept: they tell pods apart", () => {
  expect(clipMiddle("web-6d9f7c4b58-x2k4q", 12)).toBe("web-6..x2k4q");
});

test("of a node's name in a short place the end is kept", () => {
  expect(clipStart("worker-pool-a-17", 8)).toBe("..l-a-17");
});

test("of a namespace and a name, the name is kept", () => {
  expect(clipRef("openshift-monitoring/grafana", 16)).toBe("ope..ing/grafana");
  expect(clipRef("shop/web", 16)).toBe("shop/web");
});

test("rows after the first hang", () => {
  expect(wrap("  one two three", 9, 2)).toEqual(["  one two", "    three"]);
});

test.each([
  ["\u001b]0;title\u0007", String.raw`\x1b]0;title\x07`],
  ["\u202egnp.exe", String.raw`\u202egnp.exe`],
  ["a\u200bb", String.raw`a\u200bb`],
  ["\u{e0041}", String.raw`\ue0041`],
  ["plain-name.7", "plain-name.7"],
])("%j is spelt out", (name, shown) => {
  expect(visible(name)).toBe(shown);
});

test("wrapping ends, also where a character is wider than the row", () => {
  expect(wrap("日本", 1)).toEqual(["日", "本", ""]);
});
