import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";

/**
 * Who may import whom. Data flows one way: what is read becomes a cluster, a cluster and a plan become a trace,
 * a trace becomes a verdict, a verdict is shown. A folder that is not named in a row is not open to it.
 */
const simFolders = ["lib", "facts", "model", "plan", "trace", "exec"];
const rulesFolders = [...simFolders, "verdict"];
const exploreFolders = [...rulesFolders, "sim", "rules"];
const reportFolders = ["lib", "facts", "model", "plan", "trace", "kubectl", "verdict", "scenario"];
const mayImport: Readonly<Record<string, readonly string[] | "all">> = {
  lib: [],
  facts: ["lib"],
  model: ["lib", "facts"],
  read: ["lib", "facts", "model"],
  plan: ["lib", "facts", "model"],
  trace: ["lib", "model", "plan"],
  exec: ["lib", "facts", "model", "plan", "trace"],
  kubectl: ["lib", "facts", "model", "plan", "trace", "exec"],
  sim: simFolders,
  verdict: ["lib", "model", "plan", "trace"],
  rules: rulesFolders,
  explore: exploreFolders,
  planner: [...exploreFolders, "explore"],
  scenario: ["lib", "facts", "model", "read", "plan", "trace", "verdict"],
  report: reportFolders,
  adapter: ["lib", "facts", "model", "read", "plan", "trace", "exec"],
  tui: [...reportFolders, "report"],
  cli: "all",
};

const root = join(import.meta.dirname, "..");
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(join(root, "src", file), "utf8") }));

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]!);
}

test("each folder imports only the folders that it may", () => {
  const breaks = sources.flatMap(({ file, text }) => {
    const folder = file.split("/")[0]!;
    const allowed = mayImport[folder];
    if (allowed === undefined) return [`src/${folder} is not in the table of test/architecture.test.ts`];
    return importsOf(text)
      .filter((target) => target.startsWith("."))
      .map((target) => normalize(join(dirname(file), target)).split("/")[0]!)
      .filter((target) => target !== folder && allowed !== "all" && !allowed.includes(target))
      .map(
        (target) =>
          `src/${file} imports src/${target}: ${folder} may only know ${allowed === "all" ? "" : allowed.join(", ")}`,
      );
  });
  expect(breaks).toEqual([]);
});

test("only the terminal interface knows Ink and React, only the adapter knows the Kubernetes client", () => {
  const owners: Readonly<Record<string, string>> = {
    ink: "tui",
    react: "tui",
    "@kubernetes/client-node": "adapter",
  };
  const breaks = sources.flatMap(({ file, text }) =>
    importsOf(text)
      .filter((target) => Object.hasOwn(owners, target) && owners[target] !== file.split("/")[0])
      .map((target) => `src/${file} imports ${target}: that belongs in src/${owners[target]}`),
  );
  expect(breaks).toEqual([]);
});

test("files are small enough to be read in one sitting, and their names say what they hold", () => {
  const breaks = sources.flatMap(({ file, text }) => {
    const lines = text.split("\n").length - 1;
    return [
      ...(lines > 350 ? [`src/${file} has ${lines} lines: more than 350, divide it by idea`] : []),
      ...(/(^|\/)(utils?|helpers?|common|misc|manager)\b/.test(file)
        ? [`src/${file}: the name says nothing`]
        : []),
    ];
  });
  expect(breaks).toEqual([]);
});

test("facts/ is the only place that compares a version's minor with a number", () => {
  const breaks = sources
    .filter(({ file }) => !file.startsWith("facts/") && !file.startsWith("model/version"))
    .flatMap(({ file, text }) =>
      text
        .split("\n")
        .map((line, index) => ({ line, at: `src/${relative(root, join(root, file))}:${index + 1}` }))
        .filter(({ line }) => /\.minor\s*(<|>|<=|>=|===)\s*\d/.test(line))
        .map(({ at }) => `${at}: what changed with a minor is a fact: put it in src/facts with its source`),
    );
  expect(breaks).toEqual([]);
});
