/**
 * Splits JSON text into its documents, and a `List` document into its items, without holding more than one item:
 * a snapshot of a large cluster is longer than the longest string JavaScript can hold.
 */

/** One document, or one element of a document's top-level `items`. */
export interface JsonPiece {
  readonly text: string;
  /** The line of the file on which it starts, from 1. */
  readonly line: number;
  /** `item` for an element of `items`; `document` for a whole document, with its items left out. */
  readonly kind: "item" | "document";
  /** Which document of the file it belongs to, from 1. */
  readonly document: number;
}

const quote = 0x22;
const backslash = 0x5c;
const newline = 0x0a;
const itemsKey = Buffer.from('"items"');

/** Far above what an API server stores (about 1.5 MiB an object), far below what would exhaust memory. */
const maxPieceBytes = 64 << 20;

/**
 * Feed it chunks of a file, in order, then call `end`. It hands each piece to `onPiece`, the items of a list
 * before the list itself. `end` returns a sentence if the text stopped in the middle of a document.
 */
export class JsonSplitter {
  readonly #onPiece: (piece: JsonPiece) => void;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of #rest that have been looked at. */
  #at = 0;
  #line = 1;
  #document = 1;
  #depth = 0;
  #inString = false;
  /** Where the current document and item start in #rest; -1 if none has. */
  #documentStart = -1;
  #documentLine = 1;
  #itemStart = -1;
  #itemLine = 1;
  /** The text of the current document outside its items. */
  #outside = "";
  #inItems = false;
  #stringStart = -1;
  #lastKeyIsItems = false;

  constructor(onPiece: (piece: JsonPiece) => void) {
    this.#onPiece = onPiece;
  }

  /** Returns a sentence once a single object has grown past {@link maxPieceBytes}: it cannot be a Kubernetes object. */
  push(chunk: Buffer): string | undefined {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#scan();
    this.#forget();
    if (this.#rest.length <= maxPieceBytes) return undefined;
    return `one object is longer than ${maxPieceBytes >> 20} MiB; is this a Kubernetes object at all?`;
  }

  end(): string | undefined {
    if (this.#depth > 0 || this.#inString) {
      return `the text ends in the middle of a document that began on line ${this.#documentLine}`;
    }
    const tail = this.#rest.toString("utf8", Math.max(0, this.#documentStart)).trim();
    return tail === "" ? undefined : `unexpected text ${JSON.stringify(tail.slice(0, 40))}`;
  }

  #scan(): void {
    const bytes = this.#rest;
    for (; this.#at < bytes.length; this.#at++) {
      const byte = bytes[this.#at]!;
      if (this.#inString) {
        if (byte === backslash) this.#at++;
        else if (byte === quote) this.#closeString();
        else if (byte === newline) this.#line++;
        continue;
      }
      switch (byte) {
        case newline:
          this.#line++;
          break;
        case quote:
          this.#inString = true;
          this.#stringStart = this.#at;
          break;
        case 0x7b: // {
        case 0x5b: // [
          this.#open(byte);
          break;
        case 0x7d: // }
        case 0x5d: // ]
          this.#close();
          break;
      }
    }
  }

  #closeString(): void {
    this.#inString = false;
    if (this.#depth !== 1) return;
    const length = this.#at + 1 - this.#stringStart;
    this.#lastKeyIsItems =
      length === itemsKey.length &&
      this.#rest.compare(itemsKey, 0, length, this.#stringStart, this.#stringStart + length) === 0;
  }

  #open(byte: number): void {
    if (this.#depth === 0) {
      this.#documentStart = this.#at;
      this.#documentLine = this.#line;
      this.#outside = "";
    } else if (this.#depth === 1 && byte === 0x5b && this.#lastKeyIsItems) {
      this.#inItems = true;
      this.#outside += this.#rest.toString("utf8", this.#documentStart, this.#at + 1);
      this.#lastKeyIsItems = false;
    } else if (this.#depth === 2 && this.#inItems) {
      this.#itemStart = this.#at;
      this.#itemLine = this.#line;
    }
    this.#depth++;
  }

  #close(): void {
    this.#depth = Math.max(0, this.#depth - 1);
    if (this.#depth === 2 && this.#inItems && this.#itemStart >= 0) {
      const text = this.#rest.toString("utf8", this.#itemStart, this.#at + 1);
      this.#onPiece({ text, line: this.#itemLine, kind: "item", document: this.#document });
      this.#itemStart = -1;
    } else if (this.#depth === 1 && this.#inItems) {
      this.#inItems = false;
      this.#documentStart = this.#at;
    } else if (this.#depth === 0 && this.#documentStart >= 0) {
      const text = this.#outside + this.#rest.toString("utf8", this.#documentStart, this.#at + 1);
      this.#onPiece({ text, line: this.#documentLine, kind: "document", document: this.#document });
      this.#documentStart = -1;
      this.#document++;
    }
  }

  /** Drops the bytes that no piece needs any more. */
  #forget(): void {
    const keepFrom =
      this.#itemStart >= 0
        ? this.#itemStart
        : this.#inItems || this.#documentStart < 0
          ? this.#at
          : this.#documentStart;
    const from = this.#inString ? Math.min(keepFrom, this.#stringStart) : keepFrom;
    if (from <= 0) return;
    this.#rest = this.#rest.subarray(from);
    this.#at -= from;
    this.#itemStart = this.#itemStart < 0 ? -1 : this.#itemStart - from;
    this.#stringStart -= from;
    if (this.#documentStart >= 0) this.#documentStart = Math.max(0, this.#documentStart - from);
  }
}
