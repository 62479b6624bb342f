import { humanDuration } from "../../lib/duration.ts";
import { groupBy } from "../../lib/order.ts";
import type { EventOf, PodId } from "../../trace/event.ts";
import { stepBehind } from "../../trace/why.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import { firstReason } from "../scheduler-message.ts";

/**
 * A pod that had to move finds no room, and the scheduler deletes pods of lower priority for it: they pay for the
 * maintenance. Source: pkg/scheduler/framework/preemption; kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption.
 */
export const preemptedPods = defineOutcomeRule({
  id: "preempted-pods",
  severity: "warning",
  title: "Pods that move push others out",
  check: (outcome) => {
    const preemptions = preemptionsOf(outcome);
    const byWorkload = groupBy(preemptions, ({ event }) => {
      const life = outcome.analysis.lives.get(event.pod);
      if (!life) return event.pod;
      return life.workload === "" ? `${life.namespace}/${life.name}` : life.workload;
    });
    return [...byWorkload].map(([subject, list]) => finding(outcome, subject, list, preemptions));
  },
});

interface Preemption {
  readonly number: number;
  readonly event: EventOf<"pod.nominated">;
}

/** The preemptions that a step of the plan set off; a pod that waited before would have pushed others out anyway. */
function preemptionsOf({ trace }: Outcome): Preemption[] {
  return trace.events.flatMap((event, number) =>
    event.kind === "pod.nominated" && event.victims.length > 0 && stepBehind(trace, number)
      ? [{ number, event }]
      : [],
  );
}

function finding(
  outcome: Outcome,
  subject: string,
  own: readonly Preemption[],
  all: readonly Preemption[],
): FindingDraft {
  const victims = own.flatMap(({ event }) => event.victims);
  const fates = victims.map((victim) => fateOf(outcome, victim));
  const count = (state: Fate["state"]) => fates.filter((fate) => fate.state === state).length;
  const back = count("ready");
  const nodes = [...new Set(own.map(({ event }) => event.node))];
  const highest = priorityOf(outcome, own[0]!.event.pod);
  const lowest = Math.min(...victims.map((victim) => priorityOf(outcome, victim)));
  const chain = cascade(own, all, outcome);
  return {
    subject,
    at: own[0]!.event.time,
    events: own.map(({ number }) => number),
    weight: 420 + victims.length,
    message:
      `pushes ${counted(victims.length, "pod")} of lower priority out (${highest} over ${lowest}) on ${listed(nodes)}: ` +
      `${back} of ${victims.length} ${verb(back, "is", "are")} Ready again at the end`,
    details: [...fates.map(({ line }) => line), ...chain],
    data: {
      preemptor: subject,
      nodes,
      victims: fates.map(({ name }) => name),
      ready: back,
      pending: count("pending"),
      notReplaced: count("gone"),
      cascade: chain.length > 0,
    },
  };
}

interface Fate {
  readonly name: string;
  readonly state: "ready" | "pending" | "starting" | "gone";
  readonly line: string;
}

/** What became of a pod that was pushed out. */
function fateOf(outcome: Outcome, victim: PodId): Fate {
  const { lives, moves, world } = outcome.analysis;
  const life = lives.get(victim);
  const name = life ? `${life.namespace}/${life.name}` : victim;
  const replacement = moves.find(({ pod }) => pod === victim)?.replacement;
  const left = `${name} (priority ${priorityOf(outcome, victim)})`;
  if (!replacement) return { name, state: "gone", line: `${left}: nothing replaces it.` };
  if (replacement.node === "") {
    const reason = firstReason(world.pods.get(replacement.pod)?.unschedulable ?? "");
    return { name, state: "pending", line: `${left}: ${replacement.name} stays Pending, ${reason}.` };
  }
  const { readyAt } = replacement;
  if (readyAt === undefined)
    return {
      name,
      state: "starting",
      line: `${left}: ${replacement.name} on ${replacement.node} never becomes Ready.`,
    };
  const since = humanDuration(readyAt - (life?.leftAt ?? readyAt));
  return {
    name,
    state: "ready",
    line: `${left}: ${replacement.name} on ${replacement.node} is Ready ${since} later.`,
  };
}

/** The value that admission gave a pod; of a pod that the rehearsal made, that of its siblings. */
function priorityOf({ index, analysis }: Outcome, pod: PodId): number {
  const own = index.pod(pod);
  const workload = analysis.lives.get(pod)?.workload ?? "";
  return (own ?? index.podsOfWorkload(workload)[0])?.priority ?? 0;
}

/** Those that were pushed out and push others out in turn. */
function cascade(own: readonly Preemption[], all: readonly Preemption[], { analysis }: Outcome): string[] {
  const victims = new Set(own.flatMap(({ event }) => event.victims));
  const successors = new Set(
    analysis.moves.flatMap(({ pod, replacement }) =>
      victims.has(pod) && replacement ? [replacement.pod] : [],
    ),
  );
  const next = all.filter(({ event }) => successors.has(event.pod));
  if (next.length === 0) return [];
  const pushed = next.reduce((sum, { event }) => sum + event.victims.length, 0);
  return [
    `And ${verb(next.length, "one of them pushes", "some of them push")} ${counted(pushed, "more pod")} out in turn.`,
  ];
}
