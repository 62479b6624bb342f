import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { existsSync } from "node:fs";
import { HttpMethod, IsomorphicFetchHttpLibrary, KubeConfig, RequestContext } from "@kubernetes/client-node";
import { type Unreachable, unreachableBecause } from "./unreachable.ts";

/** Which cluster, as kubectl's own flags name it. */
export interface ApiTarget {
  readonly context?: string;
  readonly kubeconfig?: string;
}

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the root: `/api/v1/nodes/node-1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON; a PATCH is a JSON merge patch. */
  readonly body?: unknown;
}

/** The API server's answer, whatever it says. */
export interface ApiAnswer {
  readonly kind: "answer";
  readonly code: number;
  readonly body: unknown;
  /** Epoch milliseconds by the server's own clock, to the second; undefined where it does not say. */
  readonly serverTime?: number;
  /** How long it asks to be left alone, in milliseconds. */
  readonly retryAfter?: number;
}

/** One API server, with one user's credentials. */
export interface ApiClient {
  readonly kind: "client";
  readonly context: string;
  readonly server: string;
  /** What the kubeconfig calls the user. */
  readonly user: string;
  readonly request: (request: ApiRequest) => Promise<ApiAnswer | Unreachable>;
}

/** The kubeconfig does not lead to a cluster: what is wrong with it, a sentence a line. */
export interface NoCluster {
  readonly kind: "noCluster";
  readonly lines: readonly string[];
}

/** An answer that takes longer does not come. */
const requestMillis = 30_000;

/**
 * A client for the API server that the kubeconfig names, with its credentials (tokens, certificates, exec plugins,
 * proxies). Nothing is sent yet.
 */
export function connect(target: ApiTarget, userAgent: string): ApiClient | NoCluster {
  const config = kubeConfigOf(target);
  if ("kind" in config) return config;
  const cluster = config.getCurrentCluster();
  const name = config.getCurrentContext();
  if (!cluster) return noCluster(`the context ${name} names no cluster that the kubeconfig has`);
  const library = new IsomorphicFetchHttpLibrary();
  let dispatcher: ReturnType<RequestContext["getDispatcher"]>;
  const request = async (asked: ApiRequest): Promise<ApiAnswer | Unreachable> => {
    const context = contextOf(cluster.server, asked, userAgent);
    try {
      await config.applySecurityAuthentication(context);
    } catch (error) {
      return { kind: "unreachable", why: "credentials", message: messageOf(error) };
    }
    // Kubernetes' client makes a pool of connections for each request; one is kept for all.
    dispatcher ??= context.getDispatcher();
    if (dispatcher) context.setDispatcher(dispatcher);
    try {
      return await answerOf(await library.send(context).toPromise());
    } catch (error) {
      return unreachableBecause(error);
    }
  };
  return {
    kind: "client",
    context: name,
    server: cluster.server,
    user: config.getCurrentUser()?.name ?? "",
    request,
  };
}

function kubeConfigOf({ context, kubeconfig }: ApiTarget): KubeConfig | NoCluster {
  const config = new KubeConfig();
  const files = kubeconfig === undefined ? defaultFiles() : [kubeconfig];
  const missing = files.filter((file) => !existsSync(file));
  if (kubeconfig !== undefined && missing.length > 0) return noCluster(`${kubeconfig}: no such file`);
  const isInCluster = process.env["KUBERNETES_SERVICE_HOST"] !== undefined;
  if (files.length === missing.length && !isInCluster)
    return noCluster(`there is no kubeconfig: ${files.join(", ")} does not exist`);
  try {
    if (kubeconfig !== undefined) config.loadFromFile(kubeconfig);
    else config.loadFromDefault();
  } catch (error) {
    return noCluster(`the kubeconfig cannot be read: ${messageOf(error)}`);
  }
  const known = config.getContexts().map(({ name }) => name);
  const chosen = context ?? config.getCurrentContext();
  if (!chosen) return noCluster("the kubeconfig has no current context", contextList(known));
  if (!known.includes(chosen))
    return noCluster(`the kubeconfig has no context ${chosen}`, contextList(known));
  config.setCurrentContext(chosen);
  allowPlainHttp(config);
  return config;
}

/** kubectl takes `http://` as it stands; Kubernetes' client for Node only where TLS is not checked, which there is none of. */
function allowPlainHttp(config: KubeConfig): void {
  config.clusters = config.clusters.map((cluster) =>
    cluster.server.startsWith("http:") ? { ...cluster, skipTLSVerify: true } : cluster,
  );
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

function contextOf(server: string, { method, path, query, body }: ApiRequest, userAgent: string) {
  const search = query ? `?${new URLSearchParams(query).toString()}` : "";
  const context = new RequestContext(`${server.replace(/\/+$/, "")}${path}${search}`, HttpMethod[method]);
  context.setHeaderParam("Accept", "application/json");
  context.setHeaderParam("User-Agent", userAgent);
  if (body !== undefined) {
    context.setHeaderParam(
      "Content-Type",
      method === "PATCH" ? "application/merge-patch+json" : "application/json",
    );
    context.setBody(JSON.stringify(body));
  }
  context.setSignal(AbortSignal.timeout(requestMillis));
  return context;
}

type Sent = Awaited<ReturnType<ReturnType<IsomorphicFetchHttpLibrary["send"]>["toPromise"]>>;

async function answerOf({ httpStatusCode, headers, body }: Sent): Promise<ApiAnswer> {
  const text = await body.text();
  const serverTime = Date.parse(headers["date"] ?? "");
  const seconds = Number(headers["retry-after"]);
  return {
    kind: "answer",
    code: httpStatusCode,
    body: parsed(text),
    ...(Number.isNaN(serverTime) ? {} : { serverTime }),
    ...(Number.isFinite(seconds) && seconds > 0 ? { retryAfter: seconds * 1_000 } : {}),
  };
}

/** An error may come from a proxy on the way, as text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
