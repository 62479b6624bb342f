import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { assumptionDefaults } from "../../src/facts/assumption-defaults.ts";
import { humanDuration } from "../../src/lib/duration.ts";

/** What the documents name is there, and what they count is so. */

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const documents = [...globSync("*.md", { cwd: root }), ...globSync("docs/**/*.md", { cwd: root })].filter(
  (path) => path !== "THIRD_PARTY_NOTICES.md",
);

describe.each(documents)("%s", (path) => {
  const text = read(path);

  test("its links lead somewhere", () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const broken = targets
      .filter((target) => !/^(https?:|#|mailto:)/.test(target))
      .filter((target) => !existsSync(join(root, dirname(path), target.replace(/#.*$/, ""))));
    expect(broken).toEqual([]);
  });

  test("its links to sections lead to sections", () => {
    const targets = [...text.matchAll(/\]\(([^)\s:]*)#([^)\s]+)\)/g)];
    const broken = targets.filter(([, file = "", anchor = ""]) => {
      const target = file === "" ? text : read(join(dirname(path), file));
      return !headings(target).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

/** Anchors as GitHub makes them. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9 _-]/g, "")
      .replaceAll(" ", "-"),
  );
}

test("every decision is in the list, under its title", () => {
  const list = read("docs/decisions/README.md");
  const files = readdirSync(join(root, "docs/decisions")).filter((name) => name !== "README.md");
  for (const file of files) {
    const title = /^# (.*)$/m.exec(read(`docs/decisions/${file}`))![1]!;
    expect(list).toContain(`[${title}](${file})`);
    for (const part of ["## Context", "## Decision", "## Consequence"])
      expect(read(`docs/decisions/${file}`)).toContain(part);
  }
});

test("every schema that is published is described", () => {
  const text = read("docs/output.md");
  const missing = readdirSync(join(root, "schemas")).filter((file) => !text.includes(`schemas/${file}`));
  expect(missing).toEqual([]);
});

test("the schemas say what the code reads and writes today", () => {
  const cwd = mkdtempSync(join(tmpdir(), "seatrial-test-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  spawnSync(process.execPath, [join(root, "scripts/schemas.mjs")], { cwd, stdio: "inherit" });
  const [fresh, committed] = [cwd, root].map((folder) =>
    Object.fromEntries(
      readdirSync(join(folder, "schemas")).map((file) => [
        file,
        readFileSync(join(folder, "schemas", file), "utf8"),
      ]),
    ),
  );
  expect(committed, "node_modules/.bin/node scripts/schemas.mjs writes them").toEqual(fresh);
});

test("every folder of src is in ARCHITECTURE.md", () => {
  const text = read("ARCHITECTURE.md");
  const folders = readdirSync(join(root, "src"));
  expect(folders.filter((folder) => !text.includes(`| \`${folder}\` `))).toEqual([]);
});

describe("docs/fidelity.md", () => {
  const text = read("docs/fidelity.md");
  const names = ["disruption", "controllers"]
    .flatMap((kind) => readdirSync(join(root, "test/truth/data", kind)))
    .map((file) => /^[a-z]\d+/.exec(file)![0]);

  test("every recording shows something, and every one that is named is there", () => {
    const named = new Set([...text.matchAll(/\b[dw]\d\d\b/g)].map(([name]) => name));
    expect([...named].sort()).toEqual(names.sort());
    expect(text).toContain(`| ${names.length} of ${names.length} `);
  });

  test("every test that it names is there", () => {
    const paths = [...text.matchAll(/`((?:test|src)\/[^`]+)`/g)].map(([, path = ""]) => path);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

test("docs/assumptions.md has the defaults as they are", () => {
  const text = read("docs/assumptions.md");
  const { startMillis, volumeMoveMillis, pullBytesPerSecond, rebootMillis, longestStartMillis } =
    assumptionDefaults;
  const row = (name: string) => text.split("\n").find((line) => line.startsWith(`| \`${name}\``)) ?? "";
  expect(row("start")).toContain(`| ${humanDuration(startMillis)}, `);
  expect(row("start")).toContain(`${longestStartMillis / 1_000} s`);
  expect(row("volume")).toContain(`| ${humanDuration(volumeMoveMillis)} `);
  expect(row("pull")).toContain(`| ${pullBytesPerSecond / 1e6} MB/s`);
  expect(row("reboot")).toContain(`| ${rebootMillis / 1_000} s `);
});
