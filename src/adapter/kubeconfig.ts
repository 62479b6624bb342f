import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { type Cluster, KubeConfig } from "@kubernetes/client-node";
import { withExecInfo } from "./exec-info.ts";
import { proxyFor } from "./proxy.ts";

/** Which cluster, as kubectl's own flags name it. */
export interface ApiTarget {
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** The kubeconfig does not lead to a cluster: what is wrong with it, a sentence a line. */
export interface NoCluster {
  readonly kind: "noCluster";
  readonly lines: readonly string[];
}

/** The kubeconfig with the context chosen that is asked for, or its current one. */
export function kubeConfigOf({ context, kubeconfig }: ApiTarget): KubeConfig | NoCluster {
  const files = kubeconfig === undefined ? defaultFiles() : [kubeconfig];
  const missing = files.filter((file) => !existsSync(file));
  if (kubeconfig !== undefined && missing.length > 0) return noCluster(`${kubeconfig}: no such file`);
  const isInCluster = process.env["KUBERNETES_SERVICE_HOST"] !== undefined;
  const hasNone = files.length === missing.length;
  if (hasNone && !isInCluster) return noCluster(`there is no kubeconfig: ${files.join(", ")} does not exist`);
  const config = new KubeConfig();
  for (const file of files.filter((each) => !missing.includes(each))) {
    try {
      add(config, file);
    } catch (error) {
      return noCluster(`the kubeconfig ${file} cannot be read: ${messageOf(error)}`);
    }
  }
  if (hasNone) config.loadFromCluster();
  return withContext(config, context);
}

/**
 * What stands in several files is put together as kubectl does: of each name, and of the current context, the first
 * counts. Source: k8s.io/client-go tools/clientcmd/loader.go, ClientConfigLoadingRules.Load.
 */
function add(config: KubeConfig, file: string): void {
  // A file without anything in it is no mistake: `KUBECONFIG=/dev/null`.
  if (readFileSync(file, "utf8").trim() === "") return;
  const more = new KubeConfig();
  more.loadFromFile(file);
  // A plugin is looked for beside the kubeconfig, as its certificates are, where a path is given.
  const users = more.users.map((user) => ({
    ...user,
    ...(user.exec ? { exec: beside(user.exec, file) } : {}),
  }));
  config.clusters = firstOfEach([...config.clusters, ...more.clusters]);
  config.users = firstOfEach([...config.users, ...users]);
  config.contexts = firstOfEach([...config.contexts, ...more.contexts]);
  const current = more.getCurrentContext() as string | undefined;
  if (!config.getCurrentContext() && current) config.setCurrentContext(current);
}

function beside(exec: { readonly command?: string }, file: string): object {
  const { command = "" } = exec;
  if (!command.includes("/") || isAbsolute(command)) return exec;
  return { ...exec, command: resolve(dirname(file), command) };
}

function firstOfEach<T extends { readonly name: string }>(items: readonly T[]): T[] {
  const byName = new Map(items.toReversed().map((item) => [item.name, item]));
  return items.filter((item) => byName.get(item.name) === item);
}

function withContext(config: KubeConfig, context: string | undefined): KubeConfig | NoCluster {
  const known = config.getContexts().map(({ name }) => name);
  const chosen = context ?? config.getCurrentContext();
  if (!chosen) return noCluster("the kubeconfig has no current context", contextList(known));
  if (!known.includes(chosen))
    return noCluster(`the kubeconfig has no context ${chosen}`, contextList(known));
  config.setCurrentContext(chosen);
  const { cluster, user } = config.getContextObject(chosen) ?? {};
  if (user && !config.getCurrentUser())
    return noCluster(`the context ${chosen} is of the user ${user}, whom the kubeconfig does not have`);
  config.clusters = config.clusters.map(reachable);
  const found = config.getCurrentCluster();
  if (!found)
    return noCluster(
      `the context ${chosen} is about the cluster ${cluster}, which the kubeconfig does not have`,
    );
  if (!/^https?:\/\//.test(found.server) || !URL.canParse(found.server))
    return noCluster(
      `the cluster ${cluster} has the server ${found.server}, which is no address such as https://HOST:6443`,
    );
  try {
    config.users = config.users.map((each) => (each.name === user ? withExecInfo(each, found) : each));
  } catch (error) {
    return noCluster(`the authority of the cluster ${cluster} cannot be read: ${messageOf(error)}`);
  }
  return config;
}

/**
 * What kubectl does by itself, and Kubernetes' client for Node does not: it takes the proxy of the environment where the
 * kubeconfig has none, and `http://` as it stands. That client takes it only where TLS is not checked, which there is none of.
 */
function reachable(cluster: Cluster): Cluster {
  const proxyUrl = cluster.proxyUrl || proxyFor(cluster.server, process.env);
  return {
    ...cluster,
    ...(proxyUrl ? { proxyUrl } : {}),
    ...(cluster.server.startsWith("http:") ? { skipTLSVerify: true } : {}),
  };
}

function defaultFiles(): string[] {
  const named = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  return named.length > 0 ? named : [join(homedir(), ".kube", "config")];
}

function contextList(names: readonly string[]): string {
  return names.length === 0 ? "it has none at all" : `it has ${names.join(", ")}`;
}

function noCluster(...lines: readonly string[]): NoCluster {
  return { kind: "noCluster", lines };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
