import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { LabControlPlane } from "../../lab/control-plane.ts";
import { type JournalRecord, readJournal } from "../../src/adapter/journal.ts";
import { runLease } from "../../src/facts/run-lease.ts";
import { type AuditEvent, auditEvents, auditOf } from "./audit.ts";
import { kubectl, labBin, labNodes } from "./lab.ts";

/** `seatrial execute` on the lab, as a user who has the rights that `seatrial rbac` prints, and no other. */

const bundle = join(import.meta.dirname, "../../dist/seatrial.mjs");

/** A program that runs, and what it has printed. */
export interface Running {
  readonly exit: Promise<number>;
  readonly output: () => string;
  /** Until this text is printed, or the program is over. */
  readonly says: (text: string) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

export function start(
  lab: LabControlPlane,
  folder: string,
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Running {
  const { FORCE_COLOR: _force, ...inherited } = process.env;
  const KUBECONFIG = lab.kubeconfigOf("seatrial");
  const env = { ...inherited, NO_COLOR: "1", KUBECONFIG, PATH: `${labBin}:${process.env["PATH"]}`, ...more };
  const child = spawn(process.execPath, [bundle, ...words], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const listeners = new Set<() => void>();
  const take = (chunk: Buffer) => {
    text += chunk.toString("utf8");
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const exit = new Promise<number>((resolve) =>
    child.on("close", (code) => {
      resolve(code ?? -1);
      for (const listener of listeners) listener();
    }),
  );
  let isOver = false;
  void exit.then(() => (isOver = true));
  const says = (wanted: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!text.includes(wanted) && !isOver) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
      void exit.then(look);
    });
  return { exit, output: () => text, says, kill: (signal) => child.kill(signal) };
}

/** Waits until a program is over; throws with what it printed where its exit code is another one. */
export async function exits(program: Running, wanted: number): Promise<void> {
  const code = await program.exit;
  if (code !== wanted) throw new Error(`exit code ${code}, not ${wanted}:\n${program.output()}`);
}

/** A folder with a plan in it. */
export function planFolder(steps: string, more = ""): string {
  const folder = mkdtempSync(join(tmpdir(), "seatrial-execute-"));
  writePlan(folder, "plan.yaml", steps, more);
  return folder;
}

export function writePlan(folder: string, name: string, steps: string, more = ""): void {
  writeFileSync(
    join(folder, name),
    `apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: lab-test }
spec:
  assertions: [{ name: up, noOutage: true }]
${more}
  steps:
${steps.replaceAll(/^/gm, "    ")}
`,
  );
}

/** Gives the user `seatrial` what `seatrial rbac` prints for a plan. */
export async function grant(lab: LabControlPlane, folder: string): Promise<void> {
  const printed = start(lab, folder, ["rbac", "plan.yaml"]);
  await printed.exit;
  kubectl(lab, ["apply", "-f", "-"], printed.output());
  bind(lab);
  auditOf(lab).granted(printed.output(), join(folder, "plan.yaml"));
}

export function bind(lab: LabControlPlane): void {
  const subjects = [{ kind: "User", name: "seatrial", apiGroup: "rbac.authorization.k8s.io" }];
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const binding = (kind: string, roleKind: string, namespace?: string) => ({
    apiVersion,
    kind,
    metadata: { name: "seatrial-execute", ...(namespace === undefined ? {} : { namespace }) },
    subjects,
    roleRef: { kind: roleKind, name: "seatrial-execute", apiGroup: "rbac.authorization.k8s.io" },
  });
  const items = [
    binding("ClusterRoleBinding", "ClusterRole"),
    binding("RoleBinding", "Role", "kube-system"),
    binding("RoleBinding", "Role", "default"),
  ];
  kubectl(lab, ["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
}

/** Pods of one workload on a node of their own, NAME-a; NAME-b comes after them and is empty. */
export async function prepare(lab: LabControlPlane, name: string, more = ""): Promise<void> {
  addNode(lab, name, "a");
  kubectl(lab, ["create", "namespace", name]);
  kubectl(lab, ["wait", "--for=create", "-n", name, "serviceaccount/default", "--timeout=60s"]);
  kubectl(lab, ["apply", "-n", name, "-f", "-"], more === "" ? web(name) : more);
  const kind = more.includes("kind: StatefulSet") ? "statefulset" : "deployment";
  kubectl(lab, ["rollout", "status", "-n", name, `${kind}/web`, "--timeout=90s"]);
  addNode(lab, name, "b");
  for (const node of [`${name}-a`, `${name}-b`]) await takesPods(lab, node);
}

/** Waits until the pods are Ready, the budget spares so many of them, and both nodes take pods. */
export async function settle(lab: LabControlPlane, name: string, spared: number): Promise<void> {
  for (const node of [`${name}-a`, `${name}-b`]) await takesPods(lab, node);
  kubectl(lab, ["rollout", "status", "-n", name, "deployment/web", "--timeout=90s"]);
  const allowed = `--for=jsonpath={.status.disruptionsAllowed}=${spared}`;
  kubectl(lab, ["wait", allowed, "-n", name, "pdb/web", "--timeout=60s"]);
}

/** A run that was killed holds the lease until that runs out. */
export async function leaseRunsOut(lab: LabControlPlane): Promise<void> {
  const { namespace, name, durationSeconds } = runLease;
  const words = ["get", "lease", "-n", namespace, name, "--ignore-not-found"];
  const holder = kubectl(lab, [...words, "-o", "jsonpath={.spec.holderIdentity}"]);
  if (holder !== "") await delay((durationSeconds + 1) * 1_000);
}

function addNode(lab: LabControlPlane, name: string, which: string): void {
  const node = `${name}-${which}`;
  kubectl(lab, ["apply", "-f", "-"], labNodes([node]));
  kubectl(lab, ["label", "node", node, `test=${name}`]);
  kubectl(lab, ["wait", "--for=condition=Ready", `node/${node}`, "--timeout=60s"]);
  kubectl(lab, ["wait", "--for=jsonpath={.metadata.name}", `node/${node}`]);
}

/** A node that has just become Ready has its taints for a while yet, and may be given one of them again. */
async function takesPods(lab: LabControlPlane, node: string): Promise<void> {
  for (let looks = 0, good = 0; looks < 120 && good < 3; looks++) {
    good = taints(lab, node) === "" ? good + 1 : 0;
    await delay(250);
  }
}

function taints(lab: LabControlPlane, node: string): string {
  return kubectl(lab, ["get", "node", node, "-o", "jsonpath={.spec.taints}"]);
}

export function web(name: string, kind = "Deployment", min = 2): string {
  return `apiVersion: apps/v1
kind: ${kind}
metadata: { name: web }
spec:
  replicas: 3
  ${kind === "StatefulSet" ? "serviceName: web\n  podManagementPolicy: Parallel" : ""}
  selector: { matchLabels: { app: web } }
  template:
    metadata:
      labels: { app: web }
      annotations: { lab.seatrial/start: "1", lab.seatrial/ready: "1", lab.seatrial/stop: "1" }
    spec:
      nodeSelector: { test: ${name} }
      terminationGracePeriodSeconds: 5
      containers: [{ name: web, image: web }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: ${min}, selector: { matchLabels: { app: web } } }
`;
}

/** The names of the pods' nodes, each once. */
export function nodesOfPods(lab: LabControlPlane, namespace: string): string[] {
  const text = kubectl(lab, ["get", "pods", "-n", namespace, "-o", "jsonpath={.items[*].spec.nodeName}"]);
  return [...new Set(text.split(" "))];
}

export function isCordoned(lab: LabControlPlane, node: string): boolean {
  return kubectl(lab, ["get", "node", node, "-o", "jsonpath={.spec.unschedulable}"]) === "true";
}

export function recordsOf(folder: string, name = "run.journal"): readonly JournalRecord[] {
  const content = readJournal(join(folder, name));
  if ("problem" in content) throw new Error(content.problem);
  return content.records;
}

/** What the API server has written down of the requests of this program's user. */
function audited(lab: LabControlPlane, namespace: string): AuditEvent[] {
  return auditEvents(lab).filter(
    ({ user, objectRef }) => user.username === "seatrial" && objectRef?.namespace === namespace,
  );
}

/** How many evictions of each pod were let through. */
export function evictionsIn(lab: LabControlPlane, namespace: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { objectRef, responseStatus } of audited(lab, namespace)) {
    if (objectRef?.subresource !== "eviction" || responseStatus?.code !== 201) continue;
    const name = objectRef.name ?? "";
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
