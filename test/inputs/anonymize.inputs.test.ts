import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { publicWords } from "../../src/facts/public-words.ts";
import { wordsOf } from "../../src/read/pseudonyms.ts";
import { expectSameRehearsals, twinsOf } from "../support/anonymous-twin.ts";
import { inputFiles, inputs } from "../support/inputs.ts";

const files = inputFiles("clusters/*/*.json").filter((file) => !file.endsWith(".groundtruth.json"));

describe.skipIf(inputs === undefined)("real clusters under other names", () => {
  test.each(files)("%s: nobody is named, and every drain goes as before", (file) => {
    const twins = twinsOf(join(inputs!, file));
    const pods = twins.named.objects.Pod.flatMap(({ namespace, name }) => [namespace, name]);
    const nodes = twins.named.objects.Node.map(({ name }) => name);
    const telling = [...pods, ...nodes]
      .flatMap(wordsOf)
      .filter((word) => /^\D.*[a-z]/.test(word) && !publicWords.has(word));
    // A unique identifier names nobody, and stays; k3s puts the beginning of one into a name.
    const values = valuesIn(JSON.parse(twins.text)).filter((value) => !isUid.test(value));
    const left = new Set(values.flatMap(wordsOf));
    expect(telling).not.toEqual([]);
    expect(telling.filter((word) => left.has(word))).toEqual([]);
    expectSameRehearsals(twins);
  });
});

const isUid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function valuesIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(valuesIn) : [];
}
