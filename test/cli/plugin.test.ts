import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pluginWords } from "../../src/cli/plugin-words.ts";
import { folderWith, seatrial } from "../support/command-line.ts";

const known = new Set(["drain", "rehearse", "check"]);
const words = (line: string) => pluginWords(line.split(" "), known).join(" ");

test("a command is Seatrial's own, whatever kubectl's flags stand before it", () => {
  expect(words("drain node-7")).toBe("drain node-7");
  expect(words("--context prod drain node-7 --force")).toBe("drain --context prod node-7 --force");
  expect(words("-n shop --kubeconfig=k check")).toBe("check -n shop --kubeconfig=k");
});

test("what is no command is a plan file", () => {
  expect(words("plan.yaml --context prod")).toBe("rehearse plan.yaml --context prod");
  expect(words("--namespace shop plan.yaml")).toBe("rehearse --namespace shop plan.yaml");
});

test("near miss: other flags stay where they are", () => {
  expect(words("--help")).toBe("--help");
  expect(words("--version --context prod")).toBe("--version --context prod");
});

test("the plugin knows every command", () => {
  const root = join(import.meta.dirname, "../..");
  const commands = [...seatrial(root, ["--help"]).stdout.matchAll(/^ {2}([a-z]+) \[/gm)].map(
    ([, name = ""]) => name,
  );
  expect(commands).toContain("execute");
  for (const command of commands.filter((name) => name !== "help")) {
    const plugin = spawnSync(process.execPath, [join(root, "dist/kubectl-rehearse.mjs"), command, "--help"], {
      cwd: folderWith({}),
      encoding: "utf8",
    });
    expect(plugin.stdout).toContain(`seatrial ${command}`);
  }
});
