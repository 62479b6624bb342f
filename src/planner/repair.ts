import type { Cluster } from "../model/cluster.ts";
import type { Plan } from "../plan/plan.ts";
import {
  findingKey,
  type Finding,
  type Repairs,
  type Suggestion,
  type VerifiedFix,
  type Verdict,
} from "../verdict/verdict.ts";
import { applyEdit } from "./apply-edit.ts";

/** Rehearses a plan against the cluster at hand and judges it. */
export type Rehearse = (plan: Plan) => Verdict;

/** How many plans are rehearsed at most: a repair has to feel immediate. */
const mostRehearsals = 16;

/** Suggestions from this harm on (past every budget) are tried only where nothing milder helped. */
const lastResort = 5;

/**
 * Rehearses what the findings suggest, and says what really helps: a suggestion is a fix only if all that it is for
 * is gone and no other error came.
 */
export function repair(cluster: Cluster, plan: Plan, verdict: Verdict, rehearse: Rehearse): Repairs {
  const before = errorKeys(verdict);
  if (before.length === 0) return { fixes: [], failed: [] };
  const fixes: VerifiedFix[] = [];
  const failed: VerifiedFix[] = [];
  const resolved = new Set<string>();
  let rehearsals = 0;
  const attempt = ({ suggestion, targets }: Candidate): void => {
    const edited = rehearsals < mostRehearsals ? applyEdit(cluster, plan, suggestion.edit) : undefined;
    if (!edited) return;
    rehearsals++;
    const fix = compare(before, suggestion, rehearse(edited));
    const helps = fix.introduced.length === 0 && targets.every((key) => fix.resolved.includes(key));
    if (!helps) return void failed.push(fix);
    fixes.push(fix);
    for (const key of fix.resolved) resolved.add(key);
  };
  const candidates = candidatesOf(verdict, before);
  for (const candidate of candidates) if (candidate.suggestion.harm < lastResort) attempt(candidate);
  for (const candidate of candidates)
    if (candidate.suggestion.harm >= lastResort && !candidate.targets.every((key) => resolved.has(key)))
      attempt(candidate);
  const together = combine(cluster, plan, before, fixes, rehearse);
  return { fixes, failed, ...(together ? { together } : {}) };
}

interface Candidate {
  readonly suggestion: Suggestion;
  /** The errors that it is to do away with. */
  readonly targets: readonly string[];
}

/** What is suggested against any of the errors, each edit once, least harm first. */
function candidatesOf({ findings }: Verdict, errors: readonly string[]): Candidate[] {
  const byEdit = new Map<string, Candidate>();
  for (const finding of findings)
    for (const suggestion of finding.suggestions) {
      const targets = targetsOf(finding, suggestion).filter((key) => errors.includes(key));
      const key = JSON.stringify(suggestion.edit);
      if (targets.length > 0 && !byEdit.has(key)) byEdit.set(key, { suggestion, targets });
    }
  return [...byEdit.values()].sort((a, b) => a.suggestion.harm - b.suggestion.harm);
}

function targetsOf(finding: Finding, suggestion: Suggestion): readonly string[] {
  return suggestion.resolves ?? [findingKey(finding)];
}

function errorKeys({ findings }: Verdict): string[] {
  return findings.filter(({ severity }) => severity === "error").map(findingKey);
}

function compare(before: readonly string[], suggestion: Suggestion, verdict: Verdict): VerifiedFix {
  const after = errorKeys(verdict);
  return {
    suggestion,
    resolved: before.filter((key) => !after.includes(key)),
    introduced: after.filter((key) => !before.includes(key)),
    remaining: before.filter((key) => after.includes(key)),
    verdict,
  };
}

/** The first fix of each error together, where one alone does not do away with all that can be done away with. */
function combine(
  cluster: Cluster,
  plan: Plan,
  before: readonly string[],
  fixes: readonly VerifiedFix[],
  rehearse: Rehearse,
): VerifiedFix | undefined {
  const chosen: VerifiedFix[] = [];
  const covered = new Set<string>();
  for (const fix of fixes) {
    if (fix.resolved.every((key) => covered.has(key))) continue;
    chosen.push(fix);
    for (const key of fix.resolved) covered.add(key);
  }
  if (chosen.length < 2) return undefined;
  const edited = chosen.reduceRight<Plan | undefined>(
    (each, { suggestion }) => each && applyEdit(cluster, each, suggestion.edit),
    plan,
  );
  if (!edited) return undefined;
  const suggestion: Suggestion = {
    commands: [...new Set(chosen.flatMap((fix) => fix.suggestion.commands))],
    edit: { kind: "none" },
    cost: "",
    harm: Math.max(...chosen.map((fix) => fix.suggestion.harm)),
  };
  return compare(before, suggestion, rehearse(edited));
}
