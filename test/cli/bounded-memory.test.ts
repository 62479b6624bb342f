import { join } from "node:path";
import { expect, test } from "vitest";
import { type LargeCluster, pageOf } from "../../bench/large-cluster.ts";
import { kubeconfigOf, serveApi } from "../support/api-server.ts";
import { folderWith, seatrialBeside } from "../support/command-line.ts";

/** A tenth of these pods do not fit into so many megabytes; `npm run bench -- snapshot` measures a whole cluster. */
const cluster: LargeCluster = { nodes: 500, pods: 12_000 };
const heap = "--max-old-space-size=48";

test("a snapshot is written and read page by page, whatever its size", async () => {
  const { url } = await serveApi({
    intercept: ({ path, query }) =>
      path === "/version"
        ? undefined
        : {
            code: 200,
            body: pageOf(cluster, path, Number(query.get("continue") ?? 0), Number(query.get("limit"))),
          },
  });
  const folder = folderWith({ kubeconfig: kubeconfigOf(url) });
  const env = { KUBECONFIG: join(folder, "kubeconfig"), NODE_OPTIONS: heap };
  const out = await seatrialBeside(folder, ["snapshot", "--out", "a.json"], env);
  expect(out).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("12500 objects") });
  const copied = await seatrialBeside(folder, ["snapshot", "--from", "a.json", "--out", "b.json"], env);
  expect(copied).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("12500 objects") });
  // Near miss: a rehearsal has to hold the state of it.
  const check = await seatrialBeside(folder, ["check", "--from", "a.json"], env);
  expect(check.stderr).toContain("JavaScript heap out of memory");
}, 120_000);
