import { publicWords } from "../facts/public-words.ts";
import { byText } from "../lib/order.ts";

/**
 * Other words for the words of names, one for one and in the same order: two names that consist of words with dashes,
 * dots or slashes between them compare as they did before. What is sorted by name stays sorted so. An address in a name
 * (`ip-10-0-3-17`) is one word, and in order among its like.
 */
export class Pseudonyms {
  readonly #words = new Map<string, string>();

  /** For all of these words; those that name no one stay as they are. */
  constructor(words: Iterable<string>) {
    let before = "";
    let between: string[] = [];
    const nameThem = () => {
      const width = String(between.length - 1).length;
      for (const [index, word] of between.entries())
        this.#words.set(word, `${startOf(word, before)}0${String(index).padStart(width, "0")}`);
      between = [];
    };
    const sorted = [...new Set([...words, lowest])].sort(byText);
    for (const [index, word] of sorted.filter(isQuad).entries())
      this.#words.set(word, otherQuad(word, index));
    for (const word of sorted.filter((each) => !isQuad(each))) {
      if (!isKept(word)) {
        between.push(word);
        continue;
      }
      nameThem();
      before = word;
    }
    nameThem();
  }

  /** The text with each of its words replaced. Words that were not among those of the constructor stay. */
  of(text: string): string {
    return text
      .replace(colonAddress, otherColonAddress)
      .replace(wordPattern, (word) => this.#words.get(word) ?? word);
  }
}

/** What a name consists of: `shop`, `web` and `0` in `shop/web-0`; `10-0-3-17` is one. */
export function wordsOf(text: string): readonly string[] {
  return text.match(wordPattern) ?? [];
}

/** An IPv4 address as clouds write it into names, or as it stands in a text. With dashes, small numbers may be ordinals. */
const quad = "(?:\\d{2,3}(?:-\\d{1,3}){3}|\\d{1,3}(?:\\.\\d{1,3}){3})";
const wordPattern = new RegExp(`(?<![A-Za-z0-9])${quad}(?![A-Za-z0-9])|[A-Za-z0-9]+`, "g");

function isQuad(word: string): boolean {
  return /[-.]/.test(word);
}

/** The same first number, and then the place among all of them. */
function otherQuad(word: string, index: number): string {
  const [first = "", separator = ""] = /^(\d+)([-.])/.exec(word)?.slice(1) ?? [];
  const parts = [index >> 16, (index >> 8) & 255, index & 255];
  return [first, ...parts.map((part) => String(part).padStart(3, "0"))].join(separator);
}

/** A hardware address, or IPv6, in a text. */
const colonAddress = /(?<![A-Za-z0-9:])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}(?![A-Za-z0-9:])/g;
const otherColonAddress = "fd00::";

/** Whether a text has a word that is replaced. */
export function namesSomebody(text: string): boolean {
  return wordsOf(text).some((word) => !isKept(word));
}

/** Kept, so that what stands in for a word with a small letter begins with one too. */
const lowest = "a";

/**
 * What a word's replacement begins with, so that it comes after the kept word before it, and before the next one: that
 * word itself. After a number it would be one as well, so that a letter is put in, where the word has its first; of a
 * long number no more than its beginning stays.
 */
function startOf(word: string, before: string): string {
  return /[A-Za-z]/.test(before) ? before : `${/^\d{0,4}/.exec(word)![0]}A`;
}

/** Short numbers, amounts such as `2Mi`, versions such as `v1beta1` and what was blacked out (`xxxx`) tell nothing, and are read as such. */
const isPlain = /^(?:\d{1,4}[A-Za-z]{0,2}|[xX]+|v\d+(?:(?:alpha|beta)\d+)?)$/;

function isKept(word: string): boolean {
  return word === lowest || isPlain.test(word) || publicWords.has(word);
}
