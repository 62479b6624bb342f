import { humanDuration } from "../../lib/duration.ts";
import { nodeOwner } from "../../model/node-owner.ts";
import { intendedNodes } from "../intended-nodes.ts";
import {
  annotationAgainst,
  byOwner,
  nodesAre,
  type OwnedNode,
  ownerReactions,
  subjectOf,
} from "../owner-reactions.ts";
import { listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * A node that the plan empties, and that its owner takes away because it is empty: nothing may be left to reboot, or to
 * open again. One finding for each who may take nodes. Source: src/facts/node-owners.ts.
 */
export const ownerTakesNode = defineOutcomeRule({
  id: "owner-takes-node",
  severity: "warning",
  title: "A node that is emptied may be taken away by its owner before it is used again",
  check: (outcome) => byOwner(emptiedNodes(outcome)).map((group) => finding(outcome, group)),
});

/** Nodes that are empty for at least as long as their owner waits. */
function emptiedNodes(outcome: Outcome): readonly OwnedNode[] {
  const { analysis, trace } = outcome;
  return analysis.drains.flatMap(({ node, outcome: word, endedAt, ended = -1 }) => {
    if (word !== "drained" || endedAt === undefined) return [];
    const end = trace.events.find(
      (event) =>
        event.time >= endedAt &&
        (event.kind === "node.uncordoned" || event.kind === "node.removed") &&
        event.node === node,
    );
    const forMillis = end && end.time - endedAt;
    return ownerReactions(outcome, node, "emptied")
      .filter(({ afterMillis = 0 }) => (forMillis ?? Infinity) >= afterMillis)
      .filter(() => end?.kind !== "node.removed")
      .map((reaction) => ({ node, reaction, from: endedAt, forMillis, event: ended }));
  });
}

function finding(outcome: Outcome, group: readonly OwnedNode[]): FindingDraft {
  const [first] = group as [OwnedNode, ...OwnedNode[]];
  const { reaction, forMillis } = first;
  const names = group.map(({ node }) => node);
  const needed = names.filter((node) => isNeededAgain(outcome, node));
  const node = outcome.index.node(first.node);
  const owner = node && nodeOwner(node, outcome.cluster).owner;
  const annotation = annotationAgainst(reaction.who, owner?.fact.leaves);
  const most = names.length > 1 ? "up to " : "";
  const long = forMillis === undefined ? "to the end" : `for ${most}${humanDuration(forMillis)}`;
  return {
    subject: subjectOf(group),
    ...(needed.length === 0 ? { severity: "info" as const } : {}),
    at: first.from,
    events: group.map(({ event }) => event).filter((event) => event >= 0),
    weight: needed.length === 0 ? 20 : 280,
    message: `${nodesAre(names)} empty ${long}; ${reaction.who} ${reaction.words}`,
    details: [
      needed.length === 0
        ? "The plan does not use it again."
        : `The plan goes on with ${listed(needed, 3)}, which may be gone by then.`,
      `Source: ${reaction.source}.`,
    ],
    suggestions:
      annotation === undefined || needed.length === 0
        ? []
        : [
            {
              commands: [`kubectl annotate node ${needed.map(shellWord).join(" ")} ${annotation}`],
              edit: { kind: "none" },
              cost: `Before the drain. Afterwards: kubectl annotate node ${needed.map(shellWord).join(" ")} ${annotation.split("=")[0]}-`,
              harm: 0,
            },
          ],
    data: {
      who: reaction.who,
      nodes: names,
      neededAgain: needed,
      does: reaction.does,
      afterMillis: reaction.afterMillis ?? null,
      emptyMillis: forMillis ?? null,
      isOptional: reaction.isOptional ?? false,
    },
  };
}

/** Whether the plan does something with the node after its drain. */
function isNeededAgain(outcome: Outcome, node: string): boolean {
  if (intendedNodes(outcome).some((each) => each.node === node && each.cordoned === false)) return true;
  return outcome.trace.events.some(
    (event) => (event.kind === "node.down" || event.kind === "upgrade.started") && event.node === node,
  );
}
