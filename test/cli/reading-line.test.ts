import { expect, test } from "vitest";
import { ReadingLine, readingText } from "../../src/cli/reading-line.ts";

const progress = { resource: "pods", objects: 12_500, remaining: 37_500 };

test("how much of what is known to be there was read", () => {
  expect(readingText("staging", progress)).toBe(
    "reading staging [#####---------------] 12500 of 50000 objects, now pods",
  );
  expect(readingText("staging", { resource: "nodes", objects: 0, remaining: 0 })).toContain("0 of 0 objects");
});

function written(isTTY: boolean, columns: number): string {
  let text = "";
  const line = new ReadingLine({ isTTY, columns, write: (more) => (text += more) }, "staging\u001B[31m");
  line.show(progress);
  line.show({ ...progress, objects: 13_000 });
  line.clear();
  return text;
}

test("a terminal has one line of it, no wider than itself, and nothing of it at the end", () => {
  const text = written(true, 40);
  expect(text).toMatch(/^\r\u001B\[2Kreading staging[^\u001B\n]+\r\u001B\[2K$/);
  expect(text.split("\u001B[2K")[1]!.trimEnd().length).toBeLessThan(40);
});

test("near miss: elsewhere there is nothing", () => {
  expect(written(false, 80)).toBe("");
});
