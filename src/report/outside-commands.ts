import {
  type AlertSelection,
  alertQuery,
  comparisonText,
  type PrometheusCondition,
} from "../plan/outside.ts";
import { humanDuration } from "../lib/duration.ts";
import type { Step } from "../plan/plan.ts";
import type { Check } from "./instructions.ts";
import { shellWord } from "../lib/shell-word.ts";
import { moment } from "./words.ts";

/** What a plan asks of programs, of Prometheus and of people, as somebody does it who follows a runbook. */

type StepOf<K extends Step["kind"]> = Extract<Step, { readonly kind: K }>;

/** The line of a hook that runs a program. */
export function hookCommands({ command }: StepOf<"hook">): string[] {
  return command ? [command.map(shellWord).join(" ")] : [];
}

/** What a hook has a person do. */
export function manualLines({ manual }: StepOf<"hook">): string[] {
  return manual === undefined ? [] : [`By hand: ${manual.trim().replace(/\s+/g, " ")}`];
}

/** Who has to approve, with what, and until when. */
export function approvalSentence({ by, ticket, until, timeout }: StepOf<"approve">): string {
  const who = by ? by.join(" or ") : "Somebody who may";
  const how = ticket ? " with a ticket" : "";
  const bound = timeout === undefined ? "" : ` within ${humanDuration(timeout)}`;
  const end = until === undefined ? "" : ` until ${moment(until)}`;
  return `${who} has to approve${how}${bound}${end} before it goes on.`;
}

/** Where the plan does not say which Prometheus: a person sets this. */
const anyServer = '"$PROMETHEUS"';

function queryCommand(query: string, server: string | undefined): string {
  const url =
    server === undefined
      ? `${anyServer}/api/v1/query`
      : shellWord(`${server.replace(/\/+$/, "")}/api/v1/query`);
  return `curl -sG ${url} --data-urlencode ${shellWord(`query=${query}`)}`;
}

/** The query of a gate, as a person asks it. */
export function queryCheck({ query, is, server }: PrometheusCondition): Check {
  return {
    command: queryCommand(query, server),
    expect: `one value in the result, and it is ${comparisonText(is)}`,
  };
}

/** What has to be looked at before each node, where a plan names alerts. */
export function alertCheck(selection: AlertSelection): Check {
  return { command: queryCommand(alertQuery(selection), selection.server), expect: "the result is empty" };
}
