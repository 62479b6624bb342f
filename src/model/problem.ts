import { formatRef, type ObjectRef, type Origin } from "./meta.ts";

/** Something in the input that cannot be used: where, what was expected, and what to do about it. */
export interface Problem {
  readonly origin: Origin | { readonly file: string };
  /** The object it is about, where one was recognised. */
  readonly object?: ObjectRef;
  /** The field, as kubectl writes paths: `spec.containers[0].resources.requests.memory`. */
  readonly field?: string;
  /** What was found and what was expected: one sentence without a full stop. */
  readonly message: string;
  /** What to do, where it is not plain from the message. */
  readonly advice?: string;
}

/** `web.yaml:12: shop/Deployment/web: spec.replicas: expected a whole number, got "two"`. */
export function formatProblem(problem: Problem): string {
  const { origin, object, field } = problem;
  const file = origin.file === "-" ? "standard input" : origin.file;
  const place =
    "line" in origin
      ? `${file}:${origin.line}${origin.document > 1 ? ` (document ${origin.document})` : ""}`
      : file;
  const parts = [place, object && formatRef(object), field, problem.message].filter((part) => part);
  return parts.join(": ") + (problem.advice === undefined ? "" : `\n  ${problem.advice}`);
}

/** `["spec", "containers", 0, "image"]` as `spec.containers[0].image`. */
export function formatPath(path: readonly PropertyKey[]): string {
  let out = "";
  for (const part of path) {
    if (typeof part === "number") out += `[${part}]`;
    else if (/^[A-Za-z0-9_-]+$/.test(String(part))) out += out === "" ? String(part) : `.${String(part)}`;
    else out += `["${String(part)}"]`;
  }
  return out;
}
