import { allKinds, type Cluster } from "../src/model/cluster.ts";
import { formatProblem } from "../src/model/problem.ts";
import type { ApiClient } from "../src/adapter/api-client.ts";
import { ClusterReader } from "../src/read/read-cluster.ts";
import { loadables } from "./loadable.ts";
import { LabProblem } from "./problem.ts";

/** What the control plane makes of what was loaded. */
const made = [
  {
    kind: "EndpointSlice",
    apiVersion: "discovery.k8s.io/v1",
    path: "/apis/discovery.k8s.io/v1/endpointslices",
  },
];

/** The lab as it is now, under the name of the cluster that it stands for; `asOf` is its moment, epoch milliseconds. */
export async function readLab(client: ApiClient, name: string, asOf: number): Promise<Cluster> {
  const reader = new ClusterReader("default");
  for (const kind of allKinds) reader.asked(kind);
  for (const { kind, apiVersion, path } of [...loadables, ...made]) {
    const { items } = await bodyOf(client, path.replace("/*/", "/"));
    const value = { apiVersion, kind: `${kind}List`, items };
    reader.document({ value, origin: { file: "lab", document: 1, line: 1 }, lineOf: () => 1 });
  }
  const { gitVersion } = await bodyOf(client, "/version");
  const result = reader.finish({
    name,
    assumeNone: [],
    asOf,
    fallbackAsOf: asOf,
    namespace: "default",
    version: String(gitVersion),
  });
  if (result.ok) return result.cluster;
  throw new LabProblem("the lab cannot be read:", ...result.problems.slice(0, 3).map(formatProblem));
}

async function bodyOf(client: ApiClient, path: string): Promise<Readonly<Record<string, unknown>>> {
  const answer = await client.request({ method: "GET", path });
  if (answer.kind === "answer" && answer.code === 200)
    return answer.body as Readonly<Record<string, unknown>>;
  throw new LabProblem(`the lab does not answer to GET ${path}`);
}
