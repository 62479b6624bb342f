import type { ApiError } from "../exec/protocol.ts";
import { byText } from "../lib/order.ts";
import type { ApiAnswer } from "./api-client.ts";
import { errorOf, isSuccess, type RawObject } from "./raw.ts";

/** A part of a list; an error is the last one. */
export type ListPart =
  | {
      readonly kind: "page";
      readonly objects: readonly RawObject[];
      /** How many come after these, as far as the API server says. */
      readonly remaining: number;
    }
  | { readonly kind: "error"; readonly error: ApiError };

type Query = Readonly<Record<string, string>>;

/** As client-go's pager and kubectl have it. Source: client-go tools/pager/pager.go, defaultPageSize. */
const limit = "500";

/**
 * The objects of a collection in chunks, each object once, in the order of their keys. A list that takes longer than
 * its version is kept (410 Expired) goes on with the token that comes with the error; what follows is newer than what came
 * before. Without such a token it is asked for again in one piece, as client-go's pager does, and what was handed over
 * already is left out.
 * Sources: k8s.io/apimachinery meta/v1, ListOptions.Continue; client-go tools/pager/pager.go, List.
 */
export async function* pagesOf(
  read: (query: Query) => Promise<ApiAnswer>,
  query: Query = {},
): AsyncGenerator<ListPart, void> {
  let chunk: Query = { limit };
  let last = "";
  let isAgain = false;
  let wasExpired = false;
  for (;;) {
    const answer = await read({ ...query, ...chunk });
    const { items, metadata } = listIn(answer);
    const token = metadata?.continue ?? "";
    if (answer.code === 410 && "continue" in chunk) {
      isAgain = token === "" || wasExpired;
      chunk = isAgain ? {} : { limit, continue: token };
      wasExpired = true;
      continue;
    }
    if (!isSuccess(answer) || items === undefined) {
      yield { kind: "error", error: isSuccess(answer) ? noList(answer) : errorOf(answer) };
      return;
    }
    wasExpired = false;
    const objects = isAgain ? items.filter((each) => byText(keyOf(each), last) > 0) : items;
    yield { kind: "page", objects, remaining: metadata?.remainingItemCount ?? 0 };
    last = keyOf(objects.at(-1)) || last;
    if (token === "") return;
    chunk = { limit, continue: token };
  }
}

interface ListBody {
  /** Undefined: this is no list, whatever the code says. */
  readonly items?: readonly RawObject[];
  readonly metadata?: { readonly continue?: string; readonly remainingItemCount?: number };
}

function listIn({ body }: ApiAnswer): ListBody {
  if (typeof body !== "object" || body === null) return {};
  const { items, metadata } = body as ListBody;
  // An empty list may be written as null.
  return { ...("items" in body ? { items: items ?? [] } : {}), ...(metadata ? { metadata } : {}) };
}

/** What a proxy on the way may answer in place of an API server: a page to log in, as a rule. */
function noList({ code }: ApiAnswer): ApiError {
  return {
    code,
    reason: "",
    message: "this is no list, so it is no Kubernetes API server's answer",
    causes: [],
  };
}

/** The keys of etcd are in this order, and a token says from which key on. */
function keyOf(object: RawObject | undefined): string {
  const { namespace = "", name = "" } = object?.metadata ?? {};
  return object === undefined ? "" : `${namespace}/${name}`;
}
