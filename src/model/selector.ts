import { type Labels, labelValue } from "./meta.ts";

export type SelectorOperator = "In" | "NotIn" | "Exists" | "DoesNotExist";

export interface LabelRequirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** A label selector as a list of requirements, all of which have to hold; an empty list selects everything. */
export type LabelSelector = readonly LabelRequirement[];

/** A selector as the API writes it. */
export interface ApiLabelSelector {
  readonly matchLabels?: Labels | undefined;
  readonly matchExpressions?:
    | readonly { key: string; operator: SelectorOperator; values?: readonly string[] | undefined }[]
    | undefined;
}

/** The requirements of an API selector, matchLabels first. */
export function selectorFrom(api: ApiLabelSelector): LabelSelector {
  return [
    ...selectorFromLabels(api.matchLabels ?? {}),
    ...(api.matchExpressions ?? []).map(({ key, operator, values }) => ({
      key,
      operator,
      values: values ?? [],
    })),
  ];
}

/** The selector that asks for exactly these labels (Services and ReplicationControllers select so). */
export function selectorFromLabels(labels: Labels): LabelSelector {
  return Object.keys(labels).map((key) => ({ key, operator: "In", values: [labels[key]!] }));
}

/** Whether every requirement holds. Source: apimachinery/pkg/labels/selector.go, Requirement.Matches. */
export function matchesSelector(selector: LabelSelector, labels: Labels): boolean {
  for (const requirement of selector) if (!matchesRequirement(requirement, labels)) return false;
  return true;
}

function matchesRequirement({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const value = labelValue(labels, key);
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}

/** `app=web,tier in (a,b)`: a selector as kubectl writes it on a command line. */
export function formatSelector(selector: LabelSelector): string {
  if (selector.length === 0) return "(everything)";
  return selector
    .map(({ key, operator, values }) => {
      switch (operator) {
        case "In":
          return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(",")})`;
        case "NotIn":
          return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(",")})`;
        case "Exists":
          return key;
        case "DoesNotExist":
          return `!${key}`;
      }
    })
    .join(",");
}

const labelKey = "[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?";
const setTerm = new RegExp(`^(${labelKey})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const equalityTerm = new RegExp(`^(${labelKey})\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`);
const presenceTerm = new RegExp(`^(!?)\\s*(${labelKey})$`);

/**
 * Reads a selector as `kubectl -l` does (`a=b,c!=d,e in (f,g),h,!i`).
 * Returns the text of the part that is no requirement as `error` instead, where there is one.
 */
export function parseSelector(text: string): { selector: LabelSelector } | { error: string } {
  const terms = text.match(/(?:[^,(]|\([^)]*\)?)+/g) ?? [];
  const selector: LabelRequirement[] = [];
  for (const term of terms.map((part) => part.trim())) {
    const set = setTerm.exec(term);
    const equality = equalityTerm.exec(term);
    const presence = presenceTerm.exec(term);
    if (set) {
      const operator = set[2] === "in" ? "In" : "NotIn";
      selector.push({ key: set[1]!, operator, values: set[3]!.split(",").map((value) => value.trim()) });
    } else if (equality) {
      const operator = equality[2] === "!=" ? "NotIn" : "In";
      selector.push({ key: equality[1]!, operator, values: [equality[3]!] });
    } else if (presence) {
      selector.push({
        key: presence[2]!,
        operator: presence[1] === "!" ? "DoesNotExist" : "Exists",
        values: [],
      });
    } else {
      return { error: term };
    }
  }
  return { selector };
}
