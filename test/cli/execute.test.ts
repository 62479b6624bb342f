import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { machineClock } from "../../src/adapter/clock.ts";
import { readJournal } from "../../src/adapter/journal.ts";
import { type Asked, kubeconfigOf, serveApi } from "../support/api-server.ts";
import { folderWith, type Ran, seatrialBeside } from "../support/command-line.ts";
import { FakeApi } from "../support/fake-api.ts";

/** `seatrial execute` beside an API server that this test serves, as far as it needs no scheduler and no kubelets. */

const here = "11111111-0000-0000-0000-000000000001";
const there = "22222222-0000-0000-0000-000000000002";

/** An API server of two nodes and a pod, which is production in no word. */
async function cluster(uid = here) {
  const api = new FakeApi(machineClock);
  api.put("/api/v1/namespaces/kube-system", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "kube-system", uid },
  });
  for (const name of ["n1", "n2"]) api.node(name);
  api.pod("shop/web", "n2");
  const { url } = await serveApi({
    intercept: async ({ method, path, query, body }: Asked) => {
      if (path === "/api/v1/namespaces")
        return { code: 200, body: { items: [api.at("/api/v1/namespaces/kube-system")] } };
      const answer = await api.client.request({
        method: method as "GET",
        path,
        query: Object.fromEntries(query),
        ...(body === undefined ? {} : { body }),
      });
      return answer.kind === "answer" ? answer : { code: 503, body: answer.message };
    },
  });
  return { api, url };
}

const planOf = (steps: readonly string[], metadata = "name: test") => `apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { ${metadata} }
spec:
  steps:
${steps.map((step) => `    - ${step}`).join("\n")}
`;

const opened = ["cordon: { nodes: [n1] }", "uncordon: { nodes: [n1] }"];
const run = ["execute", "plan.yaml", "--yes", "--journal", "run.journal"];

/** A folder with a plan and the kubeconfig of a cluster. */
async function prepared(steps: readonly string[], metadata?: string) {
  const { api, url } = await cluster();
  const folder = folderWith({ "plan.yaml": planOf(steps, metadata), kubeconfig: kubeconfigOf(url) });
  const env = { KUBECONFIG: join(folder, "kubeconfig") };
  const seatrial = (...words: readonly string[]) => seatrialBeside(folder, words, env);
  const writes = () => api.log.filter((each) => each.startsWith("PATCH "));
  return { api, folder, env, seatrial, writes };
}

describe("a plan is carried out on the cluster that it was made for", () => {
  test("one of no cluster, and one of this one", async () => {
    for (const metadata of ["name: test", `name: test, cluster: ${here}`]) {
      const { seatrial, writes } = await prepared(opened, metadata);
      expect(await seatrial(...run)).toMatchObject({ exitCode: 0 });
      expect(writes().length).toBe(2);
    }
  });

  test("one of another cluster is refused, unless somebody says that it is meant", async () => {
    const { seatrial, api, writes, folder } = await prepared(opened, `name: test, cluster: ${there}`);
    const { exitCode, stdout, stderr } = await seatrial(...run);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("plan.yaml was made for another cluster than staging");
    expect(stderr).toContain(`metadata.cluster is ${there}; the UID of kube-system here is ${here}`);
    expect([api.log, existsSync(join(folder, "run.journal"))]).toEqual([
      ["POST /apis/authentication.k8s.io/v1/selfsubjectreviews"],
      false,
    ]);
    expect((await seatrial(...run, "--on-another-cluster")).exitCode).toBe(0);
    expect(writes().length).toBe(2);
  });

  test("a printed plan says for which cluster it is; one of an anonymous snapshot does not", async () => {
    const { seatrial } = await prepared(opened);
    const print = async (...from: readonly string[]) =>
      (await seatrial("drain", "n1", "--print-plan", ...from)).stdout;
    expect(await print()).toContain(`cluster: ${here}`);
    await seatrial("snapshot", "--out", "cluster.json");
    expect(await print("--from", "cluster.json")).toBe(await print());
    await seatrial("snapshot", "--anonymize", "--out", "anonymous.json");
    const anonymous = (await seatrial("check", "--from", "anonymous.json", "-o", "json")).stdout;
    expect(anonymous).not.toContain(here);
    const node = /"node": "([^"]+)"/.exec(anonymous)?.[1] ?? "n1";
    const { stdout } = await seatrial("drain", node, "--print-plan", "--from", "anonymous.json");
    expect(stdout).toContain("kind: MaintenancePlan");
    expect(stdout).not.toContain("cluster:");
  });
});

