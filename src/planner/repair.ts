import type { Cluster } from "../model/cluster.ts";
import type { Plan } from "../plan/plan.ts";
import {
  findingKey,
  type Finding,
  type PlanEdit,
  type Repairs,
  type Suggestion,
  type VerifiedFix,
  type Verdict,
} from "../verdict/verdict.ts";
import { applyEdit } from "./apply-edit.ts";

/** Rehearses a plan against the cluster at hand and judges it. */
export type Rehearse = (plan: Plan) => Verdict;

/** How many plans are rehearsed at most, and at least: a repair has to feel immediate. */
const mostRehearsals = 16;
const leastRehearsals = 2;

/** Pods that are set up, over all rehearsals of a repair, at about 25 µs each; to move one takes as long as to set up ten. */
const mostWork = 80_000;
const workPerMove = 10;

/** Suggestions from this harm on (past every budget) are tried only where nothing milder helped. */
const lastResort = 5;

/** How often what comes to light behind an error that is gone is repaired in turn. */
const mostRounds = 6;

/** Rules whose errors keep the plan from its end: what would come after them is not seen yet. */
const stopping: ReadonlySet<string> = new Set([
  "drain-never-ends",
  "drain-failed",
  "drain-refused",
  "plan-not-finished",
]);

/**
 * Rehearses what the findings suggest, and says what really helps. A suggestion is a fix if what it is for is gone and
 * no other error came with it; where it lets a plan go on that would have stopped, it may bring to light what the plan
 * does then. What stops the plan next is repaired in turn, with the fix before it in place.
 */
export function repair(cluster: Cluster, plan: Plan, verdict: Verdict, rehearse: Rehearse): Repairs {
  if (errorKeys(verdict).length === 0) return { fixes: [], failed: [] };
  const bench = new Bench(cluster, rehearse, rehearsalsFor(cluster, verdict));
  const { helping, failed } = bench.tryAll(plan, verdict);
  const chosen = oneDrain(firstOfEach(helping));
  const start = bench.combine(plan, verdict, chosen);
  const { found, last } = start ? bench.goOn(verdict, start) : { found: [], last: undefined };
  const isEnd = last !== undefined && !last.introduced.some(isStopping);
  const fixes = helping.filter(
    (fix) => !fix.introduced.some(isStopping) || (chosen.includes(fix) && (isEnd || goesFurther(fix))),
  );
  const dropped = helping.filter((fix) => !fixes.includes(fix));
  // All together are offered where the plan then comes to its end: what still stops is no fix.
  const isWhole = last !== undefined && !stillStops(last) && !stops(last.verdict);
  const together =
    isWhole && chosen.length + found.length > 1 && chosen.every((fix) => fixes.includes(fix))
      ? last
      : undefined;
  return {
    fixes: [
      ...fixes.filter((fix) => !fixes.some((other) => isBetter(other, fix))),
      ...(together ? found : []),
    ],
    failed: [...failed, ...dropped],
    ...(together ? { together } : {}),
  };
}

/** How many rehearsals of this plan there is time for: counted in pods, so that it is the same on every machine. */
function rehearsalsFor({ objects }: Cluster, { drains }: Verdict): number {
  const moves = drains.reduce((sum, { evicted, remaining }) => sum + evicted + remaining.length, 0);
  const work = objects.Pod.length + objects.Node.length + moves * workPerMove;
  return Math.max(leastRehearsals, Math.min(mostRehearsals, Math.floor(mostWork / Math.max(1, work))));
}

/** A plan that was rehearsed, and what came of it against the plan at hand. */
interface Tried {
  readonly plan: Plan;
  readonly fix: VerifiedFix;
}

/** Several suggestions in one plan. */
interface Combined extends Tried {
  readonly parts: readonly Suggestion[];
}

/** Where edited plans are rehearsed, as long as there is time. */
class Bench {
  readonly #cluster: Cluster;
  readonly #rehearse: Rehearse;
  #left: number;

  constructor(cluster: Cluster, rehearse: Rehearse, rehearsals: number) {
    this.#cluster = cluster;
    this.#rehearse = rehearse;
    this.#left = rehearsals;
  }

