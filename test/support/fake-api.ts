import type { ApiAnswer, ApiClient, ApiRequest } from "../../src/adapter/api-client.ts";
import type { Clock } from "../../src/adapter/clock.ts";
import type { RawObject } from "../../src/adapter/raw.ts";
import type { Unreachable } from "../../src/adapter/unreachable.ts";

/**
 * As much of an API server as a drain needs, in memory and in virtual time: objects by their paths, merge patches,
 * evictions under one budget, deletion with grace. What is proved with it is proved again on the real one (test/lab).
 */
export class FakeApi {
  readonly objects = new Map<string, RawObject>();
  /** Every request that was carried out, in order: `PATCH /api/v1/nodes/n1`. */
  readonly log: string[] = [];
  /** How many evictions each pod's UID had that were let through. */
  readonly evictions = new Map<string, number>();
  /** Answers in place of the server, where it returns something. */
  intercept: (request: ApiRequest) => ApiAnswer | Unreachable | undefined = () => undefined;
  /** How many pods may be away; they come back `recoverMillis` later. */
  allowed = 1;
  readonly #clock: Clock;
  #version = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The server as one client sees it. */
  get client(): ApiClient {
    const request = async (asked: ApiRequest) => {
      await this.#pass(5);
      const answer = this.intercept(asked) ?? this.#handle(asked);
      await this.#pass(5);
      return answer;
    };
    return { kind: "client", context: "fake", server: "https://fake", user: "tester", request };
  }

  put(path: string, object: RawObject): void {
    const metadata = {
      uid: `uid of ${path}`,
      generation: 1,
      ...object.metadata,
      resourceVersion: String(this.#version++),
    };
    this.objects.set(path, { ...object, metadata });
  }

  node(name: string, spec: Record<string, unknown> = {}): void {
    const conditions = [{ type: "Ready", status: "True" }];
    this.put(`/api/v1/nodes/${name}`, {
      kind: "Node",
      apiVersion: "v1",
      metadata: { name },
      spec,
      status: { conditions },
    });
  }

  pod(key: string, nodeName: string, more: object = {}): void {
    const [namespace = "", name = ""] = key.split("/");
    this.put(podPath(key), {
      kind: "Pod",
      apiVersion: "v1",
      metadata: {
        name,
        namespace,
        ...more,
        ownerReferences: [
          { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "rs", controller: true },
        ],
      },
      spec: { nodeName, containers: [{ name: "web", image: "web" }], terminationGracePeriodSeconds: 10 },
      status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
    });
  }

  at(path: string): RawObject | undefined {
    return this.objects.get(path);
  }

  #pass(millis: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.after(millis, resolve));
  }

