import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { liveResources } from "../../src/adapter/live-resources.ts";

/** An object as a test writes it. */
export type Served = Readonly<Record<string, unknown>> & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
};

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface Answered {
  readonly code: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ServerParts {
  readonly objects?: readonly Served[];
  /** The answer in place of the server's own, where it gives one. */
  readonly intercept?: (asked: Asked) => Answered | undefined | Promise<Answered | undefined>;
  readonly tls?: ServerOptions;
  readonly version?: string;
}

export interface ApiServer {
  readonly url: string;
  /** `GET /api/v1/pods?limit=500`, in the order in which they came. */
  readonly requests: string[];
}

/**
 * As much of an API server as a reading needs: lists in pages with tokens, over HTTP or TLS, until the test is over. It
 * has every group that is read, but for metrics.
 */
export async function serveApi(parts: ServerParts): Promise<ApiServer> {
  const requests: string[] = [];
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    requests.push(`${request.method} ${decodeURIComponent(request.url ?? "")}`);
    const { code, body, headers = {} } = await answerTo(request, parts);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(code, { "content-type": "application/json", ...headers }).end(text);
  };
  const server: Server = parts.tls
    ? createTlsServer(parts.tls, (...both) => void listener(...both))
    : createServer((...both) => void listener(...both));
  // A handshake that fails is the client's to tell of.
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${parts.tls ? "https" : "http"}://127.0.0.1:${port}`, requests };
}

async function answerTo(
  request: IncomingMessage,
  { objects = [], intercept, version = "v1.35.2" }: ServerParts,
): Promise<Answered> {
  const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://x");
  const { method = "GET", headers } = request;
  const own = await intercept?.({ method, path, query, headers, body: await bodyOf(request) });
  if (own) return own;
  if (path === "/version") return { code: 200, body: { gitVersion: version } };
  if (path === "/api/v1/namespaces/kube-system")
    return {
      code: 200,
      body:
        objects.find(({ kind, metadata }) => kind === "Namespace" && metadata.name === "kube-system") ?? {},
    };
  const resource = resourceAt(path);
  return resource ? listOf(objects, resource, query) : { code: 404, body: "404 page not found\n" };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}

interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
}

const path =
  /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>v[^/]+)(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[a-z]+)$/;

function resourceAt(text: string): Resource | undefined {
  const { group = "", version = "", namespace, plural = "" } = path.exec(text)?.groups ?? {};
  const apiVersion = group === "" ? version : `${group}/${version}`;
  if (plural === "configmaps") return { apiVersion, kind: "ConfigMap", namespace };
  const found = liveResources.find((each) => each.group === group && each.plural === plural);
  if (!found || found.isAggregated || found.reader.versions[0] !== version) return undefined;
  return { apiVersion, kind: found.kind, namespace };
}

/** Tokens say from which object on; what a list holds does not repeat what it is. */
function listOf(
  objects: readonly Served[],
  { apiVersion, kind, namespace }: Resource,
  query: URLSearchParams,
): Answered {
  const [, name] = /^metadata\.name=(.*)$/.exec(query.get("fieldSelector") ?? "") ?? [];
  const all = objects.filter(
    (each) =>
      each.kind === kind &&
      each.apiVersion === apiVersion &&
      (namespace === undefined || each.metadata.namespace === namespace) &&
      (name === undefined || each.metadata.name === name),
  );
  const from = Number(query.get("continue") ?? 0);
  const limit = Number(query.get("limit") ?? all.length);
  const items = all.slice(from, from + limit).map(({ apiVersion: _version, kind: _kind, ...rest }) => rest);
  const remaining = all.length - from - items.length;
  const more = remaining > 0 ? { continue: String(from + limit), remainingItemCount: remaining } : {};
  return {
    code: 200,
    body: { apiVersion, kind: `${kind}List`, metadata: { resourceVersion: "1", ...more }, items },
  };
}

/** What an API server says when it refuses: a Status. */
export function status(code: number, reason: string, message: string, metadata: object = {}): Answered {
  return {
    code,
    body: { kind: "Status", apiVersion: "v1", status: "Failure", reason, message, code, metadata },
  };
}

/** As RBAC refuses to list something. Source: k8s.io/apiserver pkg/endpoints/handlers/responsewriters/errors.go. */
export function mayNotList(plural: string, group = ""): Answered {
  return status(
    403,
    "Forbidden",
    `${plural} is forbidden: User "tester" cannot list resource "${plural}" in API group "${group}" at the cluster scope`,
  );
}

/** A kubeconfig in JSON, which is YAML: one cluster and user for each context. */
export function kubeconfigOf(
  server: string,
  { context = "staging", user = { token: "t" }, cluster = {}, others = [] }: KubeconfigParts = {},
): string {
  const contexts = [context, ...others].map((name) => ({ name, context: { cluster: "c", user: "tester" } }));
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server, ...cluster } }],
    users: [{ name: "tester", user }],
    contexts,
    "current-context": context,
  });
}

interface KubeconfigParts {
  readonly context?: string;
  readonly user?: object;
  readonly cluster?: object;
  /** More contexts, of the same cluster. */
  readonly others?: readonly string[];
}
