import { dirname, join } from "node:path";
import { factsAsOf } from "../facts/as-of.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Problem } from "../model/problem.ts";
import { type PlanSource, problemAt } from "../plan/source.ts";
import { readPath } from "../read/files.ts";
import { ClusterReader, type ReadOptions, type ReadResult } from "../read/read-cluster.ts";
import { generateProblems } from "./check-generate.ts";
import { generateObjects } from "./generate.ts";
import type { ClusterFile } from "./schema/cluster.ts";

const field = ["spec", "cluster"];

/** The cluster of a scenario, read as every cluster is: what its objects lack or say wrong is found out there. */
export function readScenarioCluster(file: ClusterFile, name: string, source: PlanSource): ReadResult {
  const problems = file.generate ? generateProblems(file.generate, source) : [];
  if (problems.length > 0) return { ok: false, problems };
  const reader = new ClusterReader("default");
  const version = file.generate?.controlPlane?.version;
  const options: ReadOptions = {
    name,
    assumeNone: [],
    fallbackAsOf: Date.parse(factsAsOf),
    namespace: "default",
    ...(version === undefined ? {} : { version }),
  };
  if (file.snapshot) readPath(join(dirname(source.file), file.snapshot.file), reader);
  for (const { path, objects } of file.generate ? generateObjects(file.generate) : [])
    for (const object of objects) feed(reader, object, [...field, "generate", ...path], source, false);
  file.objects?.forEach((object, index) => feed(reader, object, [...field, "objects", index], source, true));
  const result = reader.finish(options);
  if (!result.ok) return result;
  const problem = unusable(result.cluster, source);
  if (problem) return { ok: false, problems: [problem] };
  return file.certificates
    ? { ok: true, cluster: withCertificates(result.cluster, file.certificates, source) }
    : result;
}

function withCertificates(
  cluster: Cluster,
  certificates: NonNullable<ClusterFile["certificates"]>,
  { file }: PlanSource,
): Cluster {
  return {
    ...cluster,
    certificates: certificates.map(({ name, node = "", expiresIn, isAuthority, externallyManaged }) => ({
      name,
      node,
      isAuthority,
      isExternal: externallyManaged,
      expiresAt: cluster.asOf + expiresIn,
      toldBy: file,
    })),
  };
}

function feed(
  reader: ClusterReader,
  value: unknown,
  path: readonly PropertyKey[],
  source: PlanSource,
  isWritten: boolean,
): void {
  const { file, document, lineOf } = source;
  reader.document({
    value,
    origin: { file, document, line: lineOf(path) },
    // What was made from a few lines has no lines of its own.
    lineOf: (inside) => lineOf(isWritten ? [...path, ...inside] : path),
  });
}

/** What no rehearsal could begin with. */
function unusable(cluster: Cluster, source: PlanSource): Problem | undefined {
  const [unknown] = cluster.unknownKinds;
  if (unknown) {
    const message = `has a ${unknown.kind} (${unknown.apiVersion}), which is not understood`;
    return problemAt([...field, "objects"], message, source, "A scenario holds only what is rehearsed.");
  }
  if (cluster.objects.Node.length > 0) return undefined;
  return problemAt(field, "has no Node", source, "Add generate: {nodes: […]}, or objects of kind Node.");
}