  /** Each suggestion alone: the milder ones first, the last resorts where none of those helped. */
  tryAll(
    plan: Plan,
    verdict: Verdict,
  ): { readonly helping: readonly VerifiedFix[]; readonly failed: readonly VerifiedFix[] } {
    const helping: VerifiedFix[] = [];
    const failed: VerifiedFix[] = [];
    const resolved = new Set<string>();
    for (const candidate of candidatesOf(verdict)) {
      const { suggestion, targets } = candidate;
      if (suggestion.harm >= lastResort && targets.every((key) => resolved.has(key))) continue;
      // One is kept for all of them together.
      if (this.#left === 1 && helping.length > 1) break;
      const tried = this.#try(plan, verdict, suggestion);
      if (!tried) continue;
      const helps = isFix(tried.fix, targets);
      (helps ? helping : failed).push(tried.fix);
      if (helps) for (const key of tried.fix.resolved) resolved.add(key);
    }
    return { helping: helping.sort((a, b) => priceOf(a) - priceOf(b)), failed };
  }

  /** All of these together; undefined where there is none, or their edits do not go together. */
  combine(plan: Plan, verdict: Verdict, chosen: readonly VerifiedFix[]): Combined | undefined {
    const edited = chosen.reduceRight<Plan | undefined>(
      (each, { suggestion }) => each && applyEdit(this.#cluster, each, suggestion.edit),
      plan,
    );
    const [only, ...others] = chosen;
    if (!edited || !only) return undefined;
    const parts = chosen.map(({ suggestion }) => suggestion);
    if (others.length === 0) return { plan: edited, fix: only, parts };
    const tried = this.#rehearsed(edited, verdict, joined(parts));
    return tried && { ...tried, parts };
  }

  /** Goes on from a plan that is repaired so far: what stops it now is repaired in turn. */
  goOn(verdict: Verdict, start: Combined): { readonly found: VerifiedFix[]; readonly last: VerifiedFix } {
    const found: VerifiedFix[] = [];
    const known = new Set(errorKeys(verdict));
    let now = start;
    for (let round = 0; round < mostRounds; round++) {
      const next = this.#next(now, known);
      if (!next) break;
      found.push(next.fix);
      const parts = [...now.parts, next.fix.suggestion];
      now = { plan: next.plan, fix: compare(verdict, joined(parts), next.fix.verdict), parts };
    }
    return { found, last: now.fix };
  }

  /** The first suggestion that does away with what stops this plan and did not stop the one before. */
  #next({ plan, fix, parts }: Combined, known: ReadonlySet<string>): Tried | undefined {
    const { verdict } = fix;
    const hasDrain = parts.some(replacesDrain);
    for (const { suggestion, targets } of candidatesOf(verdict)) {
      if (hasDrain && replacesDrain(suggestion)) continue;
      if (!targets.some((key) => isStopping(key) && !known.has(key))) continue;
      const tried = this.#try(plan, verdict, suggestion);
      if (tried && isFix(tried.fix, targets)) return tried;
    }
    return undefined;
  }

  #try(plan: Plan, verdict: Verdict, suggestion: Suggestion): Tried | undefined {
    const edited = this.#left > 0 ? applyEdit(this.#cluster, plan, suggestion.edit) : undefined;
    return edited && this.#rehearsed(edited, verdict, suggestion);
  }

