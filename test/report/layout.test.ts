import { expect, test } from "vitest";
import { type Line, layOut, unpainted } from "../../src/report/layout.ts";

const rows = (line: Line) => layOut([{ label: "x", lines: [line] }], 80, unpainted);
const widest = (line: Line) => Math.max(...rows(line).map((row) => row.length));

test("a name that no line holds is broken where its parts end, and nothing of it is lost", () => {
  const text = `a-namespace-of-some-length/${"long-".repeat(20)}name: 1 expected`;
  expect(widest({ text, hang: 4 })).toBeLessThanOrEqual(80);
  const joined = rows({ text, hang: 4 })
    .map((row) => row.slice(10).trim())
    .join("");
  expect(joined.replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
});

test("a word of a command, and what is quoted for a shell, stays whole", () => {
  const word = "x".repeat(100);
  expect(rows({ text: `kubectl get ${word}`, isCommand: true, hang: 2 }).join("\n")).toContain(word);
  expect(rows({ text: `then: '{"${word}"}'` }).join("\n")).toContain(word);
});
