import { expect, test } from "vitest";
import { type Line, layOut, table, unpainted } from "../../src/report/layout.ts";

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

test("a name that fits on the first line alone is whole there", () => {
  const name = `openshift-apiserver-operator/Deployment/openshift-${"x".repeat(19)}`;
  expect(name).toHaveLength(69);
  expect(rows({ text: `${name}, and more`, hang: 2 })[0]).toBe(`x         ${name},`);
});

test("a word of a command, and what is quoted for a shell, stays whole", () => {
  const word = "x".repeat(100);
  expect(rows({ text: `kubectl get ${word}`, isCommand: true, hang: 2 }).join("\n")).toContain(word);
  expect(rows({ text: `then: '{"${word}"}'` }).join("\n")).toContain(word);
});

test("names that are too long lose the domain that they share, and versions in them lose nothing", () => {
  const rows = ["drain node-1.eu-west-1.compute.internal", "upgrade control plane to v1.35.8 on cp-1"];
  const cells = rows.map((name) => [name]);
  const [drain, upgrade] = table(cells, [false], [30]);
  expect(drain).toBe("drain node-1");
  expect(upgrade).toMatch(/^upgrade .*….*35\.8 on cp-1$/);
});
