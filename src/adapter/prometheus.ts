/** One series of an answer. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What Prometheus said, or why it said nothing that could be gone by. */
export type PrometheusAnswer =
  | { readonly kind: "samples"; readonly samples: readonly Sample[] }
  | {
      readonly kind: "problem";
      readonly message: string;
      /** Whether asking the same again cannot help: the query itself is refused, or we are. */
      readonly isFinal: boolean;
    };

/** Answers one query at this moment. Never throws: whoever is not there is a problem that is said. */
export type AskPrometheus = (
  server: string,
  query: string,
  signal?: AbortSignal,
) => Promise<PrometheusAnswer>;

const answerMillis = 10_000;

/**
 * Asks by Prometheus' HTTP API; `token` is sent as a bearer token. Source: Prometheus documentation, querying/api,
 * instant queries: 400 where parameters are wrong, 422 where the expression cannot be executed, 503 where it takes too long.
 */
export function prometheusBy(token: string | undefined): AskPrometheus {
  return async (server, query, signal) => {
    const url = `${server.replace(/\/+$/, "")}/api/v1/query`;
    const late = AbortSignal.timeout(answerMillis);
    try {
      const response = await fetch(url, {
        method: "POST",
        body: new URLSearchParams({ query }),
        redirect: "error",
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        signal: signal ? AbortSignal.any([signal, late]) : late,
      });
      return answerOf(response.status, await response.text(), server);
    } catch (error) {
      const why = late.aborted ? `no answer within ${answerMillis / 1_000} s` : reasonOf(error);
      return { kind: "problem", message: `${server} cannot be reached: ${why}`, isFinal: false };
    }
  };
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { readonly message?: string; readonly cause?: unknown };
  const { code, message: deeper } = (cause ?? {}) as { readonly code?: string; readonly message?: string };
  return deeper === undefined || deeper === "" ? (code ?? message ?? String(error)) : deeper;
}

interface Body {
  readonly status?: unknown;
  readonly error?: unknown;
  readonly data?: { readonly resultType?: unknown; readonly result?: unknown };
}

function answerOf(code: number, text: string, server: string): PrometheusAnswer {
  const body = parsed(text);
  if (body?.status === "success") return samplesOf(body, server);
  const said = typeof body?.error === "string" ? body.error : `HTTP status ${code}`;
  const isOurs = code >= 400 && code < 500 && code !== 408 && code !== 429;
  const what = isOurs && body ? "refuses the query" : "does not answer the query";
  const hint = code === 401 || code === 403 ? " (SEATRIAL_PROMETHEUS_TOKEN is sent as a bearer token)" : "";
  return { kind: "problem", message: `${server} ${what}: ${said}${hint}`, isFinal: isOurs };
}

function parsed(text: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function samplesOf({ data }: Body, server: string): PrometheusAnswer {
  const { resultType, result } = data ?? {};
  if (resultType === "scalar") {
    const value = numberOf(result);
    if (value !== undefined) return { kind: "samples", samples: [{ labels: {}, value }] };
  }
  if (resultType === "vector" && Array.isArray(result)) {
    const samples = result.flatMap((each: { readonly metric?: object; readonly value?: unknown }) => {
      const value = numberOf(each.value);
      return value === undefined ? [] : [{ labels: (each.metric ?? {}) as Sample["labels"], value }];
    });
    if (samples.length === result.length) return { kind: "samples", samples };
  }
  if (resultType === "matrix" || resultType === "string")
    return { kind: "problem", message: `the query gives a ${resultType}, not one value`, isFinal: true };
  return { kind: "problem", message: `${server} answers otherwise than Prometheus does`, isFinal: true };
}

/** `[1700000000, "0.99"]`. */
function numberOf(pair: unknown): number | undefined {
  const text: unknown = Array.isArray(pair) ? pair[1] : undefined;
  if (typeof text !== "string") return undefined;
  if (text === "+Inf" || text === "-Inf") return text === "+Inf" ? Infinity : -Infinity;
  return text === "NaN" || Number.isFinite(Number(text)) ? Number(text) : undefined;
}

/** `KubePodCrashLooping{namespace="shop"}`: a series by its name and labels. */
export function seriesText(name: string, labels: Sample["labels"]): string {
  const inside = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${inside.join(",")}}`;
}
