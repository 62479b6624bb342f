import type { CandidateAnswer, NodeAnswer, PreemptionAnswer, Result, StatusAnswer } from "./format.ts";

/**
 * The first difference between what was recorded and what we decide, in words; undefined if there is none.
 * What is up to chance in the real scheduler is not compared.
 */
export function firstDifference(expected: Result, got: Result): string | undefined {
  const simple = (["schedulable", "error", "viaNominated"] as const).find(
    (field) => (expected[field] ?? false) !== (got[field] ?? false),
  );
  if (simple === "error" && expected.error !== undefined && got.error !== undefined) return undefined;
  if (simple) return differ(simple, expected[simple], got[simple]);
  return (
    statusDifference("preEnqueue", expected.preEnqueue, got.preEnqueue) ??
    statusDifference("preFilter", expected.preFilter, got.preFilter) ??
    setDifference("preFilterNodes", expected.preFilterNodes, got.preFilterNodes) ??
    nodesDifference(expected.nodes ?? {}, got.nodes ?? {}) ??
    setDifference("skipScore", expected.skipScore, got.skipScore) ??
    setDifference("best", expected.best, got.best) ??
    preemptionDifference(expected.preemption, got.preemption) ??
    (same(expected.message ?? "", got.message ?? "")
      ? undefined
      : differ("message", expected.message, got.message))
  );
}

function differ(what: string, expected: unknown, got: unknown): string {
  return `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const sorted = (texts: readonly string[] | undefined) => [...(texts ?? [])].sort();

function setDifference(
  what: string,
  expected: readonly string[] | undefined,
  got: readonly string[] | undefined,
): string | undefined {
  return same(sorted(expected), sorted(got)) ? undefined : differ(what, expected, got);
}

function statusDifference(
  what: string,
  expected: StatusAnswer | undefined,
  got: StatusAnswer | undefined,
): string | undefined {
  const normal = (status: StatusAnswer | undefined) =>
    status && [status.code, status.plugin ?? "", sorted(status.reasons)];
  return same(normal(expected), normal(got)) ? undefined : differ(what, expected, got);
}

function nodesDifference(
  expected: Readonly<Record<string, NodeAnswer>>,
  got: Readonly<Record<string, NodeAnswer>>,
): string | undefined {
  const names = setDifference("nodes", Object.keys(expected), Object.keys(got));
  if (names) return names;
  for (const name of Object.keys(expected)) {
    const [a, b] = [expected[name]!, got[name]!];
    const difference = statusDifference(`node ${name}`, a.fail, b.fail) ?? scoresDifference(name, a, b);
    if (difference) return difference;
  }
  return undefined;
}

/** A plugin without an entry counts as 0. */
function scoresDifference(node: string, expected: NodeAnswer, got: NodeAnswer): string | undefined {
  const plugins = new Set([...Object.keys(expected.scores ?? {}), ...Object.keys(got.scores ?? {})]);
  for (const plugin of plugins) {
    const [a, b] = [expected.scores?.[plugin], got.scores?.[plugin]];
    if (plugin === "DynamicResources" ? (a ?? 0) !== (b ?? 0) : a !== b)
      return differ(`node ${node}, score of ${plugin}`, a, b);
  }
  return expected.total === got.total ? undefined : differ(`node ${node}, total`, expected.total, got.total);
}

function preemptionDifference(
  expected: PreemptionAnswer | undefined,
  got: PreemptionAnswer | undefined,
): string | undefined {
  if (!expected || !got) return same(expected, got) ? undefined : differ("preemption", expected, got);
  for (const field of ["code", "message", "potential"] as const)
    if ((expected[field] ?? "") !== (got[field] ?? ""))
      return differ(`preemption ${field}`, expected[field], got[field]);
  return (
    candidatesDifference(expected.candidates ?? {}, got.candidates ?? {}) ??
    notHelpfulDifference(expected.notHelpful ?? {}, got.notHelpful ?? {}) ??
    setDifference("preemption acceptable", expected.acceptable, got.acceptable)
  );
}

function candidatesDifference(
  expected: Readonly<Record<string, CandidateAnswer>>,
  got: Readonly<Record<string, CandidateAnswer>>,
): string | undefined {
  const names = setDifference("preemption candidates", Object.keys(expected), Object.keys(got));
  if (names) return names;
  for (const name of Object.keys(expected)) {
    const [a, b] = [expected[name]!, got[name]!];
    const what = `preemption candidate ${name}`;
    if (a.ambiguous) {
      if (a.victims.length !== b.victims.length) return differ(`${what}, victims`, a.victims, b.victims);
      continue;
    }
    const difference = setDifference(`${what}, victims`, a.victims, b.victims);
    if (difference) return difference;
    if (a.pdbViolations !== b.pdbViolations)
      return differ(`${what}, pdbViolations`, a.pdbViolations, b.pdbViolations);
    if (!same(a.rank, b.rank)) return differ(`${what}, rank`, a.rank, b.rank);
  }
  return undefined;
}

function notHelpfulDifference(
  expected: Readonly<Record<string, StatusAnswer>>,
  got: Readonly<Record<string, StatusAnswer>>,
): string | undefined {
  const names = setDifference("preemption notHelpful", Object.keys(expected), Object.keys(got));
  if (names) return names;
  for (const name of Object.keys(expected)) {
    const difference = statusDifference(`preemption notHelpful ${name}`, expected[name], got[name]);
    if (difference) return difference;
  }
  return undefined;
}