describe("a journal", () => {
  test("of another plan is not gone on with", async () => {
    const { seatrial, folder, writes } = await prepared(opened);
    await seatrial(...run);
    const before = writes().length;
    writeFileSync(join(folder, "other.yaml"), planOf(["cordon: { nodes: [n2] }"]));
    for (const how of ["--abort"]) {
      const { exitCode, stderr } = await seatrial("execute", "other.yaml", how, "run.journal", "--yes");
      expect(exitCode).toBe(2);
      expect(stderr).toContain("run.journal is the journal of another plan: test (plan.yaml)");
    }
    expect(writes().length).toBe(before);
  });

  test("of another cluster neither, whatever the context is called", async () => {
    const { seatrial, folder } = await prepared(opened);
    await seatrial(...run);
    const journal = join(folder, "run.journal");
    writeFileSync(journal, readFileSync(journal, "utf8").split("\n").slice(0, 3).join("\n") + "\n");
    const other = await cluster(there);
    writeFileSync(join(folder, "kubeconfig"), kubeconfigOf(other.url));
    for (const how of ["--abort"]) {
      const { exitCode, stderr } = await seatrial("execute", how, "run.journal", "--yes");
      expect(exitCode).toBe(2);
      expect(stderr).toContain("run.journal is about another cluster than staging");
    }
    expect(other.api.log.filter((each) => each.startsWith("PATCH "))).toEqual([]);
  });

  test.each([
    ["text", "hello\n", "line 1 is not JSON"],
    ["nothing", "", "its first line is no header"],
    ["JSON of something else", '{"kind":"List"}\n', "its first line is no header"],
  ])("that is none: %s", async (_what, text, message) => {
    const { seatrial, folder } = await prepared(opened);
    writeFileSync(join(folder, "run.journal"), text);
    const { exitCode, stderr } = await seatrial("execute", "--resume", "run.journal", "--yes");
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test("that is there already is not written over", async () => {
    const { seatrial, folder, writes } = await prepared(opened);
    writeFileSync(join(folder, "run.journal"), "mine");
    const { exitCode, stderr } = await seatrial(...run);
    expect([exitCode, readFileSync(join(folder, "run.journal"), "utf8")]).toEqual([2, "mine"]);
    expect(stderr).toContain("run.journal: the journal cannot be begun: it is there already");
    expect(writes()).toEqual([]);
  });
});

/** Whether a shell can bound how long a file may become, which fails a write as a full disk does. */
const hasBounds = process.platform !== "win32";
const bundle = join(import.meta.dirname, "../../dist/seatrial.mjs");

describe.skipIf(!hasBounds)("a full disk", () => {
  /** Runs the program where no file may become longer than so many kilobytes. */
  function within(
    kilobytes: number,
    folder: string,
    words: readonly string[],
    env: Readonly<Record<string, string>>,
  ) {
    const command = `ulimit -f ${kilobytes}; exec "$@"`;
    const child = spawn("bash", ["-c", command, "bash", process.execPath, bundle, ...words], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
    return new Promise<Ran>((resolve) =>
      child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr })),
    );
  }

  test("no journal can be begun: nothing is done, and none is left", async () => {
    const { folder, env, writes } = await prepared(opened);
    const { exitCode, stderr } = await within(0, folder, run, env);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("the journal cannot be begun: a file may not become as long as that");
    expect(stderr).toContain("Nothing was done.");
    expect([existsSync(join(folder, "run.journal")), writes()]).toEqual([false, []]);
  });

  test("the journal is full in mid-run: it stops, and goes on where it was once there is room", async () => {
    const label = (index: number) => `label: { nodes: [n1], labels: { round: "${index}" } }`;
    const { folder, env, seatrial, writes } = await prepared(
      Array.from({ length: 12 }, (_, index) => label(index)),
    );
    const { exitCode, stdout } = await within(8, folder, run, env);
    expect(stdout).toContain("The journal cannot be written: a file may not become as long as that");
    expect(exitCode).toBe(4);
    const done = writes().length;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(12);
    // Each write that was sent stands in it.
    const content = readJournal(join(folder, "run.journal"));
    if ("problem" in content) throw new Error(content.problem);
    expect(content.records.filter(({ kind }) => kind === "sent").length).toBeGreaterThanOrEqual(done);
    for (const how of ["--resume", "--abort"]) {
      const refused = await within(1, folder, ["execute", how, "run.journal", "--yes"], env);
      expect([refused.exitCode, writes().length]).toEqual([2, done]);
      expect(refused.stderr).toContain("the journal cannot be gone on with: a file may not become");
    }
    expect((await seatrial("execute", "--resume", "run.journal", "--yes")).exitCode).toBe(0);
    // What was sent and not put down as answered was carried out: it is not sent again.
    expect(writes().length).toBe(12);
  });

  test("no room for a snapshot: none is left, and the one before stays", async () => {
    const { folder, env } = await prepared(opened);
    writeFileSync(join(folder, "cluster.json"), "before");
    const { exitCode, stderr } = await within(0, folder, ["snapshot", "--out", "cluster.json"], env);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--out cluster.json: a file may not become as long as that");
    expect(readFileSync(join(folder, "cluster.json"), "utf8")).toBe("before");
    expect(readdirSync(folder).sort()).toEqual(["cluster.json", "kubeconfig", "plan.yaml"]);
    expect(stderr).not.toContain("seatrial check --from");
  });

  test.skipIf(!existsSync("/dev/full"))("a device that is full", async () => {
    const { seatrial } = await prepared(opened);
    const { exitCode, stderr } = await seatrial("snapshot", "--out", "/dev/full");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--out /dev/full: there is no room left on the disk");
  });
});
