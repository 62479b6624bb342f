import type { ApiError } from "../exec/protocol.ts";
import type { ApiAnswer, ApiClient, ApiRequest } from "./api-client.ts";
import type { Clock } from "./clock.ts";
import { pagesOf } from "./pages.ts";
import { errorOf, type RawObject } from "./raw.ts";
import { missingRight, Stopped, type StopReason } from "./stopped.ts";
import type { Unreachable } from "./unreachable.ts";

/** Told when the API server falls silent, and when it is back. */
export interface ApiListener {
  readonly silent: (message: string) => void;
  readonly back: (millis: number) => void;
}

export interface ApiOptions {
  readonly clock: Clock;
  /** How long the API server may be silent before the run stops. Milliseconds. */
  readonly patienceMillis: number;
  readonly listener: ApiListener;
  /** How long a refusal of credentials or of a right is asked again: an API server that has just started knows no roles yet. */
  readonly refusalMillis?: number;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}

/** Gateways on the way answer these for a server that is not there. */
const gatewayCodes: ReadonlySet<number> = new Set([502, 503, 504]);
const retryMillis = 1_000;
/** As client-go does with an answer that says when to come again. Source: client-go rest/with_retry.go. */
const mostRetries = 10;
const noCodes: ReadonlySet<number> = new Set();

/**
 * Requests to one API server that outlive its absence. Throws {@link Stopped} where waiting does not help: the
 * credentials are not taken, a right is missing, it is silent for too long, or the run is over.
 */
export class Api {
  readonly client: ApiClient;
  readonly #options: ApiOptions;
  #silentSince: number | undefined;
  /** Since when each request is refused for want of a right. */
  readonly #refused = new Map<string, number>();

  constructor(client: ApiClient, options: ApiOptions) {
    this.client = client;
    this.#options = options;
  }

  /** Whether the last request went unanswered. */
  get isSilent(): boolean {
    return this.#silentSince !== undefined;
  }

  /**
   * The answer to a request that changes nothing, asked again until there is one. An answer with one of the codes in
   * `taken` is one, whatever it would mean otherwise.
   */
  async read(
    path: string,
    query?: Readonly<Record<string, string>>,
    taken: ReadonlySet<number> = noCodes,
  ): Promise<ApiAnswer> {
    for (let refusals = 0; ;) {
      const answer = await this.once({ method: "GET", path, ...(query ? { query } : {}) }, taken);
      if (answer !== undefined && (answer.retryAfter === undefined || refusals++ >= mostRetries))
        return answer;
      await this.pause(answer?.retryAfter ?? retryMillis);
    }
  }

  /** All objects of a collection; an error where the API server gives one. */
  async list(
    path: string,
    query: Readonly<Record<string, string>> = {},
  ): Promise<readonly RawObject[] | ApiError> {
    const objects: RawObject[] = [];
    for await (const part of pagesOf((more) => this.read(path, more), query)) {
      if (part.kind === "error") return part.error;
      for (const object of part.objects) objects.push(object);
    }
    return objects;
  }

  /** One attempt. Undefined: nobody answered, or nobody who knows our rights; whether it was carried out is not known. */
  async once(request: ApiRequest, taken: ReadonlySet<number> = noCodes): Promise<ApiAnswer | undefined> {
    this.#options.signal.throwIfAborted();
    const answer = await this.client.request(request);
    if (answer.kind === "unreachable") return this.#unanswered(answer);
    const isTaken = taken.has(answer.code);
    if (gatewayCodes.has(answer.code) && !isTaken)
      return this.#unanswered({ why: "silence", message: errorOf(answer).message });
    this.#answered();
    return !isTaken && this.#isRefused(request, answer) ? undefined : answer;
  }

  /** Waits, unless the run ends meanwhile. */
  pause(millis: number): Promise<void> {
    const { signal, clock } = this.#options;
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        cancel();
        reject(signal.reason as Error);
      };
      const cancel = clock.after(millis, () => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      });
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Whether it is to be asked again for a while; throws where that was long enough. */
  #isRefused({ method, path }: ApiRequest, answer: ApiAnswer): boolean {
    const key = `${method} ${path}`;
    const stop = withoutRight(answer);
    if (!stop) {
      this.#refused.delete(key);
      return false;
    }
    const { clock, refusalMillis = 0 } = this.#options;
    const since = this.#refused.get(key) ?? clock.now();
    this.#refused.set(key, since);
    if (clock.now() - since >= refusalMillis) throw new Stopped(stop);
    return true;
  }

  #unanswered({ why, message }: Pick<Unreachable, "why" | "message">): undefined {
    if (why !== "silence") throw new Stopped({ kind: why, message });
    const now = this.#options.clock.now();
    if (this.#silentSince === undefined) this.#options.listener.silent(message);
    this.#silentSince ??= now;
    const millis = now - this.#silentSince;
    if (millis >= this.#options.patienceMillis) throw new Stopped({ kind: "silence", message, millis });
    return undefined;
  }

  #answered(): void {
    if (this.#silentSince === undefined) return;
    const millis = this.#options.clock.now() - this.#silentSince;
    this.#silentSince = undefined;
    this.#options.listener.back(millis);
  }
}

/** Why an answer ends a run: its credentials are not taken, or they may not do this. */
function withoutRight(answer: ApiAnswer): StopReason | undefined {
  if (answer.code !== 401 && answer.code !== 403) return undefined;
  const { message } = errorOf(answer);
  if (answer.code === 401) return { kind: "unauthorized", message };
  const right = missingRight(message);
  return right && { kind: "forbidden", right, message };
}
