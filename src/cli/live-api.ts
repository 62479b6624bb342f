import { Api, type ApiListener } from "../adapter/api.ts";
import { type ApiClient, connect } from "../adapter/api-client.ts";
import type { ApiTarget } from "../adapter/kubeconfig.ts";
import { type Acquaintance, getAcquainted } from "../adapter/cluster-identity.ts";
import { machineClock } from "../adapter/clock.ts";
import { Stopped } from "../adapter/stopped.ts";
import { InputError } from "./input-error.ts";
import type { InputOptions } from "./options.ts";
import { stopLines } from "./stop-words.ts";
import { version } from "./version.ts";

const noListener: ApiListener = { silent: () => undefined, back: () => undefined };

/** What this program calls itself to API servers; their audit logs have it. */
export const userAgent = `seatrial/${version}`;

/** The API server that the kubeconfig leads to. Throws InputError where it leads to none. */
export function liveClient(target: ApiTarget): ApiClient {
  const client = connect(target, userAgent);
  if (client.kind === "client") return client;
  throw new InputError(...client.lines, "Name one: --context NAME, --kubeconfig FILE");
}

/** An API that is asked once: whoever sits there does not want to wait for a server that is not there. */
export function impatientApi(client: ApiClient): Api {
  const { signal } = new AbortController();
  return new Api(client, { clock: machineClock, patienceMillis: 0, listener: noListener, signal });
}

/** Who the cluster is, and as whom it is spoken to. Throws InputError where it does not answer, or not us. */
export async function acquaintedWith(client: ApiClient): Promise<Acquaintance> {
  const found = await refusals(client, () => getAcquainted(impatientApi(client)));
  if (typeof found === "string") throw new InputError(`${client.context} (${client.server}): ${found}`);
  return found;
}

/** The options with which the live cluster is read: this context. */
export function liveInput<T extends InputOptions>(command: T, { identity }: Acquaintance): T {
  return { ...command, context: identity.context };
}

/** Does something before a run has begun: what would stop a run is what has to be put right first. */
export async function refusals<T>(client: ApiClient, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    throw new InputError(...stopLines(error.reason, client));
  }
}
