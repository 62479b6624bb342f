import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { publicWords } from "../../src/facts/public-words.ts";
import { byText } from "../../src/lib/order.ts";
import { Pseudonyms, wordsOf } from "../../src/read/pseudonyms.ts";

const word = fc.oneof(
  fc.stringMatching(/^[a-z0-9]{1,6}$/),
  fc.stringMatching(/^[A-Za-z0-9]{1,4}$/),
  fc.constantFrom(...publicWords),
  fc.constantFrom(...publicWords).map((each) => `${each}s`),
  fc.nat(200).map(String),
);
const name = fc
  .array(fc.tuple(word, fc.constantFrom("-", ".", "/")), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.flat().slice(0, -1).join(""));

property.prop([fc.uniqueArray(name, { minLength: 2, maxLength: 30 })])(
  "names keep their order, and stay apart",
  (names) => {
    const pseudonyms = new Pseudonyms(names.flatMap(wordsOf));
    const sorted = [...names].sort(byText);
    const renamed = sorted.map((each) => pseudonyms.of(each));
    expect(renamed).toEqual([...new Set(renamed)].sort(byText));
  },
);

property.prop([fc.array(name)])("no word that names somebody stays", (names) => {
  const words = names.flatMap(wordsOf);
  const pseudonyms = new Pseudonyms(words);
  const telling = words.filter((each) => /[A-Za-z]{3}/.test(each) && !publicWords.has(each));
  for (const each of telling) expect(pseudonyms.of(each)).not.toBe(each);
});

test("public words, numbers and versions stay, and a word is the same wherever it stands", () => {
  const names = ["kube-system/coredns-7db6d8ff4d", "shop/web-0", "data-web-0", "v1beta1"];
  const pseudonyms = new Pseudonyms(names.flatMap(wordsOf));
  expect(names.map((each) => pseudonyms.of(each))).toEqual([
    "kube-system/coredns-7A00",
    "kube00/web-0",
    "data-web-0",
    "v1beta1",
  ]);
});

const address = fc
  .array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 })
  .filter(([first = 0]) => first >= 10)
  .map((parts) => parts.join("-"));

property.prop([fc.uniqueArray(address, { minLength: 2, maxLength: 30 })])(
  "nodes that are called by their addresses keep their order, and tell none of them",
  (addresses) => {
    const nodes = addresses.map((each) => `ip-${each}.ec2.internal`).sort(byText);
    const pseudonyms = new Pseudonyms(nodes.flatMap(wordsOf));
    const renamed = nodes.map((each) => pseudonyms.of(each));
    expect(renamed).toEqual([...new Set(renamed)].sort(byText));
    for (const each of addresses) expect(pseudonyms.of(`ip-${each}.ec2.internal`)).not.toContain(each);
  },
);

test("addresses in a text and long numbers are others; ordinals and short numbers stay", () => {
  const texts = [
    '{"ips":["10.131.4.17"],"mac":"0a:58:0a:83:04:11"}',
    "123456789012.dkr.ecr.amazonaws.com/web",
    "--nodes=1:10:abc",
    "data-1-2-3-4",
    "web-0",
  ];
  const pseudonyms = new Pseudonyms(texts.flatMap(wordsOf));
  const [network, image, ...others] = texts.map((each) => pseudonyms.of(each));
  expect(network).toMatch(/"10\.000\.000\.000".*"fd00::"/);
  expect(image).toMatch(/^1234A0\d\./);
  expect(others).toEqual([expect.stringMatching(/=1:10:a0\d$/), "data-1-2-3-4", "web-0"]);
});
