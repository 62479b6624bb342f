import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import { yamlLine } from "../lib/yaml-line.ts";
import { didYouMean } from "../lib/nearest.ts";
import type { Problem } from "../model/problem.ts";
import { found, sentence } from "./schema/fields.ts";
import { type PlanSource, problemAt } from "./source.ts";

export type OneDocument =
  | { readonly ok: true; readonly value: unknown; readonly source: PlanSource }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What a file is to be. */
export interface FileKind {
  /** What it is called in a sentence: `plan`. */
  readonly noun: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** The page that shows how to write one. */
  readonly page: string;
}

/** These files are written by people: more than this is another kind of file. */
const longestText = 4 << 20;
/** Aliases may repeat a part, but not so often that a small file becomes a huge one. */
const mostAliases = 100;
/** Steps inside steps inside steps: nobody reads deeper than this. */
const deepest = 100;

const tooDeep = "lists and objects are nested too deeply in it";

/** Reads the one document of a file, YAML or JSON, and looks at nothing in it but what kind of file it is. */
export function readDocument(text: string, file: string, expected: FileKind): OneDocument {
  const document = readOne(text, file, expected);
  if (!document.ok) return document;
  const other = somethingElse(document.value, document.source, expected);
  return other ? { ok: false, problems: [other] } : document;
}

/** One problem where the document is of no such kind: all others would only follow from it. */
function somethingElse(
  value: unknown,
  source: PlanSource,
  { noun, kind: wanted, apiVersion }: FileKind,
): Problem | undefined {
  const advice = `A ${noun} begins with apiVersion: ${apiVersion} and kind: ${wanted}.`;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return problemAt([], `expected a ${noun}, got ${found(value)}`, source, advice);
  const { kind, apiVersion: version } = value as Readonly<Record<string, unknown>>;
  if (kind !== wanted) {
    const guess = typeof kind === "string" ? didYouMean(kind, [wanted]) : "";
    return problemAt(["kind"], `${sentence(wanted, kind)}${guess}`, source, advice);
  }
  if (version === apiVersion) return undefined;
  return problemAt(["apiVersion"], sentence(apiVersion, version), source, advice);
}

function readOne(text: string, file: string, { noun, apiVersion, kind, page }: FileKind): OneDocument {
  const start = `Begin with apiVersion: ${apiVersion} and kind: ${kind}; ${page} shows the rest.`;
  const refuse = (message: string): OneDocument => ({
    ok: false,
    problems: [problemAt([], message, { file }, start)],
  });
  if (text.includes("\u0000")) return refuse("this is not text (it contains a NUL byte)");
  if (text.length > longestText)
    return refuse(`this is too long for a ${noun} (more than ${longestText >> 20} MiB)`);
  const lines = new LineCounter();
  let documents: readonly Document[];
  try {
    const parsed = parseAllDocuments(text, { lineCounter: lines, merge: true, logLevel: "error" });
    documents = Array.isArray(parsed) ? parsed : [];
  } catch {
    // The parser is recursive: what is nested without end overflows its stack.
    return refuse(tooDeep);
  }
  const problems = documents.flatMap((document, index) =>
    syntaxProblems(document, sourceOf(document, index, file, lines), text, lines),
  );
  if (problems.length > 0) return { ok: false, problems };
  const filled = documents
    .map((document, index) => ({ document, source: sourceOf(document, index, file, lines) }))
    .filter(({ document }) => !isEmpty(document));
  const [first, second] = filled;
  if (!first) {
    const source = { file, document: 1, lineOf: () => 1 };
    return {
      ok: false,
      problems: [problemAt([], `the file is empty: expected a ${kind}`, source, start)],
    };
  }
  if (!second) return valueOf(first.document, first.source);
  const message = `expected one ${noun} in the file, got ${filled.length} documents: this is the second`;
  const advice = `Put each ${noun} into a file of its own.`;
  return { ok: false, problems: [problemAt([], message, second.source, advice)] };
}

function sourceOf(document: Document, index: number, file: string, lines: LineCounter): PlanSource {
  const { contents } = document;
  const line = lines.linePos(contents?.range?.[0] ?? document.range?.[0] ?? 0).line;
  return { file, document: index + 1, lineOf: (path) => yamlLine(contents, path, lines, line) };
}

/** The document as plain data. */
function valueOf(document: Document, source: PlanSource): OneDocument {
  const unusable = unusablePart(document.contents, []);
  if (unusable) return { ok: false, problems: [problemAt(unusable.path, unusable.message, source)] };
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: mostAliases }), source };
  } catch (error) {
    const missing = /^Unresolved alias.*: (.+)$/.exec(error instanceof Error ? error.message : "")?.[1];
    const message =
      missing === undefined
        ? `its aliases repeat a part more than ${mostAliases} times`
        : `*${missing} repeats a part that is not named &${missing} before it`;
    return { ok: false, problems: [problemAt([], message, source, "Write the repeated part out.")] };
  }
}

function isEmpty({ contents }: Document): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

/** What is wrong with the text itself: the first error of a document, or every key that it has twice. */
function syntaxProblems(
  { errors }: Document,
  { file, document }: PlanSource,
  text: string,
  lines: LineCounter,
): readonly Problem[] {
  const at = (position: number) => ({ file, document, line: lines.linePos(position).line });
  const broken = errors.find(({ code }) => code !== "DUPLICATE_KEY");
  if (broken) {
    const message = `not valid YAML: ${broken.message.split("\n")[0]!.replace(/ at line .*/, "")}`;
    return [{ origin: at(broken.pos[0]), message }];
  }
  return errors.map(({ pos: [start] }) => {
    const message = `${keyAt(text, start)} is given twice in the same place`;
    return { origin: at(start), message, advice: "Keep one of the two: only one can hold." };
  });
}

/** The key that begins at `start`, in quotes. */
function keyAt(text: string, start: number): string {
  const key = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s:,{}[\]]+)/.exec(text.slice(start, start + 200))?.[0] ?? "";
  return /^["']/.test(key) ? key : JSON.stringify(key);
}

interface Unusable {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The first part that could not be kept as plain data: a key that is no name, or nesting without end. */
function unusablePart(node: unknown, path: readonly PropertyKey[]): Unusable | undefined {
  if (path.length > deepest) return { path: [], message: tooDeep };
  if (isPair(node)) {
    const key: unknown = isScalar(node.key) ? node.key.value : node.key;
    // YAML's merge key `<<` is a symbol.
    const isName = typeof key === "string" || typeof key === "number" || typeof key === "boolean";
    if (!isName && typeof key !== "symbol")
      return { path, message: "a field's name has to be text, not a list, an object or nothing" };
    if (key === "__proto__") return { path: [...path, key], message: "no field can be called so" };
    return unusablePart(node.value, [...path, String(key)]);
  }
  if (!isMap(node) && !isSeq(node)) return undefined;
  for (const [index, item] of node.items.entries()) {
    const found = unusablePart(item, isSeq(node) ? [...path, index] : path);
    if (found) return found;
  }
  return undefined;
}
