import { runLease } from "../facts/run-lease.ts";
import type { Api } from "./api.ts";
import type { ApiAnswer } from "./api-client.ts";
import type { Clock } from "./clock.ts";
import { errorOf, isSuccess, type RawObject, rawObject } from "./raw.ts";
import { Stopped } from "./stopped.ts";

/** Somebody else's run, as the lease tells. */
export interface LeaseHolder {
  readonly holder: string;
  /** Since when, and until when where it is not renewed: epoch milliseconds. */
  readonly acquiredAt: number;
  readonly expiresAt: number;
}

const collection = `/apis/coordination.k8s.io/v1/namespaces/${runLease.namespace}/leases`;
const path = `${collection}/${runLease.name}`;

/**
 * Holds a Lease in the cluster for as long as a run is under way, so that no second run acts at the same time. Every
 * write carries the version that was read, so of two who want it one gets it; moments are those of the API server's
 * clock, as machines' clocks differ.
 */
export class RunLease {
  #api: Api;
  readonly #clock: Clock;
  readonly #holder: string;
  #version = "";
  #renewedAt = 0;
  #cancel: () => void = () => undefined;
  #onLost: (holder: string) => void = () => undefined;
  #isReleased = false;

  constructor(api: Api, clock: Clock, holder: string) {
    this.#api = api;
    this.#clock = clock;
    this.#holder = holder;
  }

  /** Who has it now; undefined where it is free. */
  async holder(): Promise<LeaseHolder | undefined> {
    const answer = await this.#api.read(path);
    const other = holderOf(isSuccess(answer) ? rawObject(answer.body) : {});
    return other.holder === "" || other.expiresAt < this.#serverNow(answer) ? undefined : other;
  }

  /** Takes the lease where it is free, or says who has it; `mayTake` tells of a holder that is known to be gone. */
  async acquire(mayTake: (holder: string) => boolean): Promise<LeaseHolder | undefined> {
    const answer = await this.#api.read(path);
    const now = this.#serverNow(answer);
    if (answer.code === 404) {
      const created = await this.#write("POST", collection, {}, now, now);
      return created ? undefined : this.acquire(mayTake);
    }
    if (!isSuccess(answer)) throw new Stopped({ kind: "credentials", message: errorOf(answer).message });
    const lease = rawObject(answer.body);
    const other = holderOf(lease);
    const isFree = other.holder === "" || other.holder === this.#holder || other.expiresAt < now;
    if (!isFree && !mayTake(other.holder)) return other;
    const written = await this.#write("PUT", path, lease, now, now);
    // Somebody was faster: look again.
    return written ? undefined : this.acquire(mayTake);
  }

  /** Renews it from now on, by an API that waits for a server that is away; `onLost` is told when another run has it. */
  keep(api: Api, onLost: (holder: string) => void): void {
    this.#api = api;
    this.#onLost = onLost;
    this.#plan();
  }

  /** Whether it is certain that nobody else has it: asked before every write. */
  async assure(): Promise<void> {
    const age = this.#clock.now() - this.#renewedAt;
    if (age < (runLease.durationSeconds * 1_000) / 2) return;
    const lost = await this.#renew();
    if (lost !== undefined) throw new Stopped({ kind: "lease", holder: lost });
  }

  /** Gives it back, if it is ours still. A failure to do so is no harm: it runs out. */
  async release(): Promise<void> {
    this.#isReleased = true;
    this.#cancel();
    if (this.#version === "") return;
    const answer = await this.#api.client.request({ method: "GET", path });
    if (answer.kind === "unreachable" || !isSuccess(answer)) return;
    const lease = rawObject(answer.body);
    if (holderOf(lease).holder !== this.#holder) return;
    const spec = { ...lease.spec, holderIdentity: "", leaseDurationSeconds: 1 };
    await this.#api.client.request({ method: "PUT", path, body: { ...lease, spec } });
  }

  #plan(): void {
    if (this.#isReleased) return;
    this.#cancel = this.#clock.after(runLease.renewMillis, () => {
      this.#renew()
        .then((lost) => (lost === undefined ? this.#plan() : this.#onLost(lost)))
        .catch(() => this.#plan());
    });
  }

  /** Who has it now, if that is not us; a lease that ran out and that nobody took is ours still. */
  async #renew(): Promise<string | undefined> {
    for (;;) {
      const answer = await this.#api.read(path);
      const now = this.#serverNow(answer);
      const lease = answer.code === 404 ? {} : rawObject(answer.body);
      if (!isSuccess(answer) && answer.code !== 404) throw new Error(errorOf(answer).message);
      const other = holderOf(lease);
      if (answer.code === 404) {
        if (await this.#write("POST", collection, {}, now, now)) return undefined;
      } else if (other.holder !== this.#holder) return other.holder;
      else if (await this.#write("PUT", path, lease, now, other.acquiredAt)) return undefined;
    }
  }

  /** Writes the lease as ours; false where somebody else has written it meanwhile. */
  async #write(
    method: "POST" | "PUT",
    to: string,
    lease: RawObject,
    now: number,
    acquired: number,
  ): Promise<boolean> {
    const asked = this.#clock.now();
    const answer = await this.#api.once({
      method,
      path: to,
      body: {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { ...lease.metadata, name: runLease.name, namespace: runLease.namespace },
        spec: {
          holderIdentity: this.#holder,
          leaseDurationSeconds: runLease.durationSeconds,
          acquireTime: microTime(acquired),
          renewTime: microTime(now),
        },
      },
    });
    if (answer === undefined || answer.code === 409) return false;
    if (!isSuccess(answer)) throw new Stopped({ kind: "credentials", message: errorOf(answer).message });
    this.#version = rawObject(answer.body).metadata?.resourceVersion ?? "";
    this.#renewedAt = asked;
    return true;
  }

  #serverNow({ serverTime }: ApiAnswer): number {
    return serverTime ?? this.#clock.now();
  }
}

function holderOf({ spec }: RawObject): LeaseHolder {
  const { holderIdentity, leaseDurationSeconds, renewTime, acquireTime } = (spec ?? {}) as {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly renewTime?: string;
    readonly acquireTime?: string;
  };
  const renewed = Date.parse(renewTime ?? "") || 0;
  return {
    holder: holderIdentity ?? "",
    acquiredAt: Date.parse(acquireTime ?? "") || renewed,
    expiresAt: renewed + (leaseDurationSeconds ?? 0) * 1_000,
  };
}

/** As the API has it: RFC 3339 with microseconds. */
function microTime(millis: number): string {
  return new Date(millis).toISOString().replace("Z", "000Z");
}
