import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubectlTarget } from "../adapter/kubectl-get.ts";
import { invariant } from "../lib/assert.ts";
import type { Kind } from "../model/cluster.ts";
import { formatProblem, type Problem } from "../model/problem.ts";
import { Anonymizer } from "../read/anonymize.ts";
import { keptConfigMap } from "../read/configuration.ts";
import type { DocumentSink, RawDocument } from "../read/documents.ts";
import { describeSystemError, readPath } from "../read/files.ts";
import { droppedKinds, readerFor } from "../read/kinds.ts";
import { inventoryAnnotation, listItems } from "../read/list-items.ts";
import { redacted } from "../read/redact.ts";
import { counted } from "../report/words.ts";
import { InputError } from "./input-error.ts";
import { problemLines } from "./read-input.ts";
import { currentContext, readEach } from "./read-live.ts";

export interface SnapshotCommand extends KubectlTarget {
  readonly from: readonly string[];
  readonly out: string;
  readonly anonymize: boolean;
  /** Keeps what kubeadm's ConfigMaps tell of the configuration. */
  readonly withConfig: boolean;
}

/**
 * `seatrial snapshot`: a live cluster, or what files hold of one, in one file, as a List that kubectl reads as well.
 * Of a live cluster only lists are asked for. Throws InputError where it cannot be read or written.
 */
export async function snapshot(command: SnapshotCommand): Promise<number> {
  const { anonymize, out, withConfig } = command;
  if (anonymize && withConfig)
    throw new InputError("--anonymize and --with-config: ConfigMaps hold names that nobody can find in them");
  // A name's pseudonym depends on all the others: so the objects are read twice, and a live cluster is kept meanwhile.
  const folder = anonymize ? mkdtempSync(join(tmpdir(), "seatrial-")) : undefined;
  try {
    const plain = folder === undefined ? out : join(folder, "snapshot.json");
    const count = await writeList(plain, (sink) => readSource(command, sink), { withConfig });
    if (anonymize) await writeAnonymous(plain, out);
    const names = anonymize ? ", under other names" : "";
    const maps = withConfig ? "other ConfigMaps" : "ConfigMaps";
    process.stderr.write(`${counted(count, "object")}${names}, without Secrets, ${maps} and environments\n`);
    if (out !== "-") process.stderr.write(`seatrial check --from ${out}\n`);
    return 0;
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Hands over what is there, and returns the kinds of which that is known to be all. */
type Source = (sink: ObjectSink) => Promise<readonly Kind[]>;

interface ObjectSink extends DocumentSink {
  /** The kinds of which the documents said so themselves. */
  readonly inventory: ReadonlySet<Kind>;
}

async function readSource(command: SnapshotCommand, sink: ObjectSink): Promise<readonly Kind[]> {
  if (command.from.length > 0) return readFiles(command.from, sink);
  const context = command.context ?? (await currentContext(command));
  process.stderr.write(`reading ${context}\n`);
  return readEach(command, sink);
}

function readFiles(paths: readonly string[], sink: ObjectSink): Promise<readonly Kind[]> {
  for (const path of paths) readPath(path, sink);
  return Promise.resolve([...sink.inventory]);
}

/** Writes one snapshot as another. Of kinds that are not read here no more stays than that there are some. */
function writeAnonymous(plain: string, out: string): Promise<number> {
  const anonymizer = new Anonymizer();
  readPath(
    plain,
    objectSink(
      (value) => anonymizer.learn(withoutUnread(value)),
      (problem) => invariant(false, formatProblem(problem)),
    ),
  );
  return writeList(out, (sink) => readFiles([plain], sink), {
    change: (value) => anonymizer.anonymous(withoutUnread(value)),
  });
}

function withoutUnread(value: Json): Json {
  const { apiVersion, kind, metadata } = value;
  return readerFor(String(apiVersion), String(kind)) ? value : { apiVersion, kind, metadata };
}

type Json = Readonly<Record<string, unknown>>;

interface WriteOptions {
  /** What is to be written in place of an object. */
  readonly change?: (value: Json) => unknown;
  /** Whether kubeadm's ConfigMaps are kept. */
  readonly withConfig?: boolean;
}

/** Writes what the source hands over, without what a snapshot may not hold; returns the number of objects. */
async function writeList(
  out: string,
  source: Source,
  { change, withConfig = false }: WriteOptions,
): Promise<number> {
  const file = open(out);
  let count = 0;
  const problems: Problem[] = [];
  const write = (text: string) => put(file, out, text);
  const sink = objectSink(
    (value) => {
      const kept = redacted(value) as Json;
      write(`${count === 0 ? "" : ","}\n${JSON.stringify(change ? change(kept) : kept)}`);
      count++;
    },
    (problem) => void problems.push(problem),
    withConfig,
  );
  try {
    write('{"apiVersion":"v1","kind":"List","items":[');
    const inventory = await source(sink);
    if (problems.length > 0) throw new InputError(...problemLines(problems));
    const metadata =
      inventory.length === 0 ? {} : { annotations: { [inventoryAnnotation]: inventory.join(",") } };
    write(`\n],"metadata":${JSON.stringify(metadata)}}\n`);
    return count;
  } finally {
    if (file !== 1) closeSync(file);
  }
}

/** Takes lists apart, and leaves out what never comes into a snapshot. */
function objectSink(
  onObject: (value: Json) => void,
  problem: (problem: Problem) => void,
  withConfig = false,
): ObjectSink {
  const inventory = new Set<Kind>();
  const document = (each: RawDocument): void => {
    const list = listItems(each);
    if (list) {
      for (const kind of list.inventory) inventory.add(kind);
      return list.items.forEach(document);
    }
    const value = each.value as Json | null;
    if (typeof value?.["kind"] !== "string") return;
    const configMap = withConfig && value["kind"] === "ConfigMap" ? keptConfigMap(value) : undefined;
    if (configMap) onObject(configMap);
    else if (!droppedKinds.has(value["kind"])) onObject(value);
  };
  return { inventory, document, problem };
}

function open(path: string): number {
  if (path === "-") return 1;
  try {
    return openSync(path, "w", 0o600);
  } catch (error) {
    throw new InputError(`--out ${path}: ${describeSystemError(error)}`);
  }
}

/** Standard output may be a pipe that takes a part only. */
function put(file: number, out: string, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") continue;
      throw new InputError(`--out ${out}: ${describeSystemError(error)}`);
    }
  }
}
