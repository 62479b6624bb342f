import type { z } from "zod";
import { isVersionedKind } from "../facts/api-removals.ts";
import { by } from "../lib/order.ts";
import { allKinds, type Cluster, type Kind, type ObjectsByKind, type UnknownKind } from "../model/cluster.ts";
import { keyOf, type ObjectMeta, type Origin } from "../model/meta.ts";
import type { ClusterConfiguration } from "../model/configuration.ts";
import type { PodSpec } from "../model/pod.ts";
import { formatPath, type Problem } from "../model/problem.ts";
import { ClusterApiReader, clusterApiKind } from "./cluster-api.ts";
import { configurationRank, isConfigurationMap, readConfigurationMap } from "./configuration.ts";
import type { RawDocument } from "./documents.ts";
import { inferOwners } from "./infer-owners.ts";
import { droppedKinds, readerFor } from "./kinds.ts";
import { listItems } from "./list-items.ts";
import { newestTimestamp } from "./newest.ts";
import { metadata } from "./schema/meta.ts";
import { controlPlaneVersion } from "./version.ts";
import { writersIn } from "./writers.ts";

export interface ReadOptions {
  /** What to call the cluster. */
  readonly name: string;
  /** Kinds of which the user says that there are none. */
  readonly assumeNone: readonly Kind[];
  /** The moment to take for t = 0 (epoch milliseconds), in place of the newest timestamp. */
  readonly asOf?: number;
  /** The moment where the input has no timestamp at all. */
  readonly fallbackAsOf: number;
  /** The namespace of namespaced objects that name none. */
  readonly namespace: string;
  /** The control plane's version (`v1.33.1`), where the user says it. */
  readonly version?: string;
  /** The version of the kubectl that is used with it, where the user says it. */
  readonly kubectlVersion?: string;
}

/** Reading either works or says everything that is wrong with the input. */
export type ReadResult =
  | { readonly ok: true; readonly cluster: Cluster }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Lists = { [K in Kind]: ObjectsByKind[K][] };

interface Counted extends UnknownKind {
  count: number;
  readonly objects: ObjectMeta[];
}

/** Collects documents into a cluster. Feed it documents, then call `finish`. */
export class ClusterReader {
  readonly #namespace: string;
  readonly #lists = Object.fromEntries(allKinds.map((kind) => [kind, []])) as unknown as Lists;
  readonly #seen = new Map<string, Origin>();
  readonly #unknown = new Map<string, Counted>();
  readonly #problems: Problem[] = [];
  readonly #inventory = new Set<Kind>();
  readonly #specs = new Map<string, PodSpec>();
  readonly #fromEndpoints = new WeakSet<object>();
  readonly #clusterApi = new ClusterApiReader();
  #configuration: ClusterConfiguration = {};
  #kubeletRank = -1;
  #serverVersion = "";

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** All objects of this kind were asked for: if none came, there is none. */
  asked(kind: Kind): void {
    this.#inventory.add(kind);
  }

  /** What the API server says of its own version: `v1.36.3`; empty where it does not say. */
  serverVersion(version: string): void {
    this.#serverVersion = version;
  }

  problem(problem: Problem): void {
    this.#problems.push(problem);
  }

