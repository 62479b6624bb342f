import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { publicWords } from "../../src/facts/public-words.ts";
import { Anonymizer } from "../../src/read/anonymize.ts";
import { readPath } from "../../src/read/files.ts";
import { redacted } from "../../src/read/redact.ts";
import { inputFiles, inputs } from "../support/inputs.ts";

/**
 * What snapshots of others' clusters must not tell, token by token: the test knows no more of how it is done than that
 * what stands for nobody is in the list of public words.
 */

const files = [
  ...inputFiles("clusters/*/*.json").filter((file) => !file.endsWith(".groundtruth.json")),
  ...inputFiles("manifests/**/*.{yaml,yml,json}"),
];

/** A string of an object, and the names of the fields that lead to it. */
interface Place {
  readonly path: readonly string[];
  readonly text: string;
}

function placesIn(value: unknown, path: readonly string[] = []): readonly Place[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((each) => placesIn(each, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => [
    // Keys of labels, annotations and selectors are names like their values.
    ...(isNaming(path) && typeof field === "string" ? [{ path, text: key }] : []),
    ...placesIn(field, [...path, key]),
  ]);
}

const labelled = new Set(["labels", "annotations", "matchLabels", "nodeSelector", "selector"]);
const isNaming = (path: readonly string[]) => labelled.has(path.at(-1) ?? "");

function objectsOf(file: string): readonly unknown[] {
  const objects: unknown[] = [];
  readPath(join(inputs!, file), {
    document: ({ value }) => {
      if (!Array.isArray((value as { items?: unknown } | null)?.items)) objects.push(value);
    },
    problem: () => undefined,
  });
  return objects;
}

const readAsIs = [
  /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/,
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  /^[+-]?\d+(?:\.\d+)?(?:[eE]\d+|[a-zA-Z%]{1,2})?$/,
];

/** What could name somebody: words of three letters or more, long numbers, addresses however they are written. */
function tellingTokens(text: string): readonly string[] {
  if (readAsIs.some((pattern) => pattern.test(text))) return [];
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => /[A-Za-z].*[A-Za-z].*[A-Za-z]|\d{5}/.test(word));
  const addresses = text.match(
    /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|(?<!\w)\d{2,3}(?:-\d{1,3}){3}(?![\w-])/g,
  );
  // What stands in for addresses begins so, and may be the real one of somebody else.
  const others = (addresses ?? []).filter((address) => !address.startsWith("10.0."));
  return [...words.filter((word) => !publicWords.has(word) && !/^[xX]+$|^v\d/.test(word)), ...others];
}

/** Words of Kubernetes' own, the flags of its programs, and what machines say of themselves: alike in all clusters. */
function isOwn({ path, text }: Place): boolean {
  return (
    path.includes("nodeInfo") ||
    path.at(-1) === "command" ||
    (/^[A-Z][A-Za-z0-9]*$/.test(text) && !isNaming(path.slice(0, -1)) && path.at(-1) !== "name")
  );
}

const tokensOf = (places: readonly Place[]): ReadonlySet<string> =>
  new Set(places.flatMap(({ text }) => tellingTokens(text)));

/** The objects of a file as they are, and as a snapshot holds them. */
function readBoth(file: string): { readonly raw: readonly unknown[]; readonly kept: readonly unknown[] } {
  const raw = objectsOf(file);
  return { raw, kept: raw.map(redacted) };
}

const hiddenFields = new Set(["env", "envFrom", "args", "command", "managedFields", "openAPIV3Schema"]);

describe.skipIf(inputs === undefined)("what a snapshot tells", () => {
  test.each(files)("%s: under other names, no word of the real one is left", (file) => {
    const { raw, kept } = readBoth(file);
    const anonymizer = new Anonymizer();
    for (const each of kept) anonymizer.learn(each);
    const places = kept.flatMap((each) => placesIn(anonymizer.anonymous(each)));
    const left = tokensOf(places.filter((place) => !isOwn(place)));
    const telling = [...tokensOf(placesIn(raw).filter((place) => !isOwn(place)))];
    expect(telling.filter((token) => left.has(token))).toEqual([]);
  });

  test.each(files)("%s: nothing of what a snapshot may not hold is left", (file) => {
    const { raw, kept } = readBoth(file);
    const isHidden = ({ path }: Place) => path.some((field) => hiddenFields.has(field));
    const all = placesIn(raw);
    const open = tokensOf(all.filter((place) => !isHidden(place)));
    const left = tokensOf(placesIn(kept).filter(({ path }) => path.at(-1) !== "command"));
    const hidden = [...tokensOf(all.filter(isHidden))].filter((token) => !open.has(token));
    expect(hidden.filter((token) => left.has(token))).toEqual([]);
  });
});
