import type { DrainOptions, RefText, Step } from "../plan/plan.ts";
import type { BudgetNumbers } from "../trace/event.ts";
import type { Stretch } from "../trace/timelines.ts";
import type { AssumptionUse } from "../trace/trace.ts";

/** What a trace means against the plan's assertions: findings, availability, clocks. Types only. */

export type Severity = "error" | "warning" | "info";

/** One fact that a rule judged, with its evidence. */
export interface Finding {
  /** The rule's id: the same in text, JSON, waivers and docs/rules. */
  readonly rule: string;
  readonly severity: Severity;
  /** What it is about: `node-7`, `data/queue`, `pay/ledger`. */
  readonly subject: string;
  /** One line: the numbers, without the rule's id. */
  readonly message: string;
  /** More lines: the arithmetic, the chain, what is lost. */
  readonly details: readonly string[];
  /** When it shows, in milliseconds; undefined: before the start. */
  readonly at?: number;
  /** The events that show it, worst first. */
  readonly events: readonly number[];
  /** For order among findings of one severity: larger is worse. */
  readonly weight: number;
  /** What would help, least harm first. */
  readonly suggestions: readonly Suggestion[];
  /** Who owns the object, and whether a change of it will last. */
  readonly owner?: Ownership;
  /** The numbers behind the message, for programs. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Somebody said that this is to be lived with: it sets no exit code. */
  readonly accepted?: true;
  /** It is about a workload that was called critical: it comes first among its equals. */
  readonly critical?: true;
}

/** Who would undo a change of an object. */
export interface Ownership {
  /** `Helm release "queue"`, `Argo CD application "shop"`, `HorizontalPodAutoscaler shop/web`. */
  readonly who: string;
  readonly reverts: "may undo" | "will undo" | "unknown";
}

/** An edit of the plan that would help; a program can apply it and rehearse again. */
export interface Suggestion {
  /** What to type, one command a line. */
  readonly commands: readonly string[];
  readonly edit: PlanEdit;
  /** What it costs or leaves behind, in a sentence. */
  readonly cost: string;
  /** Smaller is less harmful: plan only 1, replicas 2, budget 3, more nodes 4, force 5. */
  readonly harm: number;
  /** The findings it is to do away with, by {@link findingKey}; without it, the one that it stands with. */
  readonly resolves?: readonly string[];
}

/** Names a finding across rehearsals of one cluster: `drain-never-ends node-7 data/queue`. */
export function findingKey({ rule, subject, data }: Pick<Finding, "rule" | "subject" | "data">): string {
  const budget = data["budget"];
  return typeof budget === "string" && budget !== subject
    ? `${rule} ${subject} ${budget}`
    : `${rule} ${subject}`;
}

export type PlanEdit =
  /** Steps to be done before the plan's own. */
  | { readonly kind: "before"; readonly steps: readonly Step[] }
  /** Other flags for every drain. */
  | { readonly kind: "drain"; readonly options: Partial<DrainOptions> }
  /** Steps for one node before it is drained: it is cordoned first, and these follow. */
  | { readonly kind: "beforeDrain"; readonly node: string; readonly steps: readonly Step[] }
  /**
   * One node at a time: what drains several nodes, in one command, in parallel or in a rollout, drains one after
   * another, and after each one waits until these workloads are Ready again. With `uncordon` each node is given back
   * before that wait, and the others are cordoned only when their turn comes.
   */
  | { readonly kind: "serial"; readonly waitFor: readonly RefText[]; readonly uncordon?: boolean }
  /** Nothing that a plan can say: a person has to look. */
  | { readonly kind: "none" };

/** A suggestion that was rehearsed: what came of it. */
export interface VerifiedFix {
  readonly suggestion: Suggestion;
  /** Keys of the errors that are gone with it. */
  readonly resolved: readonly string[];
  /** Keys of the errors that came with it: then it is no fix. */
  readonly introduced: readonly string[];
  /** Keys of the errors that are there still. */
  readonly remaining: readonly string[];
  /** The verdict of the plan with this edit. */
  readonly verdict: Verdict;
}

/** What can be done about a plan's errors. */
export interface Repairs {
  /** Suggestions that do away with what they are for, least harm first. */
  readonly fixes: readonly VerifiedFix[];
  /** The least harmful fix of each error, all together, where there is more than one. */
  readonly together?: VerifiedFix;
  /** Suggestions that were rehearsed and did not help, or made something worse. */
  readonly failed: readonly VerifiedFix[];
}

/** How one service fared. Without an outage `outages` is empty. */
export interface ServiceAvailability {
  readonly service: string;
  readonly before: number;
  readonly min: number;
  readonly outages: readonly Stretch[];
  readonly outageMillis: number;
  /** Fewer Ready endpoints than at the start. */
  readonly degradedMillis: number;
  /** Whether it had no endpoint before the plan began: then an outage is not the plan's. */
  readonly wasDown: boolean;
}

/** How one node's drain went. */
export interface NodeDrainReport {
  readonly node: string;
  readonly step: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** `unfinished`: virtual time ended before it did, and nobody knows how it goes on. */
  readonly outcome: "drained" | "refused" | "failed" | "hanging" | "notReached" | "unfinished";
  /** The event that ended it; where it was the client's own doing, it says why. */
  readonly ended?: number;
  /** Pods that were told to go. */
  readonly evicted: number;
  /** Pods that were to go and are still there. */
  readonly remaining: readonly RemainingPod[];
}

export interface RemainingPod {
  readonly namespace: string;
  readonly name: string;
  readonly workload: string;
  readonly pod: string;
  /** The last refusal, if it was refused. */
  readonly refusal?: number;
  readonly budget?: { readonly key: string; readonly numbers: BudgetNumbers };
  /** That refusal is one after which the drainer does not ask again: the drain does not wait for this pod. */
  readonly isGivenUp?: true;
}

/** The first word of a report: it answers "may I press Enter?". */
export type Word = "FINISHES" | "HANGS" | "HURTS" | "REFUSES" | "STOPS";

export interface Verdict {
  readonly word: Word;
  readonly findings: readonly Finding[];
  /** When the client's command returns; undefined: never. Milliseconds. */
  readonly clientMillis: number | undefined;
  /** When the last pod that moved is Ready again; undefined: not all are at the end. */
  readonly settledMillis: number | undefined;
  readonly services: readonly ServiceAvailability[];
  readonly drains: readonly NodeDrainReport[];
  /** Pods that had a node at the start and have none at the end, with the scheduler's message. */
  readonly pending: readonly { readonly name: string; readonly workload: string; readonly message: string }[];
  readonly assumptions: readonly AssumptionUse[];
  /** What is not modelled or not given and may matter: one sentence each. */
  readonly unknown: readonly string[];
}