  /** Takes one document: an object, or a list of them. */
  document(document: RawDocument): void {
    const { value, origin } = document;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      const message = `expected a Kubernetes object (a map with apiVersion and kind), got ${describe(value)}`;
      return this.problem({
        origin,
        message,
        advice: "Give what `kubectl get … -o json` or `-o yaml` prints, or manifests.",
      });
    }
    const list = listItems(document);
    if (list) {
      for (const given of list.inventory) this.asked(given);
      if (list.serverVersion !== undefined) this.serverVersion(list.serverVersion);
      return list.items.forEach((item) => this.document(item));
    }
    const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown };
    if (typeof kind !== "string" || kind === "" || typeof apiVersion !== "string") {
      const missing = typeof kind === "string" && kind !== "" ? "apiVersion" : "kind";
      return this.problem({ origin, message: `this is no Kubernetes object: it has no ${missing}` });
    }
    this.#object(document, apiVersion, kind);
  }

  #object(document: RawDocument, apiVersion: string, kind: string): void {
    if (kind === "ConfigMap") return this.#configMap(document);
    if (droppedKinds.has(kind)) return;
    const machinery = clusterApiKind(apiVersion, kind);
    const reader = readerFor(apiVersion, kind);
    const meta = metadata.safeParse((document.value as { metadata?: unknown }).metadata ?? undefined);
    if (machinery) {
      if (!meta.success) return this.#refuse(document, kind, undefined, meta.error, ["metadata"]);
      const { namespace, name } = meta.data;
      const problem = this.#clusterApi.take(machinery, document.value, meta.data);
      return problem && this.#refuse(document, kind, { namespace, name }, problem, []);
    }
    if (!reader) {
      const named =
        meta.success && isVersionedKind(kind)
          ? [toObjectMeta(meta.data, apiVersion, kind, meta.data.namespace, document.origin)]
          : [];
      return this.#count(apiVersion, kind, named);
    }
    if (!meta.success) return this.#refuse(document, kind, undefined, meta.error, ["metadata"]);
    const body = reader.schema.safeParse(document.value);
    const namespace = !reader.isNamespaced
      ? ""
      : meta.data.namespace === ""
        ? this.#namespace
        : meta.data.namespace;
    if (!body.success)
      return this.#refuse(document, kind, { namespace, name: meta.data.name }, body.error, []);
    this.#add(reader.kind, kind, {
      ...toObjectMeta(meta.data, apiVersion, kind, namespace, document.origin),
      ...(body.data as object),
      kind: reader.kind === "WebhookConfiguration" ? kind : reader.kind,
    } as unknown as ObjectsByKind[Kind]);
  }

  /** An object of a kind that is not read: its contents are left out. */
  #count(apiVersion: string, kind: string, named: readonly ObjectMeta[]): void {
    const key = `${apiVersion} ${kind}`;
    const entry = this.#unknown.get(key) ?? { apiVersion, kind, count: 0, objects: [] };
    entry.count++;
    entry.objects.push(...named);
    this.#unknown.set(key, entry);
  }

  /** Of ConfigMaps only those come in that tell how the control plane and its add-ons are set up. */
  #configMap(document: RawDocument): void {
    const { metadata: meta, data } = document.value as {
      readonly metadata?: { readonly namespace?: unknown; readonly name?: unknown };
      readonly data?: unknown;
    };
    const { namespace, name } = meta ?? {};
    if (typeof namespace !== "string" || typeof name !== "string") return;
    if (!isConfigurationMap(namespace, name) || typeof data !== "object" || data === null) return;
    const read = readConfigurationMap(name, data as Readonly<Record<string, unknown>>);
    if (read.ok) {
      const rank = configurationRank(name);
      if (read.part.kubelet && rank < this.#kubeletRank) return;
      if (read.part.kubelet) this.#kubeletRank = rank;
      const proportional = { ...this.#configuration.proportional, ...read.part.proportional };
      this.#configuration = {
        ...this.#configuration,
        ...read.part,
        ...(Object.keys(proportional).length > 0 ? { proportional } : {}),
      };
    } else
      this.problem({
        origin: { ...document.origin, line: document.lineOf(["data"]) },
        object: { kind: "ConfigMap", namespace, name },
        field: read.field,
        message: read.message,
        advice: "Leave this ConfigMap out where it is not kubeadm's.",
      });
  }

  #add(kind: Kind, apiKind: string, object: ObjectsByKind[Kind]): void {
    // Two versions of one object, or an object given twice: the later one is what `kubectl apply` would leave.
    const key = `${apiKind} ${keyOf(object)}`;
    const list = this.#lists[kind] as ObjectMeta[];
    const interned = this.#withSharedSpec(object);
    if (apiKind === "Endpoints") this.#fromEndpoints.add(interned);
    if (this.#seen.has(key)) {
      const index = list.findIndex((each) => keyOf(each) === keyOf(object) && each.apiVersion !== "");
      if (index >= 0) list[index] = interned;
      return;
    }
    this.#seen.set(key, object.origin!);
    list.push(interned);
  }

  /** Pods of one template share one spec object, so that a scheduling class is known by identity. */
  #withSharedSpec(object: ObjectsByKind[Kind]): ObjectsByKind[Kind] {
    if (object.kind === "Pod") return { ...object, spec: this.#shared(object.spec) };
    if (!("template" in object)) return object;
    const { template } = object;
    return { ...object, template: { ...template, spec: this.#shared(template.spec) } };
  }

  #shared(spec: PodSpec): PodSpec {
    const key = JSON.stringify(spec);
    const known = this.#specs.get(key);
    if (known) return known;
    this.#specs.set(key, spec);
    return spec;
  }

  #refuse(
    document: RawDocument,
    kind: string,
    named: { namespace: string; name: string } | undefined,
    error: z.ZodError,
    prefix: readonly PropertyKey[],
  ): void {
    for (const issue of error.issues) {
      const path = [...prefix, ...issue.path];
      this.problem({
        origin: { ...document.origin, line: document.lineOf(path) },
        object: { kind, namespace: named?.namespace ?? "", name: named?.name ?? nameOf(document.value) },
        field: formatPath(path),
        message: issue.message,
      });
    }
  }

  /** The cluster, or everything that stood in its way. */
  finish(options: ReadOptions): ReadResult {
    if (this.#problems.length > 0) return { ok: false, problems: this.#problems };
    this.#preferSlices();
    const { objects, counts: inferred } = inferOwners(this.#lists, this.#inventory);
    const given = new Set<Kind>([...this.#inventory, ...options.assumeNone]);
    for (const kind of allKinds) if (this.#lists[kind].length > 0) given.add(kind);
    const newest = newestTimestamp(objects);
    const [asOf, asOfSource] =
      options.asOf !== undefined
        ? ([options.asOf, "--as-of"] as const)
        : newest !== undefined
          ? ([newest, "the newest timestamp in the input"] as const)
          : ([options.fallbackAsOf, "no timestamp in the input: the date of the facts"] as const);
    const version =
      options.version === undefined
        ? controlPlaneVersion(objects, this.#serverVersion, this.#configuration.kubeadm)
        : { version: options.version, source: "--kubernetes-version" };
    const unknownKinds: UnknownKind[] = [...this.#unknown.values()].sort(
      by(({ apiVersion, kind }) => `${kind} ${apiVersion}`),
    );
    return {
      ok: true,
      cluster: {
        name: options.name,
        asOf,
        asOfSource,
        version: version.version,
        versionSource: version.source,
        ...(options.kubectlVersion === undefined ? {} : { kubectlVersion: options.kubectlVersion }),
        objects,
        given: allKinds.filter((kind) => given.has(kind)),
        unknownKinds,
        inferred,
        isGenerated: false,
        ...(this.#clusterApi.objects ? { clusterApi: this.#clusterApi.objects } : {}),
        ...(Object.keys(this.#configuration).length > 0 ? { configuration: this.#configuration } : {}),
      },
    };
  }

  /** Endpoints objects repeat what EndpointSlices say; they count only for Services that have no slice. */
  #preferSlices(): void {
    const slices = this.#lists.EndpointSlice;
    const sliced = new Set(
      slices
        .filter((each) => !this.#fromEndpoints.has(each))
        .map((each) => `${each.namespace}/${each.serviceName}`),
    );
    this.#lists.EndpointSlice = slices.filter(
      (each) => !this.#fromEndpoints.has(each) || !sliced.has(`${each.namespace}/${each.serviceName}`),
    );
  }
}

function toObjectMeta(
  meta: z.output<typeof metadata>,
  apiVersion: string,
  kind: string,
  namespace: string,
  origin: Origin,
): ObjectMeta {
  const { creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, generateName } = meta;
  const writers = writersIn(meta.managedFields, kind);
  return {
    name: meta.name,
    namespace,
    uid: meta.uid === "" ? `${kind}/${namespace}/${meta.name}` : meta.uid,
    labels: meta.labels,
    annotations: meta.annotations,
    owners: meta.ownerReferences,
    finalizers: meta.finalizers,
    apiVersion,
    origin,
    ...(creationTimestamp === undefined ? {} : { createdAt: creationTimestamp }),
    ...(deletionTimestamp === undefined
      ? {}
      : { deletion: { at: deletionTimestamp, graceSeconds: deletionGracePeriodSeconds ?? 0 } }),
    ...(generateName === "" ? {} : { generateName }),
    ...(generation === undefined || generation === null ? {} : { generation }),
    ...(writers.length === 0 ? {} : { writers }),
  };
}

function nameOf(value: unknown): string {
  const name = (value as { metadata?: { name?: unknown } | null }).metadata?.name;
  return typeof name === "string" ? name : "(no name)";
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === null) return "nothing";
  return typeof value === "string" ? `the text ${JSON.stringify(value.slice(0, 40))}` : `a ${typeof value}`;
}
