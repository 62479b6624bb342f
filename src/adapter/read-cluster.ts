import type { ApiError } from "../exec/protocol.ts";
import { apiPath } from "../facts/api-resources.ts";
import type { Kind } from "../model/cluster.ts";
import type { DocumentSink } from "../read/documents.ts";
import type { Api } from "./api.ts";
import { serverVersion } from "./cluster-identity.ts";
import { liveConfigMaps, type LiveResource, liveResources } from "./live-resources.ts";
import { type ListPart, pagesOf } from "./pages.ts";
import type { RawObject } from "./raw.ts";
import { Stopped } from "./stopped.ts";

/** How far the reading is. */
export interface ReadingProgress {
  /** What is being listed: `pods`. */
  readonly resource: string;
  /** Objects that were read, of all kinds. */
  readonly objects: number;
  /** Objects of this kind that are still to come, as far as the API server says. */
  readonly remaining: number;
}

export interface ReadingOptions {
  /** Kinds that are nothing to do without: where one may not be read, the reading stops. */
  readonly needed: ReadonlySet<Kind>;
  /** Whether the ConfigMaps of {@link liveConfigMaps} are read too. */
  readonly withConfig: boolean;
  readonly onProgress?: (progress: ReadingProgress) => void;
}

/** A kind that the API server did not hand out, and what it said. */
export interface Unread {
  readonly resource: LiveResource;
  readonly error: ApiError;
}

export interface Reading {
  /** The kinds of which all objects were read. */
  readonly kinds: readonly Kind[];
  readonly unread: readonly Unread[];
  /** Of the API server: `v1.36.3`; empty where it does not say. */
  readonly version: string;
}

/** So many kinds are asked for ahead, so that a slow connection is waited for once and not for each of them. */
const ahead = 4;

/** A missing right, and what gateways say of a server behind them that is away. */
const forbidden = 403;
const notFound = 404;
const away = [502, 503, 504] as const;

/**
 * Hands every object of a live cluster to a sink, kind by kind and page by page, always in the same order. What may not be
 * read, or is not there, is left out and named. Throws {@link Stopped} where that is a needed kind, where a list breaks
 * off, and as `api` does.
 */
export async function readCluster(api: Api, sink: DocumentSink, options: ReadingOptions): Promise<Reading> {
  const version = await serverVersion(api);
  const unread: Unread[] = [];
  const lists = liveResources.map((resource) => new Listing(api, resource, options.needed));
  let objects = 0;
  for (const [index, list] of lists.entries()) {
    for (const next of lists.slice(index, index + ahead)) next.begin();
    const { resource } = list;
    for await (const { apiVersion, part } of list.parts()) {
      if (part.kind === "error") {
        unread.push({ resource, error: part.error });
        break;
      }
      hand(part.objects, { apiVersion, kind: resource.kind, file: nameOf(resource) }, sink);
      objects += part.objects.length;
      options.onProgress?.({ resource: resource.plural, objects, remaining: part.remaining });
    }
  }
  if (options.withConfig) await readConfiguration(api, sink);
  const missing = new Set(unread.map(({ resource }) => resource.reader.kind));
  const kinds = [...new Set(liveResources.map(({ reader }) => reader.kind))];
  return { kinds: kinds.filter((kind) => !missing.has(kind)), unread, version };
}

interface VersionedPart {
  readonly apiVersion: string;
  readonly part: ListPart;
}

/** One list, which can be begun before it is its turn. */
class Listing {
  readonly resource: LiveResource;
  readonly #needed: boolean;
  readonly #parts: AsyncGenerator<VersionedPart, void>;
  #next: Promise<IteratorResult<VersionedPart, void>> | undefined;

  constructor(api: Api, resource: LiveResource, needed: ReadonlySet<Kind>) {
    this.resource = resource;
    this.#needed = needed.has(resource.reader.kind) && !resource.isAggregated;
    this.#parts = partsOf(api, resource, this.#needed);
  }

  /** Asks for the next page; its turn is when somebody waits for it. */
  begin(): void {
    this.#next ??= this.#parts.next();
    this.#next.catch(() => undefined);
  }

  /** Each page, while the next one is on its way. Throws {@link Stopped} where the list breaks off, or is needed. */
  async *parts(): AsyncGenerator<VersionedPart, void> {
    for (let isFirst = true; ; isFirst = false) {
      this.begin();
      const { value } = await this.#next!;
      this.#next = undefined;
      if (!value) return;
      const { part } = value;
      if (part.kind === "page") this.begin();
      else if (this.#needed || !isFirst) throw unreadable(this.resource, part.error, isFirst);
      yield value;
    }
  }
}

/** The pages of the newest version that is read here and that the API server has. */
async function* partsOf(
  api: Api,
  { group, plural, reader: { versions, isNamespaced }, isAggregated }: LiveResource,
  isNeeded: boolean,
): AsyncGenerator<VersionedPart, void> {
  const taken = new Set<number>([...(isNeeded ? [] : [forbidden]), ...(isAggregated ? away : [])]);
  for (const [index, version] of versions.entries()) {
    const path = apiPath({ group, version, plural, isNamespaced });
    const apiVersion = group === "" ? version : `${group}/${version}`;
    const isLast = index + 1 === versions.length;
    let isThere = true;
    for await (const part of pagesOf((query) => api.read(path, query, taken))) {
      isThere = isLast || part.kind === "page" || part.error.code !== notFound;
      if (isThere) yield { apiVersion, part };
    }
    if (isThere) return;
  }
}

/** How the cluster is set up. Throws {@link Stopped} where it may not be read: somebody asked for it. */
async function readConfiguration(api: Api, sink: DocumentSink): Promise<void> {
  const path = apiPath(
    { group: "", version: "v1", plural: "configmaps", isNamespaced: true },
    { namespace: "kube-system" },
  );
  for (const name of liveConfigMaps) {
    const found = await api.list(path, { fieldSelector: `metadata.name=${name}` });
    if (!("length" in found))
      throw new Stopped({ kind: "unreadable", message: `ConfigMap kube-system/${name}: ${found.message}` });
    hand(found, { apiVersion: "v1", kind: "ConfigMap", file: "configmaps" }, sink);
  }
}

interface Made {
  readonly apiVersion: string;
  readonly kind: string;
  /** What problems call the place where it was found. */
  readonly file: string;
}

/** Items of a list do not repeat what they are. */
function hand(objects: readonly RawObject[], { apiVersion, kind, file }: Made, sink: DocumentSink): void {
  const origin = { file, document: 1, line: 1 };
  for (const object of objects)
    sink.document({ value: { apiVersion, kind, ...object }, origin, lineOf: () => 1 });
}

/** As kubectl and the API server's messages have it: `deployments.apps`. */
export function nameOf({ plural, group }: Pick<LiveResource, "plural" | "group">): string {
  return group === "" ? plural : `${plural}.${group}`;
}

function unreadable(resource: LiveResource, { message }: ApiError, isFirst: boolean): Stopped {
  const how = isFirst ? "cannot be listed" : "were read in part only";
  return new Stopped({ kind: "unreadable", message: `${nameOf(resource)} ${how}: ${message}` });
}
