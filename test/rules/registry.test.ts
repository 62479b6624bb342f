import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aftermathRules } from "../../src/rules/judge-aftermath.ts";
import { rules } from "../../src/rules/registry.ts";

/** One line in the registry, one file, one page in docs/rules, one row in its index and one test make a rule. */

const root = join(import.meta.dirname, "../..");
const all = [...rules, ...aftermathRules];
const ids = all.map(({ id }) => id);

function readText(...path: readonly string[]): string {
  const file = join(root, ...path);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

test("ids are unique and kebab-case, and titles are one sentence without its full stop", () => {
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(ids.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
  const oddTitles = all.filter(({ title }) => title.endsWith(".") || title.length > 90);
  expect(oddTitles.map(({ id }) => id)).toEqual([]);
});

test("every file of a rule is registered, under the name of the file", () => {
  for (const stage of ["preflight", "outcome"] as const) {
    const files = readdirSync(join(root, "src/rules", stage)).map((file) => file.replace(/\.ts$/, ""));
    const registered = rules.filter((rule) => rule.stage === stage).map(({ id }) => id);
    expect(registered.toSorted()).toEqual(files.toSorted());
  }
});

test("every rule has a page that begins with its id, and says what it finds and how severe that is", () => {
  const wrong = all.filter(({ id, severity }) => {
    const [heading, first = ""] = readText("docs/rules", `${id}.md`).split("\n\n");
    return heading !== `# ${id}` || !first.replaceAll("\n", " ").includes(`. Severity: ${severity}`);
  });
  expect(wrong.map(({ id }) => `docs/rules/${id}.md`)).toEqual([]);
});

test("what a page shows is as wide as it is printed", () => {
  const wide = all.flatMap(({ id }) => {
    const shown = readText("docs/rules", `${id}.md`).match(/^```text\n[^]*?^```$/gm) ?? [];
    return shown
      .flatMap((block) => block.split("\n"))
      .flatMap((line) => (line.length > 80 ? [`${id}: ${line}`] : []));
  });
  expect(wide).toEqual([]);
});

test("every page is that of a rule", () => {
  const pages = readdirSync(join(root, "docs/rules")).filter((file) => file !== "README.md");
  expect(pages.filter((file) => !ids.includes(file.replace(/\.md$/, "")))).toEqual([]);
});

test("the index of the pages lists every rule with its severity and title", () => {
  const rows = readText("docs/rules/README.md")
    .split("\n")
    .filter((line) => line.startsWith("| ["))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, link, severity, title]) => `${link} ${severity} ${title}`);
  expect(rows.toSorted()).toEqual(
    all.map(({ id, severity, title }) => `[${id}](${id}.md) ${severity} ${title}`).toSorted(),
  );
});

test("every rule has a test that names it", () => {
  const untested = rules.filter(
    ({ id, stage }) => !readText("test/rules", stage, `${id}.test.ts`).includes(`"${id}"`),
  );
  expect(untested.map(({ id, stage }) => `test/rules/${stage}/${id}.test.ts`)).toEqual([]);
});
