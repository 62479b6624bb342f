import type { Duration } from "./assumptions.ts";

/**
 * What the cluster's API does not tell, and a plan asks of others: a command of yours, or Prometheus. A rehearsal asks
 * nobody; it takes what the plan assumes.
 */

/** Holds when a program ends with exit code 0. */
export interface CommandCondition {
  readonly kind: "command";
  /** The program and its arguments, which no shell reads. */
  readonly command: readonly string[];
  /** After how long a rehearsal takes it to hold. */
  readonly assume: Duration;
}

/** Holds when the one value that a query gives compares so. */
export interface PrometheusCondition {
  readonly kind: "prometheus";
  readonly query: string;
  readonly is: Comparison;
  /** Where its HTTP API is; undefined: where the command line says. */
  readonly server?: string;
  readonly assume: Duration;
}

export type OutsideCondition = CommandCondition | PrometheusCondition;

/** What a value has to be: `>= 0.99`. */
export interface Comparison {
  readonly operator: ComparisonOperator;
  readonly bound: number;
}

/** PromQL's own. Source: Prometheus documentation, querying/operators, comparison binary operators. */
export const comparisonOperators = [">=", "<=", "==", "!=", ">", "<"] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

/** Alerts that stop a run when they fire: those that all matchers match. */
export interface AlertSelection {
  readonly matchers: readonly AlertMatcher[];
  readonly server?: string;
}

export interface AlertMatcher {
  readonly label: string;
  readonly operator: (typeof matcherOperators)[number];
  readonly value: string;
}

/** Source: Prometheus documentation, querying/basics, instant vector selectors. Longer ones first. */
export const matcherOperators = ["=~", "!~", "!=", "="] as const;

/** Whether a value compares so. Nothing holds of NaN. */
export function compares(value: number, { operator, bound }: Comparison): boolean {
  if (Number.isNaN(value)) return false;
  switch (operator) {
    case ">=":
      return value >= bound;
    case "<=":
      return value <= bound;
    case "==":
      return value === bound;
    case "!=":
      return value !== bound;
    case ">":
      return value > bound;
    case "<":
      return value < bound;
  }
}

export function comparisonText({ operator, bound }: Comparison): string {
  return `${operator} ${bound}`;
}

/** `severity="critical"`: a matcher as PromQL writes it. */
export function matcherText({ label, operator, value }: AlertMatcher): string {
  return `${label}${operator}${JSON.stringify(value)}`;
}

/** The query whose series are the alerts that fire. Source: Prometheus documentation, alerting rules, ALERTS. */
export function alertQuery({ matchers }: AlertSelection): string {
  return `ALERTS{${['alertstate="firing"', ...matchers.map(matcherText)].join(",")}}`;
}

/** One condition in words: `command ./smoke.sh --fast`, `sum(up) >= 3`. */
export function outsideText(condition: OutsideCondition): string {
  return condition.kind === "command"
    ? `command ${condition.command.join(" ")}`
    : `${condition.query.trim().replace(/\s+/g, " ")} ${comparisonText(condition.is)}`;
}
