import { readFileSync } from "node:fs";
import { HttpMethod, IsomorphicFetchHttpLibrary, RequestContext, type User } from "@kubernetes/client-node";
import { must } from "../lib/assert.ts";
import { type ApiTarget, kubeConfigOf, type NoCluster } from "./kubeconfig.ts";
import { latestExpiry } from "../read/x509.ts";
import { type Unreachable, unreachableBecause } from "./unreachable.ts";

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
  /** When the kubeconfig's client certificate runs out, epoch milliseconds; undefined where it has none. */
  readonly certificateEnd?: number;
  readonly request: (request: ApiRequest) => Promise<ApiAnswer | Unreachable>;
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
  const { server } = must(config.getCurrentCluster(), "the cluster of a context that was looked at");
  const library = new IsomorphicFetchHttpLibrary();
  let dispatcher: ReturnType<RequestContext["getDispatcher"]>;
  const request = async (asked: ApiRequest): Promise<ApiAnswer | Unreachable> => {
    const context = contextOf(server, asked, userAgent);
    try {
      await config.applySecurityAuthentication(context);
    } catch (error) {
      return {
        kind: "unreachable",
        why: "credentials",
        message: whyNoCredentials(error, config.getCurrentUser()),
      };
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
  const user = config.getCurrentUser();
  const certificateEnd = latestExpiry(certificateOf(user));
  return {
    kind: "client",
    context: config.getCurrentContext(),
    server,
    user: user?.name ?? "",
    ...(certificateEnd === undefined ? {} : { certificateEnd }),
    request,
  };
}

/** A plugin that fails may say nothing, and one that is not there cannot. */
function whyNoCredentials(error: unknown, user: User | null): string {
  const said = messageOf(error).trim();
  const { command, installHint } = (user?.exec ?? {}) as {
    readonly command?: string;
    readonly installHint?: string;
  };
  if (command === undefined) return said;
  const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
  const why = isMissing ? "it is not installed" : said === "" ? "it failed, and said nothing" : said;
  return [`the plugin ${command}: ${why}`, ...(isMissing && installHint ? [installHint.trim()] : [])].join(
    "\n",
  );
}

/** The client's certificate in base64; empty where there is none, or none that can be read. */
function certificateOf(user: User | null): string {
  if (user?.certData) return user.certData;
  try {
    return user?.certFile ? readFileSync(user.certFile).toString("base64") : "";
  } catch {
    return "";
  }
}

function contextOf(server: string, { method, path, query, body }: ApiRequest, userAgent: string) {
  const search = new URLSearchParams(query).toString();
  const url = `${server.replace(/\/+$/, "")}${path}${search === "" ? "" : `?${search}`}`;
  const context = new RequestContext(url, HttpMethod[method]);
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
