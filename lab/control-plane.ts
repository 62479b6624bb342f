import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import { LabProcess } from "./process.ts";

/** A real control plane on loopback, with kubelets that are KWOK's. It is for throwing away. */
export interface LabControlPlane {
  /** A kubeconfig of an administrator. */
  readonly kubeconfig: string;
  /** Every write that the API server was asked for, as JSON lines. */
  readonly auditLog: string;
  /** A kubeconfig of another user, who has no right yet. */
  readonly kubeconfigOf: (user: LabUser) => string;
  /** The controllers stand still until this is called: what is loaded before is not touched by them. */
  readonly startControllers: () => Promise<void>;
  readonly stopApiServer: () => Promise<void>;
  readonly startApiServer: () => Promise<void>;
  /** All nodes die at once: nothing is started, ended or reported any more until they are back. */
  readonly stopKubelets: () => Promise<void>;
  readonly startKubelets: () => void;
  /** Ends every program, and removes what they wrote. */
  readonly remove: () => Promise<void>;
}

const users = ["admin", "kube-controller-manager", "kube-scheduler", "kwok", "seatrial"] as const;
export type LabUser = (typeof users)[number];

/** Those that may do everything, and those whose rights come from Kubernetes' own or the test's roles. */
const groups: Readonly<Record<LabUser, string>> = {
  admin: "system:masters",
  "kube-controller-manager": "system:masters",
  "kube-scheduler": "",
  kwok: "system:masters",
  seatrial: "",
};

/**
 * Requests, each with its answer; of those that move pods also what was asked, as their UIDs and nodes are in there only.
 * Leases and events of the control plane's own would drown the others.
 */
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: None
    resources: [{ group: coordination.k8s.io }, { group: events.k8s.io }, { group: "", resources: [events] }]
    users: ["system:kube-controller-manager", "system:kube-scheduler", kwok]
  - level: Request
    verbs: [create, delete]
    resources: [{ group: "", resources: [pods, pods/binding, pods/eviction] }]
  - level: Metadata
`;

export interface LabOptions {
  /** Where the programs are: `labBinaries`. */
  readonly bin: string;
  /** What the kubelets do: lab/stages.yaml. */
  readonly stages: string;
  /** A folder that is there no more, or not yet. */
  readonly folder: string;
  /** More flags of kube-controller-manager and kube-apiserver. */
  readonly controllerFlags?: readonly string[];
  readonly apiServerFlags?: readonly string[];
}

/**
 * Starts etcd, kube-apiserver and kube-scheduler. Throws LabProblem where one of them does not come up; nothing is
 * left behind then.
 */
export async function startControlPlane(options: LabOptions): Promise<LabControlPlane> {
  const { folder } = options;
  mkdirSync(join(folder, "tls"), { recursive: true, mode: 0o700 });
  const ports = await freePorts(6);
  const tokens = Object.fromEntries(users.map((user) => [user, randomBytes(16).toString("hex")]));
  writeFiles(folder, tokens);
  const processes = processesOf(options, ports);
  const [, , api] = ports;
  const isUp = (port: number, path: string) => answers(`https://127.0.0.1:${port}${path}`);
  const startApiServer = async () => {
    processes.api.start();
    await processes.api.ready(() => isUp(api!, "/readyz"));
  };
  const remove = async () => {
    for (const process of Object.values(processes)) await process.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    processes.etcd.start();
    await startApiServer();
    const authority = readFileSync(join(folder, "tls/apiserver.crt")).toString("base64");
    for (const user of users)
      writeFileSync(
        kubeconfigFile(folder, user),
        kubeconfigText(user, tokens[user]!, `https://127.0.0.1:${api}`, authority),
      );
    processes.scheduler.start();
    await processes.scheduler.ready(() => isUp(ports[4]!, "/healthz"));
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    kubeconfig: kubeconfigFile(folder, "admin"),
    auditLog: join(folder, "audit.log"),
    kubeconfigOf: (user) => kubeconfigFile(folder, user),
    startControllers: async () => {
      processes.controllers.start();
      processes.kubelets.start();
      await processes.controllers.ready(() => isUp(ports[3]!, "/healthz"));
    },
    startApiServer,
    stopApiServer: () => processes.api.stop(),
    stopKubelets: () => processes.kubelets.stop(),
    startKubelets: () => processes.kubelets.start(),
    remove,
  };
}

