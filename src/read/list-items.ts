import { allKinds, type Kind } from "../model/cluster.ts";
import type { RawDocument } from "./documents.ts";
import { readerFor } from "./kinds.ts";

/** The annotation by which a snapshot lists the kinds it asked for: those are given, even where there are none. */
export const inventoryAnnotation = "seatrial/inventory";

/** The annotation by which a snapshot says what the API server said of its own version. */
export const versionAnnotation = "seatrial/kubernetes-version";

export interface ListItems {
  readonly items: readonly RawDocument[];
  /** The kinds of which the list says that these are all there are. */
  readonly inventory: readonly Kind[];
  /** What the API server said of its own version: `v1.36.3`. */
  readonly serverVersion?: string;
}

/** What a `List`, or a list of one kind such as `PodList`, holds; undefined for any other document. */
export function listItems(document: RawDocument): ListItems | undefined {
  const { apiVersion, kind, items, metadata } = (document.value ?? {}) as Fields;
  if (typeof kind !== "string" || typeof apiVersion !== "string") return undefined;
  if (kind !== "List" && !(kind.endsWith("List") && Array.isArray(items))) return undefined;
  const itemKind = kind === "List" ? undefined : kind.slice(0, -4);
  const reader = itemKind === undefined ? undefined : readerFor(apiVersion, itemKind);
  const told = metadata?.annotations?.[inventoryAnnotation];
  const inventory = typeof told === "string" ? told.split(",").filter(isKind) : [];
  const version = metadata?.annotations?.[versionAnnotation];
  return {
    ...(typeof version === "string" ? { serverVersion: version } : {}),
    inventory: reader ? [...inventory, reader.kind] : inventory,
    items: (Array.isArray(items) ? items : []).map((item: unknown, index) => ({
      // Items of `kubectl get --raw` lists do not repeat their kind.
      value: itemKind !== undefined && isWithoutKind(item) ? { apiVersion, kind: itemKind, ...item } : item,
      origin: { ...document.origin, line: document.lineOf(["items", index]) },
      lineOf: (path) => document.lineOf(["items", index, ...path]),
    })),
  };
}

interface Fields {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly items?: unknown;
  readonly metadata?: { readonly annotations?: Readonly<Record<string, unknown>> };
}

function isWithoutKind(item: unknown): item is object {
  return typeof item === "object" && item !== null && !("kind" in item);
}

function isKind(name: string): name is Kind {
  return (allKinds as readonly string[]).includes(name);
}