  #handle(request: ApiRequest): ApiAnswer {
    const { method, path } = request;
    if (method !== "GET") this.log.push(`${method} ${path}`);
    if (path.endsWith("/eviction")) return this.#evict(path.slice(0, -"/eviction".length), request);
    if (path.endsWith("/scale")) return this.#patch(path.slice(0, -"/scale".length), request.body);
    const isCollection = !this.objects.has(path);
    switch (method) {
      case "GET":
        return isCollection && /\/(nodes|pods|poddisruptionbudgets|leases)$/.test(path)
          ? this.#list(path, request.query ?? {})
          : this.#answer(this.objects.get(path), path);
      case "PATCH":
        return this.#patch(path, request.body);
      case "PUT":
        return this.#replace(path, request.body as RawObject);
      case "POST":
        return this.#create(path, request.body as RawObject);
      case "DELETE":
        return this.#delete(path, request.body as DeleteOptions);
    }
  }

  #list(path: string, query: Readonly<Record<string, string>>): ApiAnswer {
    const [, field = "", value = ""] = /^([^=]+)=(.*)$/.exec(query["fieldSelector"] ?? "") ?? [];
    const prefix = path.replace(/\/(pods|poddisruptionbudgets)$/, "");
    const plural = path.slice(path.lastIndexOf("/"));
    const items = [...this.objects]
      .filter(([at]) => at.startsWith(prefix) && at.slice(0, at.lastIndexOf("/")).endsWith(plural))
      .map(([, object]) => object)
      .filter(({ spec, status }) =>
        field === "spec.nodeName"
          ? spec?.["nodeName"] === value
          : field !== "status.phase" || status?.["phase"] === value,
      );
    return ok({ kind: "List", items, metadata: {} });
  }

  #answer(object: RawObject | undefined, path: string): ApiAnswer {
    return object ? ok(object) : refused(404, "NotFound", `${path} not found`);
  }

  #patch(path: string, body: unknown): ApiAnswer {
    const object = this.objects.get(path);
    if (!object) return this.#answer(object, path);
    const { metadata } = body as RawObject;
    if (
      metadata?.resourceVersion !== undefined &&
      metadata.resourceVersion !== object.metadata?.resourceVersion
    )
      return refused(409, "Conflict", "the object has been modified");
    this.put(path, merged(object, body) as RawObject);
    return ok(this.objects.get(path));
  }

  #replace(path: string, body: RawObject): ApiAnswer {
    const before = this.objects.get(path);
    if (!before || before.metadata?.resourceVersion !== body.metadata?.resourceVersion)
      return refused(409, "Conflict", "the object has been modified");
    this.put(path, body);
    return ok(this.objects.get(path));
  }

  #create(collection: string, body: RawObject): ApiAnswer {
    const path = `${collection}/${body.metadata?.name ?? `generated-${this.#version}`}`;
    if (this.objects.has(path)) return refused(409, "AlreadyExists", "already exists");
    this.put(path, body);
    return { ...ok(this.objects.get(path)), code: 201 };
  }

  #evict(path: string, { body }: ApiRequest): ApiAnswer {
    const pod = this.objects.get(path);
    if (!pod) return this.#answer(pod, path);
    const { deleteOptions } = body as { readonly deleteOptions: DeleteOptions };
    if (!this.#isIt(pod, deleteOptions)) return refused(409, "Conflict", "Precondition failed: UID");
    if (this.allowed === 0) return refused(429, "TooManyRequests", "Cannot evict pod", ["DisruptionBudget"]);
    this.allowed--;
    void this.#clock.after(recoverMillis, () => this.allowed++);
    const { uid = "" } = pod.metadata ?? {};
    this.evictions.set(uid, (this.evictions.get(uid) ?? 0) + 1);
    return this.#delete(path, deleteOptions);
  }

  #delete(path: string, options: DeleteOptions): ApiAnswer {
    const object = this.objects.get(path);
    if (!object) return this.#answer(object, path);
    if (!this.#isIt(object, options)) return refused(409, "Conflict", "Precondition failed: UID");
    if (object.metadata?.deletionTimestamp !== undefined) return ok(object);
    const { uid } = object.metadata ?? {};
    const deletionTimestamp = new Date(this.#clock.now() + stopMillis).toISOString();
    this.put(path, merged(object, { metadata: { deletionTimestamp } }) as RawObject);
    void this.#clock.after(stopMillis, () => {
      if (this.objects.get(path)?.metadata?.uid === uid) this.objects.delete(path);
    });
    return ok(object);
  }

  #isIt({ metadata }: RawObject, { preconditions }: DeleteOptions): boolean {
    return preconditions === undefined || preconditions.uid === metadata?.uid;
  }
}

interface DeleteOptions {
  readonly preconditions?: { readonly uid: string };
}

const stopMillis = 3_000;
const recoverMillis = 4_000;

export function podPath(key: string): string {
  const [namespace = "", name = ""] = key.split("/");
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}

export function ok(body: unknown): ApiAnswer {
  return { kind: "answer", code: 200, body };
}

/** What the API server says when it does not do something. */
export function refused(
  code: number,
  reason: string,
  message: string,
  causes: readonly string[] = [],
): ApiAnswer {
  const details = { causes: causes.map((cause) => ({ reason: cause, message: "" })) };
  return {
    kind: "answer",
    code,
    body: { kind: "Status", status: "Failure", reason, message, code, details },
  };
}

export const silence: Unreachable = { kind: "unreachable", why: "silence", message: "connect ECONNREFUSED" };

/** Source: RFC 7386. */
function merged(value: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const base = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  const all = new Map<string, unknown>(Object.entries(base));
  for (const [key, each] of Object.entries(patch)) {
    if (each === null) all.delete(key);
    else all.set(key, merged(all.get(key), each));
  }
  return Object.fromEntries(all);
}
