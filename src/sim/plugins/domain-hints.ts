import { labelValue } from "../../model/meta.ts";
import type { Node } from "../../model/node.ts";
import type { Pod } from "../../model/pod.ts";
import type { AffinityTerm } from "../scheduler/affinity-terms.ts";
import type { PodInfo } from "../scheduler/pod-info.ts";
import type { Change } from "./cluster-events.ts";
import { type HintContext, holdsPlace, on, type Registration } from "./queueing-hint.ts";
import { hasAllKeys, isSpread, type SpreadConstraint, spreadConstraints } from "./spread-constraints.ts";
import { matchesAllTerms } from "./terms-matcher.ts";

/**
 * What wakes pods that were rejected for where other pods are.
 * Source: podtopologyspread/plugin.go, interpodaffinity/plugin.go.
 */

function hardConstraints(
  pod: PodInfo,
  { args, listers, behaviour }: HintContext,
): readonly SpreadConstraint[] {
  return spreadConstraints(pod, "DoNotSchedule", args.podTopologySpread, listers, behaviour);
}

function movesSpread(pod: PodInfo, { before, after }: Change<Pod>, context: HintContext): boolean {
  const isInvolved = (other: Pod | undefined) =>
    !other || other.uid === pod.pod.uid || (holdsPlace(other) && other.namespace === pod.pod.namespace);
  if (!isInvolved(before) || !isInvolved(after)) return false;
  const constraints = hardConstraints(pod, context);
  const isCounted = (other: Pod) => constraints.some((constraint) => isSpread(constraint, other.labels));
  if (!before || !after) return isCounted((before ?? after)!);
  const hasTolerations = before.spec.tolerations.length !== after.spec.tolerations.length;
  if (after.uid === pod.pod.uid && hasTolerations && constraints.some(({ honorsTaints }) => honorsTaints))
    return true;
  return constraints.some(
    (constraint) => isSpread(constraint, before.labels) !== isSpread(constraint, after.labels),
  );
}

function movesDomains(pod: PodInfo, { before, after }: Change<Node>, context: HintContext): boolean {
  const constraints = hardConstraints(pod, context);
  const has = (node: Node) => hasAllKeys(constraints, node.labels);
  if (!before || !after) return has((before ?? after)!);
  if (has(before) !== has(after)) return true;
  if (!has(after)) return false;
  const hasMoved = constraints.some(
    ({ topologyKey }) => labelValue(before.labels, topologyKey) !== labelValue(after.labels, topologyKey),
  );
  return hasMoved || JSON.stringify(before.taints) !== JSON.stringify(after.taints);
}

/** All terms of a kind have to match, though any of several anti-affinity terms would reject: so upstream has it. */
function movesAffinity(pod: PodInfo, { before, after }: Change<Pod>, { infoOf }: HintContext): boolean {
  if (before && after?.uid === pod.pod.uid) return true;
  if ((after && !holdsPlace(after)) || (before && !holdsPlace(before))) return false;
  const { required, requiredAnti } = pod.terms;
  const matches = (terms: readonly AffinityTerm[], other: Pod) =>
    matchesAllTerms(terms, infoOf(other).labelSet);
  if (before && after)
    return (
      (!matches(required, before) && matches(required, after)) ||
      (matches(requiredAnti, before) && !matches(requiredAnti, after))
    );
  if (after) return matches(required, after);
  return matches(requiredAnti, before!) || matchesAllTerms(infoOf(before!).terms.requiredAnti, pod.labelSet);
}

/** What becomes of a node's label. */
function labelChange(key: string, before: Node, after: Node): "came" | "left" | "moved" | "same" {
  const [was, is] = [labelValue(before.labels, key), labelValue(after.labels, key)];
  if (was === is) return "same";
  if (was === undefined) return "came";
  return is === undefined ? "left" : "moved";
}

function movesTopology({ terms }: PodInfo, { before, after }: Change<Node>): boolean {
  const { required, requiredAnti } = terms;
  if (!before)
    return (
      required.some(({ topologyKey }) => labelValue(after!.labels, topologyKey) !== undefined) ||
      requiredAnti.length > 0
    );
  const changes = ({ topologyKey }: AffinityTerm) => labelChange(topologyKey, before, after!);
  return (
    required.some((term) => changes(term) === "came" || changes(term) === "moved") ||
    requiredAnti.some((term) => changes(term) === "left" || changes(term) === "moved")
  );
}

export const domainHints: Readonly<Record<string, readonly Registration[]>> = {
  PodTopologySpread: [
    on("Pod", ["Add", "UpdatePodLabel", "UpdatePodToleration", "Delete"], movesSpread),
    on("Node", ["Add", "Delete", "UpdateNodeLabel", "UpdateNodeTaint"], movesDomains),
  ],
  InterPodAffinity: [
    on("Pod", ["Add", "UpdatePodLabel", "Delete"], movesAffinity),
    on("Node", ["Add", "UpdateNodeLabel"], movesTopology),
  ],
};
