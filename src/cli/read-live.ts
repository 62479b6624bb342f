import type { Api } from "../adapter/api.ts";
import { type ApiClient, connect } from "../adapter/api-client.ts";
import type { ApiTarget } from "../adapter/kubeconfig.ts";
import { type Reading, readCluster } from "../adapter/read-cluster.ts";
import { Stopped } from "../adapter/stopped.ts";
import type { Kind } from "../model/cluster.ts";
import type { DocumentSink } from "../read/documents.ts";
import type { ClusterReader } from "../read/read-cluster.ts";
import { InputError } from "./input-error.ts";
import { impatientApi, userAgent } from "./live-api.ts";
import { ReadingLine } from "./reading-line.ts";
import { stopLines } from "./stop-words.ts";

/** A live cluster to be read: one that a kubeconfig leads to, or one that is spoken to already. */
export interface LiveTarget extends ApiTarget {
  /** Whether kubeadm's ConfigMaps are read too. */
  readonly withConfig?: boolean;
  readonly live?: LiveConnection;
}

/** An API server that is spoken to already: what it refuses, or when it is away, is for whoever speaks to it. */
export interface LiveConnection {
  readonly api: Api;
  /** What has to be there: it was, when the cluster was read before. */
  readonly needed: ReadonlySet<Kind>;
}

/** Without these there is nothing to rehearse; of all others the report says that they are not given. */
const needed: ReadonlySet<Kind> = new Set<Kind>(["Node", "Pod"]);

export interface LiveCluster {
  /** Of the context. */
  readonly name: string;
  /** The moment of reading: a live cluster has no newest timestamp that would do. */
  readonly now: number;
}

/**
 * Reads the live cluster with the caller's own kubeconfig and rights. Throws InputError where there is no cluster, or no
 * right to read it; Stopped where the target is a connection that throws it.
 */
export async function readLive(reader: ClusterReader, target: LiveTarget): Promise<LiveCluster> {
  const now = Date.now();
  const client = target.live?.api.client ?? clientFor(target);
  const { kinds, version } = await readEach(client, target, reader);
  for (const kind of kinds) reader.asked(kind);
  reader.serverVersion(version);
  return { name: client.context, now };
}

/** Hands every object of the live cluster to a sink, and shows on a terminal how far it is. Throws as `readLive` does. */
export async function readEach(
  client: ApiClient,
  { live, withConfig = false }: LiveTarget,
  sink: DocumentSink,
): Promise<Reading> {
  const line = new ReadingLine(process.stderr, client.context);
  const api = live?.api ?? impatientApi(client);
  const options = { needed: live?.needed ?? needed, withConfig };
  try {
    return await readCluster(api, sink, {
      ...options,
      ...(live ? {} : { onProgress: (progress) => line.show(progress) }),
    });
  } catch (error) {
    if (live || !(error instanceof Stopped)) throw error;
    throw new InputError(...stopLines(error.reason, client, rightsToRead(withConfig)));
  } finally {
    line.clear();
  }
}

/** The command that prints what reading needs. */
export function rightsToRead(withConfig: boolean): string {
  return `seatrial rbac --for snapshot${withConfig ? " --with-config" : ""}`;
}

/** The API server of the context that is named, or of the current one. Throws InputError where there is none. */
function clientFor(target: LiveTarget): ApiClient {
  const client = connect(target, userAgent);
  if (client.kind === "client") return client;
  if (target.context !== undefined || target.kubeconfig !== undefined) throw new InputError(...client.lines);
  const [first = "", ...rest] = client.lines;
  throw new InputError(
    `Which cluster? No --from was given, and ${first}.`,
    ...rest,
    "Give a file: kubectl get nodes,pods,pdb,svc,deploy,rs,sts,ds,pv,pvc -A -o json > cluster.json",
    "              seatrial drain NODE --from cluster.json",
    "or choose a context: --context NAME",
  );
}
