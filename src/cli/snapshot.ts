import { closeSync, openSync, writeSync } from "node:fs";
import type { KubectlTarget } from "../adapter/kubectl-get.ts";
import { formatProblem, type Problem } from "../model/problem.ts";
import type { RawDocument } from "../read/documents.ts";
import { describeSystemError } from "../read/files.ts";
import { droppedKinds } from "../read/kinds.ts";
import { inventoryAnnotation } from "../read/read-cluster.ts";
import { redacted } from "../read/redact.ts";
import { InputError } from "./input-error.ts";
import { currentContext, readEach } from "./read-live.ts";

export interface SnapshotCommand extends KubectlTarget {
  readonly out: string;
}

/** `seatrial snapshot`: the live cluster in one file, as a List that kubectl reads as well. Only `get` is asked for. */
export async function snapshot(command: SnapshotCommand): Promise<number> {
  const context = command.context ?? (await currentContext(command));
  const file = open(command.out);
  let count = 0;
  const problems: Problem[] = [];
  const write = (text: string) => void writeSync(file, text);
  const document = ({ value }: RawDocument): void => {
    const { kind, items } = value as { readonly kind?: unknown; readonly items?: unknown };
    // What is left of a list once its items were handed over one by one.
    if (typeof kind !== "string" || kind === "List" || kind.endsWith("List") || Array.isArray(items)) return;
    if (droppedKinds.has(kind)) return;
    write(`${count === 0 ? "" : ","}\n${JSON.stringify(redacted(value))}`);
    count++;
  };
  try {
    write('{"apiVersion":"v1","kind":"List","items":[');
    const kinds = await readEach(command, { document, problem: (problem) => void problems.push(problem) });
    const metadata = { annotations: { [inventoryAnnotation]: kinds.join(",") } };
    write(`\n],"metadata":${JSON.stringify(metadata)}}\n`);
  } finally {
    if (file !== 1) closeSync(file);
  }
  if (problems.length > 0) throw new InputError(...problems.map(formatProblem));
  process.stderr.write(`${count} objects of ${context}, without Secrets, ConfigMaps and environments\n`);
  if (command.out !== "-") process.stderr.write(`seatrial check --from ${command.out}\n`);
  return 0;
}

function open(path: string): number {
  if (path === "-") return 1;
  try {
    return openSync(path, "w", 0o600);
  } catch (error) {
    throw new InputError(`--out ${path}: ${describeSystemError(error)}`);
  }
}
