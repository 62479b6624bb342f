import type { FailurePolicy } from "../plan/plan.ts";
import type { Note, StepOutcome } from "../trace/event.ts";
import type { Action, Output } from "./protocol.ts";

/**
 * Collects what the executor decides in answer to one observation, in order. Each step speaks through a turn of
 * its own: the path says which step, the prefix which of its parts.
 */
export class Turn {
  readonly now: number;
  readonly path: string;
  readonly outputs: Output[];
  readonly #prefix: string;

  constructor(now: number, path = "", outputs: Output[] = [], prefix = "") {
    this.now = now;
    this.path = path;
    this.outputs = outputs;
    this.#prefix = prefix;
  }

  /** The turn of a step inside this one. */
  child(name: string): Turn {
    return new Turn(this.now, this.path === "" ? name : `${this.path}/${name}`, this.outputs);
  }

  /** The turn of a part of this step: the tags of its commands begin with `part.`. */
  part(part: string): Turn {
    return new Turn(this.now, this.path, this.outputs, `${this.#prefix}${part}.`);
  }

  /** Sends a command; `tag` tells it from the step's other commands. */
  command(tag: string, action: Action): void {
    this.outputs.push({ kind: "command", command: { id: `${this.path}:${this.#prefix}${tag}`, action } });
  }

  note(note: Note): void {
    this.outputs.push({ kind: "note", step: this.path, note });
  }

  started(what: string, node: string): void {
    this.outputs.push({ kind: "stepStarted", step: this.path, what, node });
  }

  ended(outcome: StepOutcome, reason: string): void {
    this.outputs.push({ kind: "stepEnded", step: this.path, outcome, reason });
  }
}

/** The result of a step's turn: its state, and how it ended if it did. */
export interface Progress<S> {
  readonly state: S;
  readonly end?: StepEnd;
}

export interface StepEnd {
  readonly outcome: StepOutcome;
  /** Why, in words; empty for `done`. */
  readonly reason: string;
  /** What the failed step wants to happen, where it failed for good. */
  readonly policy?: FailurePolicy;
}

export const done: StepEnd = { outcome: "done", reason: "" };

export function failed(reason: string): StepEnd {
  return { outcome: "failed", reason };
}
