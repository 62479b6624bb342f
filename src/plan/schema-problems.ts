import type { z } from "zod";
import { formatPath, type Problem } from "../model/problem.ts";
import { inOrder, problemAt, type Source } from "./source.ts";

/** Turns what zod says about a plan into problems for people, each on its own line of the file. */
export function schemaProblems(issues: readonly z.core.$ZodIssue[], source: Source): readonly Problem[] {
  const sentences = issues.flatMap((issue) => sentencesOf(issue, []));
  const misspelt = new Set(
    sentences.filter(({ kind }) => kind === "unknown").map(({ path }) => parentOf(path)),
  );
  const problems = sentences
    .filter(({ kind, path }) => {
      // Beside a field that is not known, one that is missing is most likely the one that was meant.
      if (kind === "missing") return !misspelt.has(parentOf(path));
      return kind !== "whole" || !misspelt.has(formatPath(path));
    })
    .map(({ path, message }) => problemAt(path, message, source));
  return inOrder(problems);
}

function parentOf(path: readonly PropertyKey[]): string {
  return formatPath(path.slice(0, -1));
}

interface Sentence {
  /** About a field that is not known, one that is missing, an object as a whole, or anything else. */
  readonly kind: "unknown" | "missing" | "whole" | "other";
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function sentencesOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): readonly Sentence[] {
  const path = [...above, ...issue.path];
  switch (issue.code) {
    case "unrecognized_keys": {
      // The message has one line for each key (see `strict`).
      const messages = issue.message.split("\n");
      return issue.keys.map((key, index) => ({
        kind: "unknown",
        path: [...path, key],
        message: messages[index] ?? "",
      }));
    }
    case "invalid_key":
      return [{ kind: "other", path, message: issue.issues[0]?.message ?? issue.message }];
    case "custom":
      return [{ kind: "whole", path, message: issue.message }];
    case "invalid_union": {
      const meant = meantBranch(issue);
      return meant
        ? meant.flatMap((inner) => sentencesOf(inner, path))
        : [{ kind: missingOr(issue), path, message: issue.message }];
    }
    default:
      return [{ kind: missingOr(issue), path, message: issue.message }];
  }
}

function missingOr({ input }: { readonly input?: unknown }): "missing" | "other" {
  return input === undefined ? "missing" : "other";
}

/**
 * Where a field takes a word or an object, what is wrong with the one that was written; undefined where it is
 * neither. An object is refused by the branches for words as a whole, and the other way round.
 */
function meantBranch(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined {
  const { input, errors } = issue;
  const isObject = typeof input === "object" && input !== null && !Array.isArray(input);
  if (!isObject && typeof input !== "string" && typeof input !== "number") return undefined;
  const asWhole = typeof input === "string" ? ["invalid_type"] : ["invalid_type", "invalid_value"];
  return errors.find(
    (branch) => !branch.some(({ code, path }) => path.length === 0 && asWhole.includes(code)),
  );
}
