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

type Typed = ObjectMeta & { readonly kind: string };

/** The API versions in which a cluster's objects were read or written, also of kinds that are not understood. */
export function apiUsesOf(cluster: Cluster): readonly ApiUse[] {
  const uses = new Map<string, { apiVersion: string; kind: string; objects: ApiUser[] }>();
  for (const name of allKinds)
    for (const object of cluster.objects[name] as readonly Typed[]) {
      const { apiVersion, kind } = object;
      const evidence = evidenceOf(object);
      // What the cluster writes by itself follows its version by itself.
      if (evidence !== "manifest" && writtenByTheCluster.has(kind)) continue;
      const key = `${apiVersion} ${kind}`;
      const use = uses.get(key);
      if (use) use.objects.push({ object, evidence });
      else uses.set(key, { apiVersion, kind, objects: [{ object, evidence }] });
    }
  const unknown = cluster.unknownKinds
    .filter(({ kind }) => !writtenByTheCluster.has(kind))
    .map((each) => ({ ...each, objects: [] }));
  return [...[...uses.values()].map((use) => ({ ...use, count: use.objects.length })), ...unknown];
}

function evidenceOf(object: ObjectMeta): ApiEvidence {
  // What was made here, as a ReplicaSet of a manifest, was read nowhere.
  if (object.createdAt === undefined && object.origin) return "manifest";
  return lastAppliedVersion(object) === object.apiVersion ? "applied" : "read";
}

/** Objects whose last applied manifest was in another version than they were read in. */
export function ghostsOf(cluster: Cluster): readonly ApiUse[] {
  const ghosts = new Map<string, { apiVersion: string; kind: string; objects: ApiUser[] }>();
  for (const name of allKinds)
    for (const object of cluster.objects[name] as readonly Typed[]) {
      const apiVersion = lastAppliedVersion(object);
      if (apiVersion === undefined || apiVersion === object.apiVersion) continue;
      const key = `${apiVersion} ${object.kind}`;
      const ghost = ghosts.get(key);
      if (ghost) ghost.objects.push({ object, evidence: "applied" });
      else ghosts.set(key, { apiVersion, kind: object.kind, objects: [{ object, evidence: "applied" }] });
    }
  return [...ghosts.values()].map((ghost) => ({ ...ghost, count: ghost.objects.length }));
}

/** The API version of the manifest that `kubectl apply` left on an object; of the manifest nothing else is kept. */
function lastAppliedVersion({ annotations }: ObjectMeta): string | undefined {
  const text = labelValue(annotations, "kubectl.kubernetes.io/last-applied-configuration");
  return text === undefined ? undefined : /"apiVersion"\s*:\s*"([^"]*)"/.exec(text)?.[1];
}
