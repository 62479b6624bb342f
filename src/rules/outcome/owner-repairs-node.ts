import { humanDuration } from "../../lib/duration.ts";
import { byOwner, nodesAre, type OwnedNode, ownerReactions, subjectOf } from "../owner-reactions.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * A machine that is away for so long that its owner takes it for broken: it restarts it in the middle of the
 * maintenance, or puts another in its place. One finding for each who may. Source: src/facts/node-owners.ts.
 */
export const ownerRepairsNode = defineOutcomeRule({
  id: "owner-repairs-node",
  severity: "warning",
  title: "A node is silent for so long that its owner takes it for broken",
  check: (outcome) => byOwner(silentNodes(outcome)).map(finding),
});

function silentNodes(outcome: Outcome): readonly OwnedNode[] {
  const { events } = outcome.trace;
  return events.flatMap((event, number) => {
    if (event.kind !== "node.down") return [];
    const { node, time: from } = event;
    const end = events.find(
      (each, at) =>
        at > number && (each.kind === "node.up" || each.kind === "node.removed") && each.node === node,
    );
    // A machine that the plan itself takes away is not missed.
    if (end?.kind === "node.removed" || !outcome.analysis.world.nodes.has(node)) return [];
    const forMillis = end && end.time - from;
    return ownerReactions(outcome, node, "silent")
      .filter(({ afterMillis }) => afterMillis !== undefined && (forMillis ?? Infinity) >= afterMillis)
      .map((reaction) => ({ node, reaction, from, forMillis, event: number }));
  });
}

function finding(group: readonly OwnedNode[]): FindingDraft {
  const [first] = group as [OwnedNode, ...OwnedNode[]];
  const { reaction, forMillis } = first;
  const names = [...new Set(group.map(({ node }) => node))];
  const long =
    forMillis === undefined
      ? "and does not come back"
      : `for ${names.length > 1 ? "up to " : ""}${humanDuration(forMillis)}`;
  return {
    subject: subjectOf(group),
    at: first.from,
    events: group.map(({ event }) => event),
    weight: 270,
    message: `${nodesAre(names)} silent ${long}; ${reaction.who} ${reaction.words}`,
    details: ["What it does then is not rehearsed.", `Source: ${reaction.source}.`],
    data: {
      who: reaction.who,
      nodes: names,
      does: reaction.does,
      afterMillis: reaction.afterMillis ?? null,
      silentMillis: forMillis ?? null,
      isOptional: reaction.isOptional ?? false,
    },
  };
}
