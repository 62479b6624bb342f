import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deployment, nodes, service } from "../support/objects.ts";
import { folderWith } from "../support/command-line.ts";

const bundle = join(import.meta.dirname, "../../dist/seatrial.mjs");

test.each(["check", "snapshot"])("a reader that has seen enough ends %s without a word", (name) => {
  const names = Array.from({ length: 300 }, (_, index) => `web-${index}`);
  const items = [
    ...nodes("node-1", "node-2"),
    ...names.flatMap((name) => [deployment(`shop/${name}`, ["node-1"]), service(`shop/${name}`)].flat()),
  ];
  const folder = folderWith({ "cluster.json": JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  const command = `"${process.execPath}" "${bundle}" ${name} --from cluster.json ${name === "check" ? "-o json" : ""} | head -c 10`;
  const { stdout, stderr } = spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" });
  expect([stdout.length, stderr]).toEqual([10, ""]);
});
