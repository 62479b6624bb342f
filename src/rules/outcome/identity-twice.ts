import { humanDuration } from "../../lib/duration.ts";
import { groupBy } from "../../lib/order.ts";
import { keyOf } from "../../model/meta.ts";
import type { PodLife } from "../pod-lives.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * Pods of a StatefulSet whose objects went while their containers ran (a grace period of 0, or --force), and whose
 * successors of the same name ran before those could have ended: two of one identity. Source: kubernetes.io, Force
 * Delete StatefulSet Pods; pkg/kubelet/pod_workers.go, calculateEffectiveGracePeriod (the pod's own, at least 1 s).
 */
export const identityTwice = defineOutcomeRule({
  id: "identity-twice",
  severity: "warning",
  title: "A StatefulSet's pod may run twice under one name",
  check: (outcome) => [...groupBy(doubles(outcome), ({ old }) => old.workload).values()].map(finding),
});

interface Double {
  readonly old: PodLife;
  /** When its object went, and the event that says so. */
  readonly goneAt: number;
  readonly event: number;
  readonly next: PodLife;
  /** Until when the old one may run; undefined where its node is silent and nobody knows. */
  readonly until: number | undefined;
}

function doubles({ trace, index, analysis }: Outcome): Double[] {
  const ended = new Set<string>();
  return trace.events.flatMap((event, number): Double[] => {
    if (event.kind === "pod.finished") ended.add(event.pod);
    if (event.kind !== "pod.gone" || ended.has(event.pod)) return [];
    const old = analysis.lives.get(event.pod);
    const pod = index.pod(event.pod);
    if (!old || !pod || old.workload.split("/")[1] !== "StatefulSet" || old.node === "") return [];
    if (pod.status.phase !== "Running") return [];
    const next = (analysis.livesByWorkload.get(old.workload) ?? []).find(
      (life) => life.name === old.name && life.runningAt !== undefined && life.runningAt >= event.time,
    );
    if (next?.runningAt === undefined) return [];
    const isSilent = index
      .node(old.node)
      ?.conditions.some(({ type, status }) => type === "Ready" && status !== "True");
    const until = event.time + Math.max(1, pod.spec.terminationGracePeriodSeconds) * 1_000;
    if (!isSilent && next.runningAt >= until) return [];
    return [{ old, goneAt: event.time, event: number, next, until: isSilent ? undefined : until }];
  });
}

function finding(found: readonly Double[]): FindingDraft {
  const [first] = found as readonly [Double, ...Double[]];
  const longest = Math.max(...found.map(({ until, next }) => (until ?? 0) - next.runningAt!));
  const unknown = found.some(({ until }) => until === undefined);
  const names = found.map(({ old }) => keyOf(old));
  return {
    subject: first.old.workload,
    at: first.goneAt,
    events: found.map(({ event }) => event),
    weight: 350 + found.length,
    message: `${counted(found.length, "pod")} (${listed(names)}) ${verb(found.length, "is", "are")} gone from the API at once, and ${verb(found.length, "its successor runs", "their successors run")} beside ${verb(found.length, "it", "them")} ${unknown ? "for as long as a silent node lives" : `for up to ${humanDuration(longest)}`}`,
    details: [
      ...found.map(({ old, next, goneAt, until }) =>
        until === undefined
          ? `${old.name} on ${old.node}, which does not answer: nobody knows whether it still runs. A new one runs on ${next.node} from ${humanDuration(next.runningAt!)}.`
          : `${old.name} on ${old.node}: object gone at ${humanDuration(goneAt)}, may run until ${humanDuration(until)}; a new one runs on ${next.node} from ${humanDuration(next.runningAt!)}.`,
      ),
      "A grace period of 0 does not wait for the kubelet: two may write under one name, and a quorum may count one of them twice.",
    ],
    data: { workload: first.old.workload, pods: names, ...(unknown ? {} : { seconds: longest / 1_000 }) },
  };
}
