import { hostname } from "node:os";
import type { ApiClient } from "../adapter/api-client.ts";
import { machineClock } from "../adapter/clock.ts";
import { type LeaseHolder, RunLease } from "../adapter/lease.ts";
import { InputError } from "./input-error.ts";
import { impatientApi, refusals } from "./live-api.ts";

/** Who holds the lease, so that a person can find it: the run, and the process. */
export function holderName(run: string): string {
  return `${run} ${hostname()} ${process.pid}`;
}

/** Whether this holder was a process of this run that is gone: on this machine that can be seen. */
export function isGone(holder: string, run: string): boolean {
  const [name, host, pid] = holder.split(" ");
  if (name !== run || host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch {
    return true;
  }
}

/** Throws InputError where another run has the lease: before anybody is asked anything. */
export async function refuseSecondRun(
  client: ApiClient,
  mayTake: (holder: string) => boolean = () => false,
): Promise<void> {
  const lease = new RunLease(impatientApi(client), machineClock, "");
  const other = await refusals(client, () => lease.holder());
  if (other && !mayTake(other.holder)) throw underWayAlready(other, client);
}

function underWayAlready({ holder, acquiredAt, expiresAt }: LeaseHolder, { context }: ApiClient): InputError {
  return new InputError(
    `another run is under way on ${context}: ${holder}, since ${new Date(acquiredAt).toISOString()}. Nothing was done.`,
    `If it is gone, its lease runs out by itself at ${new Date(expiresAt).toISOString()}.`,
  );
}

/** Takes the lease, works, and gives it back. Throws InputError where another run has it. */
export async function withLease(
  client: ApiClient,
  run: string,
  mayTake: (holder: string) => boolean,
  work: (lease: RunLease) => Promise<number>,
): Promise<number> {
  const lease = new RunLease(impatientApi(client), machineClock, holderName(run));
  const other = await refusals(client, () => lease.acquire(mayTake));
  if (other) throw underWayAlready(other, client);
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
}
