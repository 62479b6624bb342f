import { isScalar, LineCounter, parseAllDocuments } from "yaml";
import { yamlLine } from "../lib/yaml-line.ts";
import type { Origin } from "../model/meta.ts";
import type { Problem } from "../model/problem.ts";
import { JsonSplitter } from "./json-items.ts";

/** One document of a file (or one item of a JSON list), not looked at yet. */
export interface RawDocument {
  readonly value: unknown;
  readonly origin: Origin;
  /** The line on which a field stands, where the format tells (YAML); else the line of the document. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/** Where documents and problems go while a file is read. */
export interface DocumentSink {
  readonly document: (document: RawDocument) => void;
  readonly problem: (problem: Problem) => void;
}

/** Longer YAML takes minutes to parse; JSON has no such limit. */
const maxYamlBytes = 48 << 20;
/** Aliases may repeat a node, but not so often that a small file becomes a huge one. */
const maxAliases = 100;

/** Reads one file, chunk by chunk: JSON if its first character opens an object or a list, else YAML. */
export class DocumentReader {
  readonly #file: string;
  readonly #sink: DocumentSink;
  #json: JsonSplitter | undefined;
  #isYaml = false;
  #failed = false;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #items = 0;

  constructor(file: string, sink: DocumentSink) {
    this.#file = file;
    this.#sink = sink;
  }

  /** False once the file is known to be unusable: there is no need to read on. */
  push(chunk: Buffer): boolean {
    if (this.#failed) return false;
    if (chunk.includes(0)) return this.#fail("this is not text (it contains a NUL byte)", textAdvice);
    if (!this.#json && !this.#isYaml) this.#choose(chunk);
    if (this.#json) {
      const sentence = this.#json.push(chunk);
      return sentence === undefined || this.#fail(sentence, textAdvice);
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes <= maxYamlBytes) return true;
    return this.#fail(`more than ${maxYamlBytes >> 20} MiB, and it is not JSON`, textAdvice);
  }

  end(): void {
    if (this.#failed) return;
    if (this.#json) {
      const sentence = this.#json.end();
      if (sentence !== undefined) this.#fail(sentence, "The file seems to be cut off: write it again.");
      return;
    }
    this.#readYaml(Buffer.concat(this.#chunks).toString("utf8"));
  }

  #choose(chunk: Buffer): void {
    const first = /[^\s\uFEFF]/.exec(chunk.toString("utf8", 0, 4_096))?.[0];
    if (first === undefined) return;
    if (first === "{") this.#json = new JsonSplitter((piece) => this.#readJson(piece));
    else this.#isYaml = true;
    if (this.#json && this.#chunks.length > 0) for (const earlier of this.#chunks) this.#json.push(earlier);
  }

  #readJson(piece: { text: string; line: number; kind: "item" | "document"; document: number }): void {
    const document = piece.kind === "item" ? ++this.#items : piece.document;
    const origin = { file: this.#file, document, line: piece.line };
    try {
      const value: unknown = JSON.parse(piece.text);
      this.#sink.document({ value, origin, lineOf: () => piece.line });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#sink.problem({ origin, message: `not valid JSON: ${message}` });
    }
  }

  #readYaml(text: string): void {
    const lines = new LineCounter();
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      uniqueKeys: false,
      merge: true,
      logLevel: "error",
    });
    if (!Array.isArray(documents)) return;
    documents.forEach((document, index) => {
      const start = document.contents?.range?.[0] ?? document.range[0];
      const origin = { file: this.#file, document: index + 1, line: lines.linePos(start).line };
      const error = document.errors[0];
      if (error) {
        const line = error.linePos?.[0].line ?? origin.line;
        const message = `not valid YAML: ${error.message.split("\n")[0]!.replace(/ at line .*/, "")}`;
        this.#sink.problem({ origin: { ...origin, line }, message });
        return;
      }
      if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
        return;
      try {
        const value: unknown = document.toJS({ maxAliasCount: maxAliases });
        this.#sink.document({
          value,
          origin,
          lineOf: (path) => yamlLine(document.contents, path, lines, origin.line),
        });
      } catch {
        const message = `its aliases repeat a part more than ${maxAliases} times`;
        this.#sink.problem({ origin, message, advice: "Write the repeated part out, or give JSON." });
      }
    });
  }

  #fail(message: string, advice: string): false {
    this.#failed = true;
    this.#chunks = [];
    this.#sink.problem({ origin: { file: this.#file }, message, advice });
    return false;
  }
}

const textAdvice = "Give what `kubectl get … -o json` or `-o yaml` prints, or manifests.";
