import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { defaultConfiguration } from "../../src/model/scheduler-profile.ts";
import { ClusterIndex } from "../../src/rules/cluster-index.ts";
import type { PreflightRule } from "../../src/rules/rule.ts";
import type { FilterPlugin } from "../../src/sim/plugins/plugin.ts";
import { differences, scenarioIn } from "../scenario/rehearse-scenario.ts";
import { makeNode, makePod } from "../support/builders.ts";
import { clusterOf, deployment, nodes } from "../support/objects.ts";
import { PluginBench } from "../support/plugin-bench.ts";
import { drainOf } from "../support/rehearse.ts";

/** The examples of CONTRIBUTING.md compile and do what the text says. */

const root = join(import.meta.dirname, "../..");
const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "seatrial-contributing-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The blocks of code, without the indentation of a list. */
const blocks = [...text.matchAll(/^( *)```(ts|yaml)\n([^]*?)^ *```$/gm)].map(
  ([, indent = "", language = "", code = ""]) => ({
    language,
    code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }),
);

/** By the path in its first line: the text with imports that work from anywhere. */
const sources = new Map(
  blocks
    .filter(({ language }) => language === "ts")
    .map(({ code }): [string, string] => [/^\/\/ (\S+)\n/.exec(code)![1]!, code]),
);

/** Writes an example outside the repository, where no other test sees it; imports of other examples stay among them. */
function place(path: string): string {
  const file = join(folder, path);
  const code = sources.get(path)!.replaceAll(/from "(\.[^"]+)"/g, (_all, target: string) => {
    const absolute = join(root, dirname(path), target);
    const isExample = [...sources.keys()].some((each) => join(root, each) === absolute);
    return `from "${isExample ? absolute.replace(root, folder) : absolute}"`;
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  return file;
}

writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
const files = new Map([...sources.keys()].map((path) => [path, place(path)]));

async function load<T>(path: string, name: string): Promise<T> {
  const module = (await import(pathToFileURL(files.get(path)!).href)) as Record<string, T>;
  return module[name]!;
}

test("there is a rule, a plugin, a test for each, and a scenario", () => {
  expect([...sources.keys()].map((path) => dirname(path))).toEqual([
    "src/rules/preflight",
    "test/rules/preflight",
    "src/sim/plugins",
    "test/sim/plugins",
  ]);
  expect(blocks.filter(({ language }) => language === "yaml")).toHaveLength(1);
});

test("they compile as strictly as the repository does", { timeout: 120_000 }, () => {
  const config = join(folder, "tsconfig.json");
  const compilerOptions = {
    typeRoots: [join(root, "node_modules/@types")],
    paths: { vitest: [join(root, "node_modules/vitest/dist/index.d.ts")] },
  };
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, "tsconfig.json"),
      compilerOptions,
      include: [],
      files: [...files.values()],
    }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", config, "--pretty", "false"], {
    cwd: folder,
    encoding: "utf8",
  });
  // What is wrong elsewhere is for `npm run check` to say.
  const examples = [...sources.keys()];
  expect(stdout.split("\n").filter((line) => examples.some((path) => line.startsWith(path)))).toEqual([]);
});

test("the rule finds what it is about, and nothing else", async () => {
  const rule = await load<PreflightRule>("src/rules/preflight/moving-tag.ts", "movingTag");
  const found = (image: string) => {
    const spec = { containers: [{ name: "web", image }] };
    const cluster = clusterOf(nodes("node-1"), deployment("shop/web", ["node-1"], { spec }));
    const index = ClusterIndex.of(cluster);
    return rule.check({
      cluster,
      plan: drainOf(["node-1"]),
      index,
      drained: ["node-1"],
      scheduler: defaultConfiguration,
      scope: "plan",
    });
  };
  expect(found("shop/web:latest")).toMatchObject([{ subject: "shop/Deployment/web" }]);
  expect(found("shop/web:2.4")).toEqual([]);
});

test("the plugin refuses what it is about", async () => {
  const plugin = await load<FilterPlugin>("src/sim/plugins/retiring-nodes.ts", "retiringNodes");
  const bench = new PluginBench({
    nodes: [makeNode("a"), makeNode("b", { labels: { "example.com/retiring": "soon" } })],
  });
  expect(bench.filter(plugin, makePod("p"))).toEqual({ a: "ok", b: "! node(s) were about to retire" });
});

test("the scenario gives what it expects, whatever the seed", () => {
  const { code } = blocks.find(({ language }) => language === "yaml")!;
  for (const seed of [1, 2, 3]) expect(differences(scenarioIn(code), seed)).toEqual([]);
});
