import { globSync } from "node:fs";
import { join, relative } from "node:path";
import { formatProblem } from "../../src/model/problem.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { readPath } from "../../src/read/files.ts";
import { ClusterReader } from "../../src/read/read-cluster.ts";
import { testNow } from "./rehearse.ts";

/** Clusters and manifests of others: they are not committed, and tests about them run where they are. */
export const inputs = process.env["SEATRIAL_INPUTS"];

/** The files below the inputs that match, by their path there; none where there are no inputs. */
export function inputFiles(pattern: string): readonly string[] {
  if (inputs === undefined) return [];
  return globSync(join(inputs, pattern))
    .map((file) => relative(inputs, file))
    .sort();
}

/** Reads a cluster out of the inputs. Throws with all problems where it cannot be read. */
export function inputCluster(...paths: readonly string[]): Cluster {
  const reader = new ClusterReader("default");
  for (const path of paths) readPath(join(inputs!, path), reader);
  const result = reader.finish({
    name: paths.join(" "),
    assumeNone: [],
    fallbackAsOf: testNow,
    namespace: "default",
  });
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.cluster;
}
