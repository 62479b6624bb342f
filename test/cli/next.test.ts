import { describe, expect, test } from "vitest";
import { budget, deployment, nodes, service, type ApiObject } from "../support/objects.ts";
import { folderWith, seatrial } from "../support/command-line.ts";

const none = ["--assume-none", "Service,PodDisruptionBudget,PersistentVolume,WebhookConfiguration"];

const listOf = (...objects: readonly (ApiObject | readonly ApiObject[])[]) =>
  JSON.stringify({ apiVersion: "v1", kind: "List", items: objects.flat() });

/** What stands under Next, its lines joined as a shell would. */
function nextOf(stdout: string): string {
  const [, next = ""] = /\nNext {6}([^]*)$/.exec(stdout) ?? [];
  return next
    .replaceAll(" \\\n", " ")
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .replace(/ {2,}/g, " ");
}

const slow = listOf(
  nodes("node-1", "node-2"),
  deployment("shop/web", ["node-1"], { spec: { terminationGracePeriodSeconds: 300 } }),
);

describe("what to type next", () => {
  test("other flags of the drain are the fix: the drain with them, not the one that failed", () => {
    const folder = folderWith({ "c.json": slow });
    const { stdout } = seatrial(folder, ["drain", "node-1", "--timeout", "10s", "--from", "c.json", ...none]);
    expect(nextOf(stdout)).toMatch(/^kubectl drain node-1 --timeout=\S+\n/);
    expect(nextOf(stdout)).not.toContain("--timeout=10s");
  });

  test("a file does not change with the cluster: after a fix it is read anew", () => {
    const text = listOf(
      nodes("node-1", "node-2"),
      deployment("data/queue", ["node-1"]),
      budget("data/queue", { minAvailable: 1 }),
      service("data/queue"),
    );
    const folder = folderWith({ "c.json": text });
    const { stdout } = seatrial(folder, ["drain", "node-1", "--from", "c.json", "--assume-none", "pv"]);
    expect(nextOf(stdout)).toMatch(
      /above, then a fresh snapshot, and again:\nseatrial drain node-1 --from c\.json/,
    );
  });

  test("standard input is read once: the command leaves it out, and says so", () => {
    const folder = folderWith({});
    const words = ["drain", "node-1", "--from", "-", "--assume-none", "pdb,pv,WebhookConfiguration"];
    const { stdout } = seatrial(folder, words, slow);
    expect(nextOf(stdout)).not.toMatch(/seatrial .*--from -/);
    expect(nextOf(stdout)).toContain("the cluster on standard input again: --from -");
  });

  test("at once stays at once", () => {
    const text = listOf(nodes("node-1", "node-2", "node-3"), deployment("shop/web", ["node-1", "node-2"]));
    const folder = folderWith({ "c.json": text });
    const words = ["drain", "node-1", "node-2", "--at-once", "--from", "c.json"];
    const clean = nextOf(seatrial(folder, [...words, ...none]).stdout);
    expect(clean).toMatch(/^kubectl drain node-1 .*&\nkubectl drain node-2 .*&\n/);
    const open = nextOf(seatrial(folder, [...words, "--assume-none", "pdb,pv"]).stdout);
    expect(open).toContain("seatrial drain node-1 node-2 --at-once");
  });

  test("as typed kubectl refuses: next are the flags that it asks for", () => {
    const agent = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "shop", name: "bare", uid: "bare" },
      spec: { nodeName: "node-1", containers: [{ name: "main", image: "main" }] },
      status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
    };
    const folder = folderWith({ "c.json": listOf(nodes("node-1", "node-2"), agent) });
    const { stdout } = seatrial(folder, ["drain", "node-1", "--as-typed", "--from", "c.json", ...none]);
    expect(stdout).toMatch(/^REFUSES/);
    expect(stdout).not.toContain("no fix known");
    expect(nextOf(stdout)).toMatch(/^seatrial drain node-1 --force --from c\.json/);
  });

  test("virtual time ended first: next is a longer one", () => {
    const text = listOf(
      nodes("node-1", "node-2"),
      deployment("shop/train", ["node-1"], { spec: { terminationGracePeriodSeconds: 172_800 } }),
    );
    const folder = folderWith({ "c.json": text });
    const { stdout } = seatrial(folder, ["drain", "node-1", "--from", "c.json", ...none]);
    expect(nextOf(stdout)).toContain("--horizon 49h");
  });
});

test("a kind that nobody knows gets no silly guess", () => {
  const folder = folderWith({ "c.json": slow });
  const said = (kind: string) =>
    seatrial(folder, ["check", "--from", "c.json", "--assume-none", kind]).stderr;
  expect(said("Foo")).toBe(
    "seatrial: --assume-none Foo: no such kind; kinds are called PodDisruptionBudget, Service, PersistentVolume …\n",
  );
  expect(said("PodDisruptionBuget")).toContain('did you mean "PodDisruptionBudget"?');
});
