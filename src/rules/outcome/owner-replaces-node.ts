import { byOwner, type OwnedNode, ownerReactions, subjectOf } from "../owner-reactions.ts";
import { listed } from "../../lib/counted.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * The plan deletes a node that somebody else owns: the owner drains it first, keeps its machine, or starts another one.
 * One finding for each owner. Source: src/facts/node-owners.ts.
 */
export const ownerReplacesNode = defineOutcomeRule({
  id: "owner-replaces-node",
  severity: "info",
  title: "A node is deleted that somebody else owns",
  check: (outcome) => byOwner(deletedNodes(outcome)).map(finding),
});

function deletedNodes(outcome: Outcome): readonly OwnedNode[] {
  return outcome.trace.events.flatMap((event, number) =>
    event.kind === "node.removed"
      ? ownerReactions(outcome, event.node, "deleted").map((reaction) => ({
          node: event.node,
          reaction,
          from: event.time,
          forMillis: undefined,
          event: number,
        }))
      : [],
  );
}

function finding(group: readonly OwnedNode[]): FindingDraft {
  const [first] = group as [OwnedNode, ...OwnedNode[]];
  const { who, words, does, afterMillis, isOptional, source } = first.reaction;
  const names = group.map(({ node }) => node);
  return {
    subject: subjectOf(group),
    at: first.from,
    events: group.map(({ event }) => event),
    weight: does === "orphans" ? 60 : 70,
    message: `the plan deletes ${names.length === 1 ? "it" : listed(names, 3)}; ${who}: ${words}`,
    details: [
      does === "orphans"
        ? "The rehearsal takes the machine to end as well: end it where it was made, and lower the group's size, or another one comes."
        : "What the owner does is not rehearsed.",
      `Source: ${source}.`,
    ],
    data: { who, nodes: names, does, afterMillis: afterMillis ?? null, isOptional: isOptional ?? false },
  };
}
