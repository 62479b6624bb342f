import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { describeSystemError } from "../read/files.ts";
import { InputError } from "./input-error.ts";

/** Small pieces are written together. */
const batchBytes = 1 << 16;

/**
 * A file that is there whole or not at all: what is written goes beside it, and takes its place at the end. Standard
 * output (`-`), devices and pipes are written to as they are. Throws InputError where it cannot be written.
 */
export class OutputFile {
  readonly #path: string;
  /** Where it is written until it is whole, by this process alone; undefined where that is the place itself. */
  readonly #beside: { readonly partial: string; readonly target: string } | undefined;
  readonly #file: number;
  #batch: string[] = [];
  #length = 0;

  constructor(path: string) {
    this.#path = path;
    const target = path === "-" ? undefined : fileAt(path);
    this.#beside = target === undefined ? undefined : { partial: `${target}.partial-${process.pid}`, target };
    this.#file = path === "-" ? 1 : this.#try(() => openSync(this.#beside?.partial ?? path, "w", 0o600));
  }

  write(text: string): void {
    this.#batch.push(text);
    this.#length += text.length;
    if (this.#length >= batchBytes) this.#flush();
  }

  /** All that was written is on disk, under its name. */
  finish(): void {
    this.#flush();
    if (this.#file === 1) return;
    const { partial, target } = this.#beside ?? {};
    this.#try(() => {
      // A disk that is full may say so here only.
      if (partial !== undefined) fsyncSync(this.#file);
      closeSync(this.#file);
      if (partial !== undefined && target !== undefined) renameSync(partial, target);
    });
  }

  /** Leaves nothing of it behind; what was there before stays. */
  discard(): void {
    if (this.#file === 1) return;
    try {
      closeSync(this.#file);
    } catch {
      // It may be closed already.
    }
    if (this.#beside) rmSync(this.#beside.partial, { force: true });
  }

  #flush(): void {
    const bytes = Buffer.from(this.#batch.join(""));
    this.#batch = [];
    this.#length = 0;
    for (let at = 0; at < bytes.length;) at += this.#put(bytes, at);
  }

  /** Standard output may be a pipe that takes a part only, or nothing for now. */
  #put(bytes: Buffer, at: number): number {
    return this.#try(() => {
      try {
        return writeSync(this.#file, bytes, at);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EAGAIN") return 0;
        // A reader that has seen enough ends the program, as main.ts has it for all that is printed.
        if (code === "EPIPE" && this.#file === 1) process.stdout.emit("error", error);
        throw error;
      }
    });
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw new InputError(`--out ${this.#path}: ${describeSystemError(error, "write")}`);
    }
  }
}

/** The file that a path leads to, which need not be there yet; undefined for what is no file. */
function fileAt(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? realpathSync(path) : undefined;
  } catch {
    return path;
  }
}
