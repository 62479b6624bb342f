import { publicWords } from "../facts/public-words.ts";
import { byText } from "../lib/order.ts";

/**
 * Other words for the words of names, one for one and in the same order: two names that consist of words with dashes,
 * dots or slashes between them compare as they did before. What is sorted by name stays sorted so.
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
    for (const word of [...new Set([...words, lowest])].sort(byText)) {
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
    return text.replace(wordPattern, (word) => this.#words.get(word) ?? word);
  }
}

/** What a name consists of: `shop`, `web` and `0` in `shop/web-0`. */
export function wordsOf(text: string): readonly string[] {
  return text.match(wordPattern) ?? [];
}

const wordPattern = /[A-Za-z0-9]+/g;

/** Kept, so that what stands in for a word with a small letter begins with one too. */
const lowest = "a";

/**
 * What a word's replacement begins with, so that it comes after the kept word before it, and before the next one: that
 * word itself. After a number it would be one as well, so that a letter is put in, where the word has its first.
 */
function startOf(word: string, before: string): string {
  return /[A-Za-z]/.test(before) ? before : `${/^\d*/.exec(word)![0]}A`;
}

/** Numbers, amounts such as `2Mi`, versions such as `v1beta1` and what was blacked out (`xxxx`) tell nothing, and are read as such. */
const isPlain = /^(?:\d+[A-Za-z]{0,2}|[xX]+|v\d+(?:(?:alpha|beta)\d+)?)$/;

function isKept(word: string): boolean {
  return word === lowest || isPlain.test(word) || publicWords.has(word);
}
