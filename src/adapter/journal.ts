import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Fact } from "../exec/protocol.ts";
import type { Plan } from "../plan/plan.ts";
import { describeSystemError } from "../read/files.ts";
import type { StepTime } from "../trace/step-times.ts";
import type { Intent } from "./intent.ts";
import type { Before } from "./effects.ts";
import type { Approval } from "./people.ts";
import { Stopped } from "./stopped.ts";

/** The number of the journal's format; it grows when an older Seatrial would misread. */
export const journalFormat = 1;

/** What a run was begun with: the first line of its journal. */
export interface JournalHeader {
  readonly kind: "header";
  readonly format: number;
  /** The version of Seatrial that began it. */
  readonly version: string;
  /** Names the run: in the lease, in events, in the journal's name. */
  readonly run: string;
  readonly at: string;
  readonly plan: Plan;
  /** SHA-256 of the plan as JSON. */
  readonly planHash: string;
  /** The file it was read from. */
  readonly planFile: string;
  readonly cluster: ClusterIdentity;
  /** Who runs it, as the API server says. */
  readonly user: string;
  /** UIDs of the pods that were Pending before it began. */
  readonly pendingBefore: readonly string[];
  /** When each step begins and ends, as it was rehearsed and agreed to; older versions did not write it down. */
  readonly predicted?: readonly StepTime[];
  /** How many Ready pods each Service had. */
  readonly services?: ReadyCounts;
}

/** Ready pods by Service, `namespace/name`. */
export type ReadyCounts = Readonly<Record<string, number>>;

/** The cluster itself, whatever its address: the UID of its namespace kube-system. */
export interface ClusterIdentity {
  readonly uid: string;
  readonly server: string;
  readonly context: string;
}

/** One line of a journal. `now` is the executor's time: milliseconds that the run has been under way. */
export type JournalRecord = {
  readonly now: number;
  /** The moment, ISO 8601. */
  readonly at: string;
} & JournalEntry;

export type JournalEntry =
  /** On disk before the request is sent. */
  | { readonly kind: "sent"; readonly command: string; readonly intent: Intent }
  /** What the executor was told; on disk before anything follows from it. */
  | { readonly kind: "seen"; readonly command: string; readonly fact: Fact }
  /** The cluster was looked at before this step, and the rest of the plan rehearsed. */
  | {
      readonly kind: "looked";
      readonly step: string;
      readonly word: string;
      readonly objections: readonly string[];
      /** When the step and the plan would end by that; undefined where they do not. Milliseconds, as `now`. */
      readonly stepEnd?: number;
      readonly end?: number;
      /** The Services that had fewer Ready pods than when the run began. */
      readonly services?: ReadyCounts;
    }
  /** A program is about to be started, or a person asked; `before` is what was so then. */
  | {
      readonly kind: "begun";
      readonly command: string;
      /** Empty: a person. */
      readonly words: readonly string[];
      readonly before: Before;
    }
  /** Alerts were looked for before a node: those that fire. */
  | {
      readonly kind: "alerts";
      readonly node: string;
      readonly before: "closing" | "work";
      readonly firing: readonly string[];
    }
  /** What a hook has printed, a gate's command has said, or a person has answered. */
  | { readonly kind: "said"; readonly command: string; readonly by: string; readonly text: string }
  /** A person has agreed to what this command waits for. */
  | ({ readonly kind: "approved"; readonly command: string } & Approval)
  | { readonly kind: "stopped"; readonly why: string; readonly detail: string }
  | {
      readonly kind: "resumed";
      readonly user: string;
      readonly host: string;
      readonly pid: number;
      /** The rest of the plan, as it was rehearsed and agreed to then. */
      readonly predicted?: readonly StepTime[];
    }
  | { readonly kind: "aborting"; readonly user: string; readonly host: string; readonly pid: number }
  /** What `--abort` puts back; `outcome` is undefined before it is sent. */
  | { readonly kind: "restoring"; readonly what: string; readonly intent?: Intent; readonly outcome?: string }
  | { readonly kind: "ended"; readonly outcome: string; readonly reason: string };

/** A journal as it was found: what was written whole. */
export interface JournalContent {
  readonly header: JournalHeader;
  readonly records: readonly JournalRecord[];
  /** Where the last whole line ends; what follows was cut off while it was written. */
  readonly bytes: number;
}

/** Appends lines to a file, each on disk before it returns. Throws {@link Stopped} where one cannot be written. */
export class Journal {
  readonly path: string;
  readonly #file: number;
  #length: number;

  private constructor(path: string, file: number, length: number) {
    this.path = path;
    this.#file = file;
    this.#length = length;
  }

  /** Begins a journal; the file must not be there yet. Where that fails, none is left. */
  static begin(path: string, header: JournalHeader): Journal {
    const file = orStopped(() => openSync(path, "wx", 0o600));
    const journal = new Journal(path, file, 0);
    try {
      journal.#write(header);
      // A file is only found again after a crash once its folder is on disk.
      orStopped(() => syncFolder(dirname(path)));
    } catch (error) {
      closeSync(file);
      rmSync(path, { force: true });
      throw error;
    }
    return journal;
  }

  /** Goes on with a journal that was read, with a first line. A line that was cut off is taken away. */
  static continue(path: string, { bytes }: JournalContent, first: JournalRecord): Journal {
    const journal = orStopped(() => {
      const file = openSync(path, "r+");
      ftruncateSync(file, bytes);
      return new Journal(path, file, bytes);
    });
    journal.append(first);
    return journal;
  }

  append(record: JournalRecord): void {
    this.#write(record);
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(line: JournalHeader | JournalRecord): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`, "utf8");
    orStopped(() => {
      for (let done = 0; done < bytes.length;)
        done += writeSync(this.#file, bytes, done, bytes.length - done, this.#length + done);
      fsyncSync(this.#file);
    });
    this.#length += bytes.length;
  }
}

function orStopped<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Stopped({ kind: "journal", message: describeSystemError(error, "write") });
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  fsyncSync(folder);
  closeSync(folder);
}

/** Reads a journal. A last line that was cut off is left out: nothing followed from it. */
export function readJournal(path: string): JournalContent | { readonly problem: string } {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
  const parsed: unknown[] = [];
  for (const [index, line] of lines.entries()) {
    try {
      parsed.push(JSON.parse(line));
    } catch {
      return { problem: `line ${index + 1} is not JSON: this is no journal of a run, or it was changed` };
    }
  }
  const [header, ...records] = parsed;
  if (!isHeader(header)) return { problem: "its first line is no header: this is no journal of a run" };
  if (header.format > journalFormat)
    return {
      problem: `it has format ${header.format}, and this Seatrial reads up to ${journalFormat}: use a newer one`,
    };
  return { header, records: records as JournalRecord[], bytes: end };
}

function isHeader(value: unknown): value is JournalHeader {
  const { kind, format, plan, cluster, run } = (value ?? {}) as Partial<JournalHeader>;
  return (
    kind === "header" &&
    typeof format === "number" &&
    typeof run === "string" &&
    typeof plan === "object" &&
    typeof cluster?.uid === "string"
  );
}
