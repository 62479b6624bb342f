import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiTarget } from "../adapter/kubeconfig.ts";
import { nameOf, type Unread } from "../adapter/read-cluster.ts";
import { invariant } from "../lib/assert.ts";
import type { Kind } from "../model/cluster.ts";
import { formatProblem, type Problem } from "../model/problem.ts";
import { Anonymizer } from "../read/anonymize.ts";
import { keptConfigMap } from "../read/configuration.ts";
import type { DocumentSink, RawDocument } from "../read/documents.ts";
import { readPath } from "../read/files.ts";
import { droppedKinds, readerFor } from "../read/kinds.ts";
import { inventoryAnnotation, listItems, versionAnnotation } from "../read/list-items.ts";
import { redacted } from "../read/redact.ts";
import { plain } from "../report/escape.ts";
import { shellWord } from "../lib/shell-word.ts";
import { counted } from "../lib/counted.ts";
import { InputError } from "./input-error.ts";
import { liveClient } from "./live-api.ts";
import { OutputFile } from "./output-file.ts";
import { problemLines } from "./read-input.ts";
import { readEach, rightsToRead } from "./read-live.ts";

export interface SnapshotCommand extends ApiTarget {
  readonly from: readonly string[];
  readonly out: string;
  readonly anonymize: boolean;
  /** Keeps what kubeadm's ConfigMaps tell of the configuration. */
  readonly withConfig: boolean;
}

/**
 * `seatrial snapshot`: a live cluster, or what files hold of one, in one file, as a List that kubectl reads as well.
 * Of a live cluster only lists are asked for. Throws InputError where it cannot be read or written; nothing is left of
 * the file then, and what it held before stays.
 */
export async function snapshot(command: SnapshotCommand): Promise<number> {
  const { anonymize, out, withConfig } = command;
  if (anonymize && withConfig)
    throw new InputError("--anonymize and --with-config: ConfigMaps hold names that nobody can find in them");
  const count = await writeSnapshot(command);
  const names = anonymize ? ", under other names" : "";
  const maps = withConfig ? "other ConfigMaps" : "ConfigMaps";
  process.stderr.write(`${counted(count, "object")}${names}, without Secrets, ${maps} and environments\n`);
  if (out !== "-") process.stderr.write(`seatrial check --from ${shellWord(out)}\n`);
  return 0;
}

/** Writes the file of a snapshot; returns the number of objects in it. Throws as {@link snapshot} does. */
export async function writeSnapshot(command: SnapshotCommand): Promise<number> {
  const { anonymize, out, withConfig } = command;
  if (!anonymize) return writeList(out, (sink) => readSource(command, sink), { withConfig });
  // A name's pseudonym depends on all the others: so the objects are read twice, and a live cluster is kept meanwhile.
  const folder = mkdtempSync(join(tmpdir(), "seatrial-"));
  try {
    const whole = join(folder, "snapshot.json");
    await writeList(whole, (sink) => readSource(command, sink), {});
    return await writeAnonymous(whole, out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is known of the whole. */
interface Told {
  /** The kinds of which all objects are there. */
  readonly inventory: readonly Kind[];
  /** What the API server said of its own version, where it did. */
  readonly version: string;
}

/** Hands over what is there. */
type Source = (sink: ObjectSink) => Promise<Told>;

interface ObjectSink extends DocumentSink {
  /** What the documents said of themselves. */
  readonly told: () => Told;
}

async function readSource(command: SnapshotCommand, sink: ObjectSink): Promise<Told> {
  if (command.from.length > 0) return readFiles(command.from, sink);
  const client = liveClient(command);
  process.stderr.write(`reading ${plain(client.context)} (${plain(client.server)})\n`);
  const { kinds, version, unread } = await readEach(client, command, sink);
  for (const line of unreadLines(unread, command)) process.stderr.write(`${plain(line)}\n`);
  return { inventory: kinds, version };
}

/** What this user may not read; what the cluster does not have is not worth a word. */
function unreadLines(unread: readonly Unread[], { withConfig }: SnapshotCommand): string[] {
  const refused = unread.filter(({ error }) => error.code !== 404);
  if (refused.length === 0) return [];
  return [
    `not read: ${refused.map(({ resource }) => nameOf(resource)).join(", ")}`,
    ...new Set(refused.filter(({ error }) => error.code !== 403).map(({ error }) => `  ${error.message}`)),
    ...(refused.some(({ error }) => error.code === 403)
      ? [`  may not be listed: ${rightsToRead(withConfig)}`]
      : []),
  ];
}

function readFiles(paths: readonly string[], sink: ObjectSink): Promise<Told> {
  for (const path of paths) readPath(path, sink);
  return Promise.resolve(sink.told());
}

/** Writes one snapshot as another. Of kinds that are not read here no more stays than that there are some. */
function writeAnonymous(whole: string, out: string): Promise<number> {
  const anonymizer = new Anonymizer();
  readPath(
    whole,
    objectSink(
      (value) => anonymizer.learn(withoutUnread(value)),
      (problem) => invariant(false, formatProblem(problem)),
    ),
  );
  return writeList(out, (sink) => readFiles([whole], sink), {
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
  const file = new OutputFile(out);
  let count = 0;
  const problems: Problem[] = [];
  const sink = objectSink(
    (value) => {
      const kept = redacted(value) as Json;
      file.write(`${count === 0 ? "" : ","}\n${JSON.stringify(change ? change(kept) : kept)}`);
      count++;
    },
    (problem) => void problems.push(problem),
    withConfig,
  );
  try {
    file.write('{"apiVersion":"v1","kind":"List","items":[');
    const told = await source(sink);
    if (problems.length > 0) throw new InputError(...problemLines(problems));
    file.write(`\n],"metadata":${JSON.stringify(metadataOf(told))}}\n`);
    file.finish();
    return count;
  } catch (error) {
    file.discard();
    throw error;
  }
}

function metadataOf({ inventory, version }: Told): object {
  const annotations = {
    ...(inventory.length === 0 ? {} : { [inventoryAnnotation]: inventory.join(",") }),
    ...(version === "" ? {} : { [versionAnnotation]: version }),
  };
  return Object.keys(annotations).length === 0 ? {} : { annotations };
}

/** Takes lists apart, and leaves out what never comes into a snapshot. */
function objectSink(
  onObject: (value: Json) => void,
  problem: (problem: Problem) => void,
  withConfig = false,
): ObjectSink {
  const inventory = new Set<Kind>();
  let version = "";
  const document = (each: RawDocument): void => {
    const list = listItems(each);
    if (list) {
      for (const kind of list.inventory) inventory.add(kind);
      version = list.serverVersion ?? version;
      return list.items.forEach(document);
    }
    const value = each.value as Json | null;
    if (typeof value?.["kind"] !== "string") return;
    const configMap = withConfig && value["kind"] === "ConfigMap" ? keptConfigMap(value) : undefined;
    if (configMap) onObject(configMap);
    else if (!droppedKinds.has(value["kind"])) onObject(value);
  };
  return { told: () => ({ inventory: [...inventory], version }), document, problem };
}