  #rehearsed(plan: Plan, verdict: Verdict, suggestion: Suggestion): Tried | undefined {
    if (this.#left <= 0) return undefined;
    this.#left--;
    return { plan, fix: compare(verdict, suggestion, this.#rehearse(plan)) };
  }
}

/**
 * Whether it does away with what it is for, or with some of it where it is for several, at no price. A plan that goes
 * on where it stopped before may show what was hidden behind.
 */
function isFix({ resolved, introduced }: VerifiedFix, targets: readonly string[]): boolean {
  const stops = targets.filter(isStopping);
  if (stops.length > 0) return stops.every((key) => resolved.includes(key));
  return introduced.length === 0 && targets.some((key) => resolved.includes(key));
}

/** Whether another fix does away with all that this one does and brings the plan to its end, which this one does not. */
function isBetter(other: VerifiedFix, fix: VerifiedFix): boolean {
  return !stillStops(other) && stillStops(fix) && fix.resolved.every((key) => other.resolved.includes(key));
}

function stillStops({ introduced, remaining }: VerifiedFix): boolean {
  return introduced.some(isStopping) || remaining.some(isStopping);
}

/** Whether the plan stops at another node than before: one that stops for another reason at the same one gains nothing. */
function goesFurther({ resolved, introduced }: VerifiedFix): boolean {
  const subject = (key: string) => key.split(" ")[1];
  const before = new Set(resolved.filter(isStopping).map(subject));
  return introduced.filter(isStopping).every((key) => !before.has(subject(key)));
}

/** Least harm first; what takes something down in return comes later, what only stops elsewhere last. */
function priceOf({ suggestion, introduced }: VerifiedFix): number {
  const step = lastResort * 2;
  if (introduced.some(isStopping)) return suggestion.harm + 2 * step;
  return introduced.length > 0 ? suggestion.harm + step : suggestion.harm;
}

function isStopping(key: string): boolean {
  return stopping.has(key.slice(0, key.indexOf(" ")));
}

interface Candidate {
  readonly suggestion: Suggestion;
  /** The errors that it is to do away with. */
  readonly targets: readonly string[];
}

/** What is suggested against any of the errors, each edit once, least harm first. */
function candidatesOf(verdict: Verdict): Candidate[] {
  const errors = new Set(errorKeys(verdict));
  const byEdit = new Map<string, Candidate>();
  for (const finding of verdict.findings)
    for (const suggestion of finding.suggestions) {
      const targets = targetsOf(finding, suggestion).filter((key) => errors.has(key));
      if (targets.length === 0 || suggestion.edit.kind === "none") continue;
      const key = JSON.stringify(suggestion.edit);
      const known = byEdit.get(key);
      const all = new Set([...(known?.targets ?? []), ...targets]);
      byEdit.set(key, { suggestion: known?.suggestion ?? suggestion, targets: [...all] });
    }
  // Of two that harm alike, first the one without which the plan has no end.
  const rank = ({ suggestion, targets }: Candidate) =>
    2 * suggestion.harm + (targets.some(isStopping) ? 0 : 1);
  return [...byEdit.values()].sort((a, b) => rank(a) - rank(b));
}

function targetsOf(finding: Finding, suggestion: Suggestion): readonly string[] {
  return suggestion.resolves ?? [findingKey(finding)];
}

/** The errors that set the exit code: what was accepted needs no fix. */
function errorKeys({ findings }: Verdict): string[] {
  return findings.filter(({ severity, accepted }) => severity === "error" && !accepted).map(findingKey);
}

function compare(verdict: Verdict, suggestion: Suggestion, after: Verdict): VerifiedFix {
  const before = [...new Set(errorKeys(verdict))];
  const now = [...new Set(errorKeys(after))];
  return {
    suggestion,
    resolved: before.filter((key) => !now.includes(key)),
    introduced: now.filter((key) => !before.includes(key)),
    remaining: before.filter((key) => now.includes(key)),
    verdict: after,
  };
}

/** The first fix of each error that can be done away with. */
function firstOfEach(fixes: readonly VerifiedFix[]): VerifiedFix[] {
  const covered = new Set<string>();
  return fixes.filter(({ resolved }) => {
    if (resolved.every((key) => covered.has(key))) return false;
    for (const key of resolved) covered.add(key);
    return true;
  });
}

/** Whether its commands are the drain itself, done otherwise: two of those cannot be typed one after the other. */
function replacesDrain({ edit }: Suggestion): boolean {
  return edit.kind === "drain" || edit.kind === "serial";
}

/** The fixes without those that would do the drain a second time. */
function oneDrain(fixes: readonly VerifiedFix[]): VerifiedFix[] {
  const first = fixes.find(({ suggestion }) => replacesDrain(suggestion));
  return fixes.filter((fix) => fix === first || !replacesDrain(fix.suggestion));
}

/** Whether the plan does not come to its end. */
function stops({ word }: Verdict): boolean {
  return word === "HANGS" || word === "STOPS" || word === "REFUSES";
}

/** Where the commands of an edit stand among others: what comes before the plan first, the drain itself last. */
const place: Readonly<Record<PlanEdit["kind"], number>> = {
  before: 0,
  beforeDrain: 1,
  none: 1,
  drain: 2,
  serial: 2,
};

/** All their commands, in the order in which they are typed, and what each of them costs. */
function joined(suggestions: readonly Suggestion[]): Suggestion {
  const sorted = [...suggestions].sort((a, b) => place[a.edit.kind] - place[b.edit.kind]);
  return {
    commands: [...new Set(sorted.flatMap(({ commands }) => commands))],
    edit: { kind: "none" },
    cost: [...new Set(sorted.map(({ cost }) => cost))].join(" "),
    harm: Math.max(...suggestions.map(({ harm }) => harm)),
  };
}
