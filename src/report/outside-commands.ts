import {
  type AlertSelection,
  alertQuery,
  comparisonText,
  type PrometheusCondition,
} from "../plan/outside.ts";
import type { Check } from "./instructions.ts";
import { shellWord } from "./next.ts";

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
