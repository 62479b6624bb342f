import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LargeCluster } from "./large-cluster.ts";

const bundle = join(import.meta.dirname, "../dist/seatrial.mjs");
const large: LargeCluster = { nodes: 5_000, pods: 150_000 };
const tenth: LargeCluster = { nodes: 500, pods: 15_000 };

/** Whatever the size of the cluster: the program, some pages, and what the collector leaves lying about. Megabytes. */
const mostOut = 400;
/** What a rehearsal looks at of a pod, with all else. Kilobytes. */
const mostPerPod = 15;

/**
 * Reads a cluster of 5,000 nodes and 150,000 pods into a file and out of it again, and prints how much memory each takes
 * at most. Exit code 1 where writing takes more the larger the cluster is, or reading more than its state.
 */
export async function benchSnapshot(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "seatrial-bench-"));
  try {
    const few = await written(tenth, folder);
    const many = await written(large, folder);
    const into = measured(["drain", "node-00000", "--force", "--from", many.file, "--fail-on", "never"], {});
    const perPod = (into.megabytes * 1_024) / large.pods;
    console.log(
      `in   ${text(large)}  ${into.megabytes} MB = ${perPod.toFixed(1)} kB a pod, limit ${mostPerPod}; ${into.seconds.toFixed(0)} s, with the drain of a node`,
    );
    if (Math.max(few.megabytes, many.megabytes) > mostOut || perPod > mostPerPod) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function written(cluster: LargeCluster, folder: string) {
  const words = [
    join(import.meta.dirname, "large-cluster-server.ts"),
    String(cluster.nodes),
    String(cluster.pods),
  ];
  const server = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  const [port] = (await once(server.stdout, "data")) as [Buffer];
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigText(`http://127.0.0.1:${String(port).trim()}`));
  const file = join(folder, `${cluster.pods}.json`);
  const ran = measured(["snapshot", "--out", file], { KUBECONFIG: kubeconfig });
  server.stdin.end();
  const size = (statSync(file).size / 2 ** 20).toFixed(0);
  console.log(
    `out  ${text(cluster)}  ${ran.megabytes} MB, limit ${mostOut}; ${ran.seconds.toFixed(0)} s, a file of ${size} MB`,
  );
  return { ...ran, file };
}

/** Runs the program, and says how much memory it had at most, and how long it took. */
function measured(words: readonly string[], env: Readonly<Record<string, string>>) {
  const report =
    'process.on("exit", () => process.stderr.write(`\\npeak ${process.resourceUsage().maxRSS}\\n`))';
  const since = process.hrtime.bigint();
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(report)}`, bundle, ...words],
    { encoding: "utf8", env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] },
  );
  if (status !== 0) throw new Error(`seatrial ${words.join(" ")}: exit code ${status}\n${stderr}`);
  const kilobytes = Number(/peak (\d+)/.exec(stderr)?.[1]);
  return { megabytes: Math.round(kilobytes / 1_024), seconds: Number(process.hrtime.bigint() - since) / 1e9 };
}

function kubeconfigText(server: string): string {
  return JSON.stringify({
    clusters: [{ name: "large", cluster: { server } }],
    users: [{ name: "me", user: { token: "t" } }],
    contexts: [{ name: "large", context: { cluster: "large", user: "me" } }],
    "current-context": "large",
  });
}

function text({ nodes, pods }: LargeCluster): string {
  return `${nodes} nodes, ${pods} pods`;
}
