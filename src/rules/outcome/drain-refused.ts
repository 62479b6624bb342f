import { drainMessage } from "../../exec/drain-filters.ts";
import { keyOf } from "../../model/meta.ts";
import type { DrainOptions } from "../../plan/plan.ts";
import type { PodGroup } from "../../trace/event.ts";
import type { NodeDrainReport, Suggestion } from "../../verdict/verdict.ts";
import { drainAgain } from "../drain-options.ts";
import { counted, listed } from "../phrases.ts";
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
    suggestions: suggestionsFor(outcome, drain, groups),
    data: { node, pods, flags: groups.flatMap((group) => flagFor(group.message)?.flag ?? []) },
  };
}

interface Flag {
  readonly message: string;
  readonly flag: string;
  readonly options: Partial<DrainOptions>;
  readonly cost: string;
  readonly harm: number;
}

const flags: readonly Flag[] = [
  {
    message: drainMessage.daemonSetFatal,
    flag: "--ignore-daemonsets",
    options: { ignoreDaemonSets: true },
    cost: "DaemonSet pods stay where they are; nothing is lost.",
    harm: 1,
  },
  {
    message: drainMessage.localStorageFatal,
    flag: "--delete-emptydir-data",
    options: { deleteEmptyDirData: true },
    cost: "What pods keep in emptyDir volumes is lost.",
    harm: 2,
  },
  {
    message: drainMessage.unmanagedFatal,
    flag: "--force",
    options: { force: true },
    cost: "Pods without a controller are deleted, and nothing makes them again.",
    harm: 5,
  },
];

/** `daemonsets.apps "x" not found` has no constant: kubectl deletes such pods with --force. */
function flagFor(message: string): Flag | undefined {
  return (
    flags.find((each) => each.message === message) ?? (message.endsWith("not found") ? flags[2] : undefined)
  );
}

/** One command with every flag that is missing: with only some of them kubectl refuses again. */
function suggestionsFor(outcome: Outcome, drain: NodeDrainReport, groups: readonly PodGroup[]): Suggestion[] {
  const missing = groups.map(({ message }) => flagFor(message));
  const needed = [...new Set(missing)].filter((flag) => flag !== undefined);
  if (needed.length === 0 || missing.includes(undefined)) return [];
  const added: Partial<DrainOptions> = Object.assign({}, ...needed.map((flag) => flag.options));
  return [
    {
      commands: drainAgain(outcome, drain, added),
      edit: { kind: "drain", options: added },
      cost: needed.map(({ cost }) => cost).join(" "),
      harm: Math.max(...needed.map(({ harm }) => harm)),
    },
  ];
}
