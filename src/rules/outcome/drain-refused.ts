import type { DrainFlag } from "../../exec/drain-filters.ts";
import { keyOf } from "../../model/meta.ts";
import type { PodGroup } from "../../trace/event.ts";
import type { NodeDrainReport, Suggestion } from "../../verdict/verdict.ts";
import { drainOptionsOf, drainsChanged } from "../drain-options.ts";
import { type NeededFlag, neededFlags } from "../needed-flags.ts";
import { counted, listed } from "../../lib/counted.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * kubectl refuses a node before it evicts anything, and leaves it cordoned: pods stand there that it deletes only with
 * a flag. All flags that are missing are one finding. Source: facts/drain.json, filters.
 */
export const drainRefused = defineOutcomeRule({
  id: "drain-refused",
  severity: "error",
  title: "kubectl refuses to drain a node with these flags",
  check: (outcome) =>
    outcome.analysis.drains.flatMap((drain) => {
      const event = outcome.trace.events[drain.ended ?? -1];
      if (drain.outcome !== "refused" || event?.kind !== "client.note" || event.note.kind !== "nodeFailed")
        return [];
      const { problem } = event.note;
      return problem.kind === "refused" ? [finding(outcome, drain, problem.groups)] : [];
    }),
});

function finding(outcome: Outcome, drain: NodeDrainReport, groups: readonly PodGroup[]): FindingDraft {
  const { node } = drain;
  const pods = groups.flatMap((group) => group.pods.map(keyOf));
  const flags = neededFlags(outcome.cluster, groups, drainOptionsOf(outcome, drain));
  return {
    subject: node,
    at: drain.endedAt ?? 0,
    events: drain.ended === undefined ? [] : [drain.ended],
    weight: 950 + pods.length,
    message: `cannot delete ${groups.map((group) => `${group.message}: ${counted(group.pods.length, "pod")}`).join("; ")}`,
    details: [
      ...groups.map((group) => `${group.message}: ${listed(group.pods.map(keyOf))}.`),
      `No pod of ${node} is evicted, and it stays cordoned.`,
    ],
    suggestions: suggestionsFor(outcome, drain, flags),
    data: { node, pods, flags: flags.map(({ flag }) => flag) },
  };
}

/** What each flag destroys, and how much harm that is. */
const costs: Readonly<Record<DrainFlag["option"], { readonly cost: string; readonly harm: number }>> = {
  ignoreDaemonSets: { cost: "DaemonSet pods stay where they are; nothing is lost.", harm: 1 },
  deleteEmptyDirData: { cost: "What pods keep in emptyDir volumes is lost.", harm: 2 },
  force: { cost: "Pods without a controller are deleted, and nothing makes them again.", harm: 5 },
};

/** One command with every flag that is missing: with only some of them kubectl refuses again. */
function suggestionsFor(
  outcome: Outcome,
  drain: NodeDrainReport,
  flags: readonly NeededFlag[],
): Suggestion[] {
  if (flags.length === 0) return [];
  const options = Object.fromEntries(flags.map(({ option }) => [option, true]));
  return [
    {
      ...drainsChanged(outcome, drain, options),
      cost: flags.map(({ option }) => costs[option].cost).join(" "),
      harm: Math.max(...flags.map(({ option }) => costs[option].harm)),
    },
  ];
}
