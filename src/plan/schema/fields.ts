import { z } from "zod";
import { didYouMean } from "../../lib/nearest.ts";

/**
 * The building blocks of the plan file's schema. Unlike objects of the API, a plan is written by hand: nothing is
 * read past, and every refusal says what was expected and which known word is nearest.
 */

/** What stands in the file, short enough for a message. */
export function found(input: unknown): string {
  if (input === null) return "nothing";
  const text = JSON.stringify(input)?.replace(beyondJson, escaped);
  return text === undefined ? "nothing" : text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Characters that JSON leaves as they are and a terminal obeys: C1 controls, separators, the direction of text. */
const beyondJson = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The sentence for a value that does not fit. `hint` may add how to write what was probably meant. */
export function sentence(what: string, input: unknown, hint = ""): string {
  if (input === undefined) return `expected ${what}, but it is missing`;
  return `expected ${what}, got ${found(input)}${hint === "" ? "" : ` (${hint})`}`;
}

/** The `error` of a zod schema that expects `what`. */
export function expected(what: string, hint: (input: unknown) => string = () => "") {
  return {
    error: (issue: { readonly input?: unknown }) => sentence(what, issue.input, hint(issue.input)),
  };
}

/** The sentence for what belongs to the plan language but is not rehearsed by this version. */
export function notYet(word: string): string {
  return `this version does not rehearse ${word} yet: leave it out, and take the result as one without it`;
}

interface Unlisted {
  /** Fields of the language that a later version rehearses. */
  readonly later?: readonly string[];
  /** What to write instead of a field that people try, by its name. */
  readonly instead?: Readonly<Record<string, string>>;
}

/**
 * An object with these fields and no others. `what` names it in a message. The message of an issue about unknown
 * fields has one line for each of them, in their order, so that each can be shown with its own line of the file.
 */
export function strict<T extends z.core.$ZodLooseShape>(what: string, shape: T, unlisted: Unlisted = {}) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === "unrecognized_keys")
        return issue.keys.map((key) => unknownField(key, what, Object.keys(shape), unlisted)).join("\n");
      const hint = issue.input === null ? "write {} where there is nothing to say" : "";
      return sentence(`the fields of ${what}`, issue.input, hint);
    },
  });
}

function unknownField(key: string, what: string, known: readonly string[], unlisted: Unlisted): string {
  if (unlisted.later?.includes(key)) return notYet(key);
  if (unlisted.instead && Object.hasOwn(unlisted.instead, key))
    return `there is no ${found(key)} in ${what}: ${unlisted.instead[key]!}`;
  const guess = didYouMean(key, [...known, ...(unlisted.later ?? [])]);
  return `there is no ${found(key)} in ${what}${guess === "" ? `, which knows ${known.join(", ")}` : guess}`;
}

/** One of a few words; those in `later` belong to the language but are not rehearsed yet. */
export function oneOf<const T extends readonly [string, ...string[]]>(
  words: T,
  later: readonly string[] = [],
) {
  return z.enum(words, {
    error: ({ input }) => {
      if (typeof input !== "string") return sentence(`one of ${words.join(", ")}`, input);
      if (later.includes(input)) return notYet(`"${input}"`);
      return `${sentence(`one of ${words.join(", ")}`, input)}${didYouMean(input, words)}`;
    },
  });
}

/** A list with at least one item, unless `least` is 0. */
export function list<T extends z.ZodType>(item: T, what: string, least: 0 | 1 = 1) {
  const message = `expected a list of ${what}`;
  const error = ({ input }: { readonly input?: unknown }) =>
    Array.isArray(input) ? `${message} with at least one entry` : sentence(`a list of ${what}`, input);
  return z.array(item, { error }).min(least, { error });
}

/** True or false. */
export const flag = z.boolean(expected("true or false"));

/** A whole number of at least `least`. */
export function whole(least: number) {
  const what = `a whole number, ${least} or more`;
  return z.int(expected(what)).min(least, expected(what));
}
