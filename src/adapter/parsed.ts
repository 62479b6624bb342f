import type { ApiError } from "../exec/protocol.ts";
import type { Cluster } from "../model/cluster.ts";
import { formatProblem } from "../model/problem.ts";
import { ClusterReader } from "../read/read-cluster.ts";
import type { RawObject } from "./raw.ts";

/** Objects of one kind as the API server lists them, and what the list's items do not repeat. */
export interface RawList {
  readonly apiVersion: string;
  readonly kind: string;
  readonly objects: readonly RawObject[];
}

/** Objects of the API server as a cluster's, parsed and defaulted as those of a file are. */
export function parsedObjects(
  ...lists: readonly RawList[]
): { readonly objects: Cluster["objects"] } | { readonly error: ApiError } {
  const reader = new ClusterReader("default");
  for (const { apiVersion, kind, objects } of lists) {
    const origin = { file: kind, document: 1, line: 1 };
    for (const object of objects)
      reader.document({ value: { apiVersion, kind, ...object }, origin, lineOf: () => 1 });
  }
  const result = reader.finish({ name: "", assumeNone: [], fallbackAsOf: 0, namespace: "default" });
  if (result.ok) return { objects: result.cluster.objects };
  const message = result.problems.map(formatProblem).join("; ");
  return { error: { code: 400, reason: "", message, causes: [] } };
}
