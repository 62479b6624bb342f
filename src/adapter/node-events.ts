import type { Action } from "../exec/protocol.ts";
import { apiPath } from "../facts/api-resources.ts";
import type { ApiClient } from "./api-client.ts";
import type { Clock } from "./clock.ts";
import { errorOf, isSuccess } from "./raw.ts";

/** Whose doing it is: stands in each event. */
export interface Doer {
  readonly user: string;
  readonly plan: string;
  readonly run: string;
}

/**
 * Writes Events to the nodes that a run touches, so that `kubectl describe node` says who did what, and by which plan.
 * They are a courtesy: one that cannot be written is said once, and stops nothing.
 */
export class NodeEvents {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #doer: Doer;
  readonly #warn: (message: string) => void;
  readonly #posting = new Set<Promise<unknown>>();
  #count = 0;
  #hasWarned = false;

  constructor(client: ApiClient, clock: Clock, doer: Doer, warn: (message: string) => void) {
    this.#client = client;
    this.#clock = clock;
    this.#doer = doer;
    this.#warn = warn;
  }

  /** After a write; what is not about a node has no event. */
  wrote(action: Action): void {
    const reason = reasonOf(action);
    if (reason !== undefined && "node" in action) this.post(action.node, reason);
  }

  post(node: string, reason: string): void {
    const posted = this.#post(node, reason);
    this.#posting.add(posted);
    void posted.finally(() => this.#posting.delete(posted));
  }

  /** Until all are written, or refused. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#posting);
  }

  async #post(node: string, reason: string): Promise<void> {
    const { user, plan, run } = this.#doer;
    const now = new Date(this.#clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
    // With the time in it, as others name theirs: a run that was resumed begins to count again.
    const name = `${node}.${run}.${this.#clock.now().toString(16)}.${this.#count++}`;
    const answer = await this.#client.request({
      method: "POST",
      path: apiPath(
        { group: "", version: "v1", plural: "events", isNamespaced: true },
        { namespace: "default" },
      ),
      body: {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name, namespace: "default" },
        // As the kubelet does, which knows no UID of its node either.
        involvedObject: { kind: "Node", name: node, uid: node },
        type: "Normal",
        reason,
        message: `${reason} by ${user}: seatrial execute, plan ${plan}, run ${run}`,
        source: { component: "seatrial" },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      },
    });
    if (answer.kind === "answer" && isSuccess(answer)) return;
    const message = answer.kind === "answer" ? errorOf(answer).message : answer.message;
    if (!this.#hasWarned) this.#warn(`events cannot be written to nodes: ${message}`);
    this.#hasWarned = true;
  }
}

function reasonOf(action: Action): string | undefined {
  switch (action.kind) {
    case "cordon":
      return action.unschedulable ? "Cordoned" : "Uncordoned";
    case "taint":
      return action.remove ? "Untainted" : "Tainted";
    case "label":
      return "Labeled";
    case "deleteNode":
      return "Deleted";
    default:
      return undefined;
  }
}
