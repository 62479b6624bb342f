import type { Action, ApiError, Fact } from "../exec/protocol.ts";
import type { Taint } from "../model/taint.ts";
import type { Api } from "./api.ts";
import type { ApiAnswer, ApiRequest } from "./api-client.ts";
import { errorOf, isSuccess, type RawObject, rawObject } from "./raw.ts";

/**
 * A write that is about to be sent, as the journal keeps it: enough to see later, from the cluster alone, whether it was
 * carried out. Plain data.
 */
export interface Intent {
  /** What is done, with what depended on the cluster's state filled in: a `scale` says to how many. */
  readonly action: Action;
  readonly request: ApiRequest;
  readonly proof: Proof;
  /** What would restore what was there before; undefined where nothing can. */
  readonly undo?: Action;
}

/** What the cluster shows once a write was carried out. */
export type Proof =
  /** The object at this path holds all of a merge patch; `before` is what it held instead. */
  | { readonly kind: "holds"; readonly path: string; readonly patch: Json; readonly before: Json }
  | { readonly kind: "taint"; readonly path: string; readonly taint: Taint; readonly remove: boolean }
  /** The object with this UID is on its way out, or gone. */
  | { readonly kind: "leaving"; readonly path: string; readonly uid: string };

export type Json = Readonly<Record<string, unknown>>;

/** Before a write: it is needed, or the cluster is so already, or it cannot be. */
export type Prepared =
  { readonly kind: "write"; readonly intent: Intent } | { readonly kind: "fact"; readonly fact: Fact };

export function prepared(fact: Fact): Prepared {
  return { kind: "fact", fact };
}

export const unchanged: Prepared = prepared({ kind: "done", changed: false });

export function failedWith(error: ApiError): Prepared {
  return prepared({ kind: "error", error });
}

/** A refusal by this side. */
export function problem(message: string): Prepared {
  return failedWith({ code: 400, reason: "", message, causes: [] });
}

/** The object at a path, or the refusal that answers for the whole command. */
export async function get(
  api: Api,
  path: string,
): Promise<{ readonly object: RawObject } | { readonly error: ApiError }> {
  const answer = await api.read(path);
  return isSuccess(answer) ? { object: rawObject(answer.body) } : { error: errorOf(answer) };
}

/** Whether a write was carried out, as the cluster shows; `neither`: somebody else has changed the same since. */
export async function hasHappened(api: Api, proof: Proof): Promise<"yes" | "no" | "neither"> {
  const found = await get(api, proof.path);
  if ("error" in found) return proof.kind === "leaving" && found.error.code === 404 ? "yes" : "neither";
  const { object } = found;
  switch (proof.kind) {
    case "leaving": {
      const { uid, deletionTimestamp } = object.metadata ?? {};
      return uid !== proof.uid || deletionTimestamp !== undefined ? "yes" : "no";
    }
    case "taint":
      return hasTaint(object, proof.taint, proof.remove) === proof.remove ? "no" : "yes";
    case "holds":
      if (holds(object, proof.patch)) return "yes";
      return holds(object, proof.before) ? "no" : "neither";
  }
}

/** The taints of a node as the API has them. */
export function taintsOf({ spec }: RawObject): readonly Taint[] {
  return (spec?.["taints"] ?? []) as readonly Taint[];
}

/** As kubectl has it, a taint is one by key and effect; to be taken away, whatever its value. */
function hasTaint(node: RawObject, { key, effect, value }: Taint, anyValue: boolean): boolean {
  return taintsOf(node).some(
    (each) => each.key === key && each.effect === effect && (anyValue || (each.value ?? "") === value),
  );
}

/** Whether a JSON merge patch would change nothing. Source: RFC 7386. */
export function holds(value: unknown, patch: unknown): boolean {
  if (patch === null) return value === undefined || value === null || value === false;
  if (!isMap(patch)) return same(value, patch);
  if (!isMap(value)) return Object.values(patch).every((each) => each === null);
  return Object.entries(patch).every(([key, each]) => holds(value[key], each));
}

/** The merge patch that takes a merge patch back: what is at its places now, null where there is nothing. */
export function inverse(value: unknown, patch: Json): Json {
  const fields = isMap(value) ? value : {};
  return Object.fromEntries(
    Object.entries(patch).map(([key, each]) => {
      const now = fields[key];
      if (isMap(each) && isMap(now)) return [key, inverse(now, each)];
      return [key, now ?? null];
    }),
  );
}

function isMap(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Equal as JSON, whatever the order of keys. */
function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, index) => same(each, b[index]));
  if (!isMap(a) || !isMap(b)) return a === b;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same(a[key], b[key]));
}

/** What the executor is told of the answer to a write. */
export function factOf(answer: ApiAnswer, { undo, proof }: Intent): Fact {
  if (isSuccess(answer)) return doneWith(undo);
  const error = errorOf(answer);
  // Another pod has its name by now: to whoever wanted this one gone, it is.
  const isAnother = proof.kind === "leaving" && error.code === 409;
  return { kind: "error", error: isAnother ? { ...error, code: 404, reason: "NotFound" } : error };
}

export function doneWith(undo: Action | undefined): Fact {
  return { kind: "done", changed: true, ...(undo ? { undo } : {}) };
}
