import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LabControlPlane } from "../../lab/control-plane.ts";
import { folderWith } from "../support/command-line.ts";
import { type AuditEvent, auditEvents, grants, rulesIn } from "./audit.ts";
import * as on from "./execute.ts";
import { kubectl, labBin, startLab } from "./lab.ts";

interface Listed {
  readonly items: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid?: string };
  }[];
}

/** More than a page of them. */
const quotas = 620;

/** Reading a real API server with exactly the rights that `seatrial rbac --for snapshot` prints. */
describe.skipIf(labBin === undefined)("snapshot", () => {
  let lab: LabControlPlane;
  beforeAll(async () => {
    lab = await startLab();
    await lab.startControllers();
    await on.prepare(lab, "snap");
    const items = Array.from({ length: quotas }, (_, index) => ({
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: `limits-${index}`, namespace: "snap" },
      spec: { limits: [] },
    }));
    kubectl(lab, ["create", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  }, 240_000);
  afterAll(() => lab.remove());

  async function ran(folder: string, words: readonly string[], exitCode = 0): Promise<string> {
    const program = on.start(lab, folder, words);
    await on.exits(program, exitCode);
    return program.output();
  }

  /** Gives the user these roles, which are all called `seatrial-snapshot`, and no other. */
  function bind(printed: string): void {
    const roles = ["clusterrole,clusterrolebinding", "role,rolebinding"];
    const gone = ["--ignore-not-found", "seatrial-snapshot"];
    kubectl(lab, ["delete", roles[0]!, ...gone]);
    kubectl(lab, ["delete", "-n", "kube-system", roles[1]!, ...gone]);
    kubectl(lab, ["apply", "-f", "-"], printed);
    const to = ["--user=seatrial", "seatrial-snapshot"];
    kubectl(lab, ["create", "clusterrolebinding", "--clusterrole=seatrial-snapshot", ...to]);
    if (printed.includes("kind: Role\n"))
      kubectl(lab, ["create", "rolebinding", "-n", "kube-system", "--role=seatrial-snapshot", ...to]);
  }

  /** What the API server was asked for while something was done. */
  async function requestsOf<T>(work: () => Promise<T>): Promise<{ result: T; requests: AuditEvent[] }> {
    const before = auditEvents(lab).length;
    const result = await work();
    const requests = auditEvents(lab).slice(before);
    return { result, requests: requests.filter(({ user }) => user.username === "seatrial") };
  }

  const read = (folder: string) => JSON.parse(readFileSync(join(folder, "cluster.json"), "utf8")) as Listed;
  const keyOf = ({ kind, metadata }: Listed["items"][number]) =>
    `${kind} ${metadata.namespace ?? ""}/${metadata.name} ${metadata.uid}`;

  test("lists, and nothing else, are asked for; all of it is there, and kubectl reads it", async () => {
    const folder = folderWith({});
    const printed = await ran(folder, ["rbac", "--for", "snapshot"]);
    bind(printed);
    const { requests } = await requestsOf(() => ran(folder, ["snapshot", "--out", "cluster.json"]));
    expect(requests.filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([]);
    expect(requests.filter((each) => !grants(rulesIn(printed), each))).toEqual([]);
    expect(requests.filter(({ objectRef, verb }) => objectRef && verb !== "list")).toEqual([]);
    const { items } = read(folder);
    const kinds = "nodes,pods,deployments,replicasets,poddisruptionbudgets,services,limitranges,namespaces";
    const { items: all } = JSON.parse(kubectl(lab, ["get", kinds, "-A", "-o", "json"])) as Listed;
    expect(all.length).toBeGreaterThan(quotas);
    const have = new Set(items.map(keyOf));
    expect(all.map(keyOf).filter((key) => !have.has(key))).toEqual([]);
    expect(have.size).toBe(items.length);
    expect(
      kubectl(lab, ["label", "--local", "-o", "name", "-f", join(folder, "cluster.json"), "a=b"]),
    ).toContain("node/snap-a");
  }, 120_000);

  test("the live cluster and its snapshot are rehearsed alike", async () => {
    const folder = folderWith({});
    bind(await ran(folder, ["rbac", "--for", "snapshot"]));
    await ran(folder, ["snapshot", "--out", "cluster.json"]);
    const drain = async (...from: readonly string[]) => {
      const at = ["--as-of", "2026-11-21T12:00:00Z", "--fail-on", "never"];
      const text = await ran(folder, ["drain", "snap-a", "-o", "json", ...at, ...from]);
      const { findings, unknown } = JSON.parse(text) as Readonly<Record<string, unknown>>;
      return { findings, unknown };
    };
    expect(await drain("--from", "cluster.json")).toEqual(await drain());
  }, 120_000);

  test("kubeadm's ConfigMaps: with the printed rule for them, and with no other", async () => {
    const folder = folderWith({});
    const map = (name: string) =>
      JSON.stringify({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name, namespace: "kube-system" },
        data: { kubelet: "a: b" },
      });
    kubectl(lab, ["apply", "-f", "-"], map("kubelet-config"));
    const words = ["snapshot", "--with-config", "--out", "cluster.json"];
    bind(await ran(folder, ["rbac", "--for", "snapshot"]));
    expect(await ran(folder, words, 2)).toContain("resources: [configmaps], verbs: [list]");
    const printed = await ran(folder, ["rbac", "--for", "snapshot", "--with-config"]);
    bind(printed);
    const { requests } = await requestsOf(() => ran(folder, words));
    expect(requests.filter((each) => !grants(rulesIn(printed), each))).toEqual([]);
    expect(read(folder).items.filter(({ kind }) => kind === "ConfigMap").length).toBe(1);
  }, 120_000);

  test("without the right to list pods it names the rule that grants it, and that rule does", async () => {
    const folder = folderWith({});
    const printed = await ran(folder, ["rbac", "--for", "snapshot"]);
    const without = printed.replace(/ +- pods\n/, "");
    bind(without);
    const said = await ran(folder, ["snapshot", "--out", "cluster.json"], 2);
    const rule = /\{apiGroups: \[""\], resources: \[pods\], verbs: \[list\]\}/.exec(said)?.[0];
    expect(rule).toBeDefined();
    bind(`${without.trimEnd()}\n  - ${rule}\n`);
    writeFileSync(join(folder, "cluster.json"), "");
    await ran(folder, ["snapshot", "--out", "cluster.json"]);
    expect(read(folder).items.some(({ kind }) => kind === "Pod")).toBe(true);
  }, 120_000);
});
