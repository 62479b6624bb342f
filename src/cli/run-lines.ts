import type { OpenStep } from "../exec/open-steps.ts";
import type { Action, Output } from "../exec/protocol.ts";
import { humanDuration } from "../lib/duration.ts";
import { equivalentOf } from "../kubectl/equivalent.ts";
import { wordsFor } from "../kubectl/wording.ts";
import type { Trace } from "../trace/trace.ts";
import { plain } from "../report/escape.ts";
import { clock } from "../report/steps.ts";

/** A run as lines of text: what is done, and beside it what the rehearsal had predicted. Times are since its start. */
export class RunLines {
  readonly #predicted: Predicted;
  readonly #started = new Map<string, Started>();

  /** `elapsed`: how long the run had been under way when the rest of it was rehearsed; `open`: what was. Milliseconds. */
  constructor(rehearsal: Trace, elapsed = 0, open: readonly OpenStep[] = []) {
    this.#predicted = predictedBy(rehearsal, elapsed);
    for (const { step, what, node } of open) this.#started.set(step, { name: nameOf(what, node) });
  }

  /** What the executor has to say, as lines. */
  said(output: Exclude<Output, { readonly kind: "command" }>, now: number): string[] {
    switch (output.kind) {
      case "note":
        return wordsFor(output.note).map(({ text }) => below(text));
      case "stepStarted": {
        const { step, what, node } = output;
        const name = nameOf(what, node);
        this.#started.set(step, { name, at: now });
        const predicted = this.#predicted.started.get(step);
        return [at(now, name, predicted === undefined ? "" : `predicted at ${clock(predicted)}`)];
      }
      case "stepEnded": {
        const { name, at: began } = this.#started.get(output.step) ?? { name: output.step };
        const reason = output.reason === "" ? "" : `: ${output.reason}`;
        const took = this.#predicted.took.get(output.step);
        const beside = [
          ...(began === undefined ? [] : [humanDuration(now - began)]),
          ...(took === undefined || began === undefined ? [] : [`predicted ${humanDuration(took)}`]),
        ];
        return [at(now, `${output.outcome}: ${name}${reason}`, beside.join(", "))];
      }
    }
  }

  /** A write that is about to be sent, as a person would type it. */
  sending(action: Action): string[] {
    const command = equivalentOf(action);
    return command === undefined ? [] : [below(`$ ${command}`)];
  }
}

interface Started {
  readonly name: string;
  /** Undefined where it began before this run went on. */
  readonly at?: number;
}

function nameOf(what: string, node: string): string {
  return node === "" || what.includes(node) ? what : `${node}: ${what}`;
}

interface Predicted {
  readonly started: ReadonlyMap<string, number>;
  readonly took: ReadonlyMap<string, number>;
}

function predictedBy({ events }: Trace, elapsed: number): Predicted {
  const started = new Map<string, number>();
  const took = new Map<string, number>();
  for (const event of events) {
    if (event.kind === "step.started") started.set(event.step, event.time + elapsed);
    if (event.kind === "step.ended")
      took.set(event.step, event.time + elapsed - (started.get(event.step) ?? elapsed));
  }
  return { started, took };
}

const indent = 9;
const besideColumn = 54;

function at(now: number, text: string, beside: string): string {
  const line = `${clock(now).padStart(indent - 2)}  ${plain(text)}`;
  if (beside === "") return line;
  return line.length < besideColumn ? `${line.padEnd(besideColumn)}${beside}` : `${line}  (${beside})`;
}

function below(text: string): string {
  return `${" ".repeat(indent)}${plain(text)}`;
}
