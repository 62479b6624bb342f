import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { byText } from "../lib/order.ts";
import { DocumentReader, type DocumentSink } from "./documents.ts";

const chunkBytes = 1 << 20;

/**
 * Reads every document of `path`: a file, a directory (its .yaml, .yml and .json files, recursively, in the
 * order of their paths) or `-` for standard input.
 */
export function readPath(path: string, sink: DocumentSink): void {
  if (path === "-") return readFile("-", 0, sink);
  let isDirectory: boolean;
  try {
    isDirectory = statSync(path).isDirectory();
  } catch (error) {
    sink.problem({ origin: { file: path }, message: describeSystemError(error) });
    return;
  }
  if (!isDirectory) return openAndRead(path, sink);
  const files = readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort(byText);
  if (files.length === 0) {
    const message = "no .yaml, .yml or .json file in this directory";
    sink.problem({ origin: { file: path }, message });
  }
  for (const file of files) openAndRead(join(path, file), sink);
}

function openAndRead(path: string, sink: DocumentSink): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    sink.problem({ origin: { file: path }, message: describeSystemError(error) });
    return;
  }
  try {
    readFile(path, descriptor, sink);
  } finally {
    closeSync(descriptor);
  }
}

function readFile(name: string, descriptor: number, sink: DocumentSink): void {
  const reader = new DocumentReader(name, sink);
  for (;;) {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let length: number;
    try {
      length = readSync(descriptor, chunk, 0, chunkBytes, null);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EAGAIN") continue;
      if (code === "EOF") break;
      sink.problem({ origin: { file: name }, message: describeSystemError(error) });
      return;
    }
    if (length === 0 || !reader.push(chunk.subarray(0, length))) break;
  }
  reader.end();
}

/** What a failed system call means, for a person; `what` was to be done with the file. */
export function describeSystemError(error: unknown, what: "read" | "write" = "read"): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case "ENOENT":
      return "there is no such file or directory";
    case "EACCES":
    case "EPERM":
      return `no permission to ${what} it`;
    case "EEXIST":
      return "it is there already";
    case "EISDIR":
      return "this is a directory";
    case "ENOSPC":
    case "EDQUOT":
      return "there is no room left on the disk";
    case "EFBIG":
      return "a file may not become as long as that";
    case "EROFS":
      return "the disk may only be read";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
