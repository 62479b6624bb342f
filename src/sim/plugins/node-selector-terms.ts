import type { NodeSelectorRequirement, NodeSelectorTerm } from "../../model/affinity.ts";
import { type Labels, labelValue } from "../../model/meta.ts";
import type { PodSpec } from "../../model/pod.ts";

/**
 * Node selector terms as the scheduler parses them: a term that does not parse matches nothing.
 * Source: component-helpers/scheduling/corev1/nodeaffinity, apimachinery/pkg/labels/selector.go (NewRequirement).
 */

/** What terms are matched against. Volumes look at labels alone: for them no field is known, and none is asked. */
export interface NodeLike {
  readonly labels: Labels;
  readonly name: string | undefined;
}

/** Whether any of the terms selects the node. */
export function matchesTerms(terms: readonly NodeSelectorTerm[], node: NodeLike): boolean {
  for (const term of terms) if (matchesTerm(term, node)) return true;
  return false;
}

export function matchesTerm(term: NodeSelectorTerm, node: NodeLike): boolean {
  if (isEmptyTerm(term) || !isValidTerm(term)) return false;
  for (const requirement of term.matchExpressions)
    if (!matchesRequirement(requirement, labelValue(node.labels, requirement.key))) return false;
  if (node.name === undefined) return true;
  for (const { key, operator, values } of term.matchFields) {
    const isEqual = values[0] === (key === "metadata.name" ? node.name : "");
    if (isEqual !== (operator === "In")) return false;
  }
  return true;
}

export function isEmptyTerm(term: NodeSelectorTerm): boolean {
  return term.matchExpressions.length === 0 && term.matchFields.length === 0;
}

const validTerms = new WeakMap<NodeSelectorTerm, boolean>();

/** Whether a term parses. In Kubernetes not every term that the API server accepts does. */
export function isValidTerm(term: NodeSelectorTerm): boolean {
  let isValid = validTerms.get(term);
  if (isValid === undefined) {
    isValid =
      term.matchExpressions.every(isValidExpression) &&
      term.matchFields.every(
        ({ operator, values }) => values.length === 1 && (operator === "In" || operator === "NotIn"),
      );
    validTerms.set(term, isValid);
  }
  return isValid;
}

const labelName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const domain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function isLabelKey(key: string): boolean {
  const slash = key.indexOf("/");
  const name = key.slice(slash + 1);
  if (name.length > 63 || !labelName.test(name)) return false;
  const prefix = key.slice(0, Math.max(0, slash));
  return slash < 0 || (prefix.length <= 253 && domain.test(prefix));
}

function isLabelValue(value: string): boolean {
  return value === "" || (value.length <= 63 && labelName.test(value));
}

function isValidExpression({ key, operator, values }: NodeSelectorRequirement): boolean {
  if (!isLabelKey(key) || !values.every(isLabelValue)) return false;
  switch (operator) {
    case "In":
    case "NotIn":
      return values.length > 0;
    case "Exists":
    case "DoesNotExist":
      return values.length === 0;
    case "Gt":
    case "Lt":
      return values.length === 1 && int64(values[0]!) !== undefined;
  }
}

const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;

/** A base-10 integer as strconv.ParseInt reads it: `0012` is 12, more than 64 bits is none. */
function int64(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return value >= minInt64 && value <= maxInt64 ? value : undefined;
}

function matchesRequirement(
  { operator, values }: NodeSelectorRequirement,
  value: string | undefined,
): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
    case "Lt": {
      const left = value === undefined ? undefined : int64(value);
      if (left === undefined) return false;
      const right = int64(values[0]!)!;
      return operator === "Gt" ? left > right : left < right;
    }
  }
}

/** Whether a node satisfies both the nodeSelector and the required node affinity of a pod. */
export function matchesRequiredNodeAffinity(spec: PodSpec, node: NodeLike): boolean {
  const { nodeSelector, affinity } = spec;
  for (const key of Object.keys(nodeSelector))
    if (labelValue(node.labels, key) !== nodeSelector[key]) return false;
  return affinity.requiredNodes === undefined || matchesTerms(affinity.requiredNodes, node);
}

/** Whether a pod asks for particular nodes at all. */
export function hasRequiredNodeAffinity(spec: PodSpec): boolean {
  return spec.affinity.requiredNodes !== undefined || Object.keys(spec.nodeSelector).length > 0;
}