function kubeconfigFile(folder: string, user: LabUser): string {
  return join(folder, `${user}.kubeconfig`);
}

function writeFiles(folder: string, tokens: Readonly<Record<string, string>>): void {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const systemName = (user: string) => (user.startsWith("kube-") ? `system:${user}` : user);
  const rows = users.map((user) => `${tokens[user]},${systemName(user)},${user},"${groups[user]}"\n`);
  const secret = { mode: 0o600 };
  writeFileSync(join(folder, "service-accounts.key"), privateKey, secret);
  writeFileSync(join(folder, "tokens.csv"), rows.join(""), secret);
  writeFileSync(join(folder, "audit-policy.yaml"), auditPolicy);
}

function kubeconfigText(user: string, token: string, server: string, authority: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "lab", cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: "lab", context: { cluster: "lab", user } }],
    "current-context": "lab",
  });
}

function processesOf({ bin, folder, stages, ...more }: LabOptions, ports: readonly number[]) {
  const [client, peer, api, controllers, scheduler, kubelets] = ports;
  const at = (name: string) => join(folder, name);
  const process = (name: string, args: readonly string[]) =>
    new LabProcess(name, join(bin, name), args, at(`${name}.log`));
  const config = (user: LabUser) => {
    const file = kubeconfigFile(folder, user);
    const rights = [`--authentication-kubeconfig=${file}`, `--authorization-kubeconfig=${file}`];
    return [`--kubeconfig=${file}`, ...rights, "--bind-address=127.0.0.1", "--leader-elect=false"];
  };
  const etcd = `http://127.0.0.1:${client}`;
  const peers = `http://127.0.0.1:${peer}`;
  return {
    etcd: process("etcd", [
      `--data-dir=${at("etcd")}`,
      "--unsafe-no-fsync",
      "--log-level=warn",
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=${peers}`,
      `--initial-advertise-peer-urls=${peers}`,
      `--initial-cluster=default=${peers}`,
    ]),
    api: process("kube-apiserver", [
      `--etcd-servers=${etcd}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${api}`,
      `--cert-dir=${at("tls")}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      // Loopback addresses are refused as endpoints of the Service `kubernetes`.
      "--endpoint-reconciler-type=none",
      "--allow-privileged=true",
      "--authorization-mode=RBAC",
      `--token-auth-file=${at("tokens.csv")}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${at("service-accounts.key")}`,
      `--service-account-signing-key-file=${at("service-accounts.key")}`,
      `--audit-policy-file=${at("audit-policy.yaml")}`,
      `--audit-log-path=${at("audit.log")}`,
      ...(more.apiServerFlags ?? []),
    ]),
    controllers: process("kube-controller-manager", [
      ...config("kube-controller-manager"),
      `--secure-port=${controllers}`,
      `--cert-dir=${at("tls-controllers")}`,
      `--service-account-private-key-file=${at("service-accounts.key")}`,
      ...(more.controllerFlags ?? []),
    ]),
    scheduler: process("kube-scheduler", [
      ...config("kube-scheduler"),
      `--secure-port=${scheduler}`,
      `--cert-dir=${at("tls-scheduler")}`,
    ]),
    kubelets: process("kwok", [
      `--kubeconfig=${kubeconfigFile(folder, "kwok")}`,
      `--config=${stages}`,
      "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
      // Without it KWOK makes no leases, and nodes are lost after a while.
      "--node-lease-duration-seconds=40",
      `--server-address=127.0.0.1:${kubelets}`,
    ]),
  };
}

/** Ports that nobody listens on now. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, "127.0.0.1", () => resolve((server.address() as { readonly port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Whether the program says that it is well. Its certificate is its own: nothing is told it, and nothing believed. */
function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(url, { rejectUnauthorized: false, timeout: 2_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.end();
  });
}
