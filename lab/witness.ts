import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Output } from "../src/exec/protocol.ts";
import type { EventBody, TraceEvent } from "../src/trace/event.ts";
import { JsonSplitter } from "../src/read/json-items.ts";
import { ObservedObjects, type WatchEvent } from "./observed-objects.ts";

/** What is watched, under the names that kubectl has for it. */
const watched = ["nodes", "pods", "endpointslices.discovery.k8s.io"] as const;

/**
 * Writes down what happens in a lab, as the events of a trace: the same events that a rehearsal has, so that the two can
 * be held against each other. Causes are not known.
 */
export class Witness {
  readonly events: TraceEvent[] = [];
  readonly #watches: ChildProcess[] = [];
  readonly #objects = new ObservedObjects();
  #start = 0;
  #lastChange = Date.now();

  /** Begins to watch. What is there already is where the trace starts from. */
  watch(bin: string, kubeconfig: string): void {
    for (const resource of watched) {
      const words = ["--kubeconfig", kubeconfig, "get", resource, "--all-namespaces", "-o", "json"];
      const child = spawn(join(bin, "kubectl"), [...words, "--watch", "--output-watch-events"], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const splitter = new JsonSplitter(({ text }) => this.#seen(JSON.parse(text) as WatchEvent));
      child.stdout.on("data", (chunk: Buffer) => void splitter.push(chunk));
      this.#watches.push(child);
    }
  }

  /** From now on things are written down; this is t = 0. */
  begin(): void {
    this.#start = Date.now();
    this.#add({ kind: "run.started" });
  }

  /** What the executor says belongs to the trace too. */
  said(output: Output): void {
    if (output.kind === "stepStarted")
      this.#add({ kind: "step.started", step: output.step, what: output.what, node: output.node });
    else if (output.kind === "stepEnded")
      this.#add({ kind: "step.ended", step: output.step, outcome: output.outcome, reason: output.reason });
    else if (output.kind === "note") this.#add({ kind: "client.note", step: output.step, note: output.note });
  }

  /** How long nothing has changed, in milliseconds. */
  quietFor(): number {
    return Date.now() - this.#lastChange;
  }

  /** The names of pods by their UIDs, also of those that are gone. */
  get podNames(): ReadonlyMap<string, string> {
    return this.#objects.podNames;
  }

  end(): void {
    for (const child of this.#watches) child.kill();
    this.#add({ kind: "run.ended", outcome: "finished" });
  }

  #seen(event: WatchEvent): void {
    const changes = this.#objects.apply(event);
    if (changes.length > 0) this.#lastChange = Date.now();
    if (this.#start > 0) changes.forEach((change) => this.#add(change));
  }

  #add(body: EventBody): void {
    this.events.push({
      ...body,
      time: Date.now() - this.#start,
      cause: this.events.length - 1,
    });
  }
}
