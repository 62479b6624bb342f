import { writtenByTheCluster } from "../facts/api-removals.ts";
import { allKinds, type Cluster } from "../model/cluster.ts";
import { labelValue, type ObjectMeta } from "../model/meta.ts";

/** How it is known that somebody uses an API version. */
export type ApiEvidence =
  /** A manifest is written in it: to apply it is to ask for it. */
  | "manifest"
  /** An object was read in it, and what was applied last was written in it too. */
  | "applied"
  /** An object was read in it, which may be no more than how it was asked for. */
  | "read";

/** Objects of one kind in one API version. */
export interface ApiUse {
  readonly apiVersion: string;
  readonly kind: string;
  readonly count: number;
  readonly objects: readonly ApiUser[];
}

export interface ApiUser {
  readonly object: ObjectMeta;
  readonly evidence: ApiEvidence;
}

/** An object with its kind. */
export type Typed = ObjectMeta & { readonly kind: string };

/** The API versions in which a cluster's objects were read or written, also of kinds that are not understood. */
export function apiUsesOf(cluster: Cluster): readonly ApiUse[] {
  const uses = new Map<string, { apiVersion: string; kind: string; objects: ApiUser[] }>();
  for (const object of readObjects(cluster)) {
    const { apiVersion, kind } = object;
    const evidence = evidenceOf(object);
    // What the cluster writes by itself follows its version by itself.
    if (evidence !== "manifest" && writtenByTheCluster.has(kind)) continue;
    note(uses, apiVersion, kind, { object, evidence });
  }
  const unread = cluster.unknownKinds
    .filter(({ kind }) => !writtenByTheCluster.has(kind))
    .map(({ objects = [], ...rest }) => ({
      ...rest,
      objects: objects.map((object) => ({ object, evidence: evidenceOf(object) })),
    }));
  return [...[...uses.values()].map((use) => ({ ...use, count: use.objects.length })), ...unread];
}

function* readObjects(cluster: Cluster): Iterable<Typed> {
  for (const name of allKinds) yield* cluster.objects[name] as readonly Typed[];
}

/** Every object of which more is known than that it exists. */
export function* namedObjects(cluster: Cluster): Iterable<Typed> {
  yield* readObjects(cluster);
  for (const { kind, objects = [] } of cluster.unknownKinds)
    for (const object of objects) yield { ...object, kind };
}

function note(
  uses: Map<string, { apiVersion: string; kind: string; objects: ApiUser[] }>,
  apiVersion: string,
  kind: string,
  user: ApiUser,
): void {
  const key = `${apiVersion} ${kind}`;
  const use = uses.get(key);
  if (use) use.objects.push(user);
  else uses.set(key, { apiVersion, kind, objects: [user] });
}

function evidenceOf(object: ObjectMeta): ApiEvidence {
  // What was made here, as a ReplicaSet of a manifest, was read nowhere.
  if (object.createdAt === undefined && object.origin) return "manifest";
  return lastAppliedVersion(object) === object.apiVersion ? "applied" : "read";
}

/** Objects whose last applied manifest was in another version than they were read in. */
export function ghostsOf(cluster: Cluster): readonly ApiUse[] {
  const ghosts = new Map<string, { apiVersion: string; kind: string; objects: ApiUser[] }>();
  for (const object of namedObjects(cluster)) {
    const apiVersion = lastAppliedVersion(object);
    if (apiVersion !== undefined && apiVersion !== object.apiVersion)
      note(ghosts, apiVersion, object.kind, { object, evidence: "applied" });
  }
  return [...ghosts.values()].map((ghost) => ({ ...ghost, count: ghost.objects.length }));
}

/** The API version of the manifest that `kubectl apply` left on an object; of the manifest nothing else is kept. */
export function lastAppliedVersion({ annotations }: ObjectMeta): string | undefined {
  const text = labelValue(annotations, "kubectl.kubernetes.io/last-applied-configuration");
  return text === undefined ? undefined : /"apiVersion"\s*:\s*"([^"]*)"/.exec(text)?.[1];
}
