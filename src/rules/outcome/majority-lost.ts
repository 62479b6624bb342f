import { humanDuration } from "../../lib/duration.ts";
import { formatSelector } from "../../model/selector.ts";
import type { StatefulSet } from "../../model/workload.ts";
import { stretches, totalMillis, type Stretch } from "../../trace/timelines.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { counted, listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import type { PodLife } from "../pod-lives.ts";
import { partsOfReturn, sumOf } from "../return-parts.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import { serialSuggestion } from "../serial-suggestion.ts";

/**
 * A StatefulSet of an odd number of replicas, three or more, that has fewer than a majority of them Ready for a while,
 * though some are: what decides by quorum (etcd, ZooKeeper, Consul, Raft and Paxos in general) stops, and no Service
 * says so, as one Ready pod is left. Whether it is such a system nobody can see from outside; three or five replicas
 * with a name each are what they have. Source: kubernetes.io/docs/tutorials/stateful-application/zookeeper.
 */
export const majorityLost = defineOutcomeRule({
  id: "majority-lost",
  severity: "warning",
  title: "A StatefulSet has no majority of its pods Ready for a while",
  check: (outcome) => outcome.cluster.objects.StatefulSet.flatMap((set) => findingFor(outcome, set) ?? []),
});

/** Below this there is no majority that one pod could leave intact. */
const fewest = 3;

function findingFor(outcome: Outcome, set: StatefulSet): FindingDraft | undefined {
  const { analysis } = outcome;
  const workload = `${set.namespace}/${set.kind}/${set.name}`;
  const timeline = analysis.workloadTimelines.get(workload) ?? [];
  const majority = Math.floor(set.replicas / 2) + 1;
  const before = timeline[0]?.value ?? 0;
  if (set.replicas < fewest || set.replicas % 2 === 0 || before < majority) return undefined;
  const losses = stretches(timeline, analysis.endMillis, (value) => value < majority);
  if (losses.length === 0) return undefined;
  const longest = losses.reduce((most, each) => (each.to - each.from > most.to - most.from ? each : most));
  const least = timeline.reduce((min, { value }) => Math.min(min, value), before);
  const total = totalMillis(losses);
  const lost = lostUntil(outcome, workload, longest);
  return {
    subject: workload,
    at: longest.from,
    events: losses.map(({ began }) => began),
    weight: 380 + Math.min(20, Math.round(total / 60_000)),
    message: `${before} to ${least} Ready: fewer than ${majority} of ${set.replicas}, a majority, ${lengthOf(outcome, losses, longest)}`,
    details: [
      `${set.replicas} / 2 = ${set.replicas / 2}, so ${majority} have to be Ready.${lost.length > 0 ? ` Gone by ${humanDuration(longest.from)}: ${listed(lost.map(({ name, node }) => `${name}${node === "" ? "" : ` on ${node}`}`))}.` : ""}`,
      "What decides by quorum (etcd, ZooKeeper, Consul) answers nobody meanwhile, also where one pod is Ready. Whether this does, the cluster does not know.",
    ],
    suggestions: [...serialSuggestion(outcome, lost), ...ownBudget(outcome, set, workload)],
    data: {
      workload,
      replicas: set.replicas,
      majority,
      before,
      least,
      seconds: total / 1_000,
      stretches: losses.length,
      endsBeforeTheEnd: longest.ended !== undefined,
    },
  };
}

/** `for 55 s = stop 20 + volume 20 + start 15`; not known where it does not come back. */
function lengthOf(outcome: Outcome, losses: readonly Stretch[], longest: Stretch): string {
  if (longest.ended === undefined) return `from ${humanDuration(longest.from)} to the end`;
  const total = humanDuration(totalMillis(losses));
  const one = humanDuration(longest.to - longest.from);
  const event = outcome.trace.events[longest.ended];
  const back = event?.kind === "pod.ready" ? outcome.analysis.lives.get(event.pod) : undefined;
  const sum = back ? sumOf(partsOfReturn(outcome, back, longest.from, longest.to)) : "";
  const why = sum === "" ? "" : ` = ${sum}`;
  return losses.length === 1
    ? `for ${one}${why}`
    : `for ${total} in ${counted(losses.length, "stretch", "stretches")}, the longest ${one}${why}`;
}

/** Of the names that were Ready at the start, those that were not when the majority went: who had each of them last. */
function lostUntil({ analysis }: Outcome, workload: string, { from }: Stretch): PodLife[] {
  const lives = analysis.livesByWorkload.get(workload) ?? [];
  const isReadyThen = ({ readyAt = Infinity, leftAt = Infinity, unreadyAt = Infinity }: PodLife) =>
    readyAt <= from && Math.min(leftAt, unreadyAt) > from;
  const ready = new Set(lives.filter(isReadyThen).map(({ name }) => name));
  const last = new Map(
    lives.flatMap((life) =>
      life.readyAt !== undefined && life.readyAt <= from && !ready.has(life.name)
        ? [[life.name, life] as const]
        : [],
    ),
  );
  return [...last.values()];
}

/** A budget that lets one go at a time, where none counts these pods yet. */
function ownBudget({ index }: Outcome, set: StatefulSet, workload: string): Suggestion[] {
  if (index.podsOfWorkload(workload).some((pod) => index.budgetsOf(pod).length > 0)) return [];
  const selector = shellWord(formatSelector(set.selector));
  return [
    {
      commands: [
        `kubectl -n ${shellWord(set.namespace)} create poddisruptionbudget ${shellWord(set.name)} --selector=${selector} --max-unavailable=1`,
      ],
      edit: { kind: "none" },
      cost: `Evictions then wait until all ${set.replicas} are Ready again but one: drains take longer.`,
      harm: 1,
    },
  ];
}
