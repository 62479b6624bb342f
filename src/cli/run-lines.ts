import type { Said } from "../adapter/fold.ts";
import type { Action } from "../exec/protocol.ts";
import { humanDuration } from "../lib/duration.ts";
import { equivalentOf } from "../kubectl/equivalent.ts";
import { wordsFor } from "../kubectl/wording.ts";
import type { StepTime } from "../trace/step-times.ts";
import { plain } from "../report/escape.ts";
import type { RunView } from "../report/run-view.ts";
import { clock } from "../report/steps.ts";

/** A run as lines of text: what is done, and beside it what the rehearsal had predicted. Times are since its start. */

/** What the executor has to say, as lines. */
export function linesFor(
  output: Said,
  now: number,
  { real, predicted }: Pick<RunView, "real" | "predicted">,
): string[] {
  switch (output.kind) {
    case "note":
      return wordsFor(output.note).map(({ text }) => below(text));
    case "stepStarted": {
      const wanted = predicted.get(output.step);
      return [at(now, nameOf(output), wanted ? `predicted at ${clock(wanted.from)}` : "")];
    }
    case "stepEnded": {
      const step = real.get(output.step);
      const wanted = predicted.get(output.step);
      const reason = output.reason === "" ? "" : `: ${output.reason}`;
      const beside = [
        ...(step ? [humanDuration(now - step.from)] : []),
        ...(step && wanted?.to !== undefined ? [`predicted ${humanDuration(wanted.to - wanted.from)}`] : []),
      ];
      return [at(now, `${output.outcome}: ${step ? nameOf(step) : output.step}${reason}`, beside.join(", "))];
    }
  }
}

/** A write that is about to be sent, as a person would type it. */
export function linesForSending(action: Action): string[] {
  const command = equivalentOf(action);
  return command === undefined ? [] : [below(`$ ${command}`)];
}

function nameOf({ what, node }: Pick<StepTime, "what" | "node">): string {
  return node === "" || what.includes(node) ? what : `${node}: ${what}`;
}

const indent = 9;
const besideColumn = 54;

function at(now: number, text: string, beside: string): string {
  const line = `${clock(now).padStart(indent - 2)}  ${plain(text)}`;
  if (beside === "") return line;
  return line.length < besideColumn ? `${line.padEnd(besideColumn)}${beside}` : `${line}  (${beside})`;
}

/** A line below that of a step. */
export function below(text: string): string {
  return `${" ".repeat(indent)}${plain(text)}`;
}
