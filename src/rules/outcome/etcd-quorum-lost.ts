import { humanDuration } from "../../lib/duration.ts";
import { controlPlaneOf } from "../../model/control-plane.ts";
import { quorumLosses, quorumOf } from "../../trace/control-plane.ts";
import { totalMillis } from "../../trace/timelines.ts";
import { stepBehind } from "../../trace/why.ts";
import { notJudged } from "../not-judged.ts";
import { counted } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * etcd has no majority of its members for a while: no write is taken and no API server answers. All members count, also
 * those that are away already. A single member is away whenever it restarts, which is rule control-plane-away's, unless
 * the plan asserts `etcdQuorum: always`. Source: etcd.io, "What is failure tolerance?".
 */
export const etcdQuorumLost = defineOutcomeRule({
  id: "etcd-quorum-lost",
  severity: "error",
  title: "etcd has no majority of its members for a while",
  check: (outcome) => {
    const asserted = outcome.plan.assertions.find(({ kind }) => kind === "etcdQuorum");
    if (asserted && controlPlaneOf(outcome.cluster).etcd === "external")
      return [notJudged(asserted.name, "etcd", unseen)];
    const losses = quorumLosses(outcome.trace).filter(({ what }) => asserted || what.members > 1);
    return losses.length === 0 ? [] : [finding(outcome, losses)];
  },
});

/** Where etcd is elsewhere. */
const unseen = "no member of etcd is on this cluster's control-plane nodes";

function finding(outcome: Outcome, losses: ReturnType<typeof quorumLosses>): FindingDraft {
  const worst = losses.reduce((least, each) => (each.what.healthy < least.what.healthy ? each : least));
  const { members, healthy } = worst.what;
  const needed = quorumOf(members);
  const steps = losses.flatMap(({ began }) => stepBehind(outcome.trace, began)?.event ?? []);
  const names = steps.flatMap((event) => (event.kind === "step.started" ? [stepText(event)] : []));
  const millis = totalMillis(losses);
  return {
    subject: "etcd",
    at: losses[0]!.from,
    events: losses.map(({ began }) => began),
    weight: 900,
    message: `${healthy} of ${members} ${verb(members, "member", "members")} healthy, ${needed} needed, for ${humanDuration(millis)}: nothing is written and no API server answers`,
    details: [
      `${members} / 2, rounded down, + 1 = ${needed} needed; all members count, also those that are away already.`,
      ...(losses.length > 1 ? [`${counted(losses.length, "time")}, ${humanDuration(millis)} in all.`] : []),
      `Because of: ${[...new Set(names)].join("; ")}.`,
    ],
    data: { members, healthy, needed, seconds: millis / 1_000, steps: [...new Set(names)] },
  };
}

function stepText({ what, node }: { readonly what: string; readonly node: string }): string {
  return node === "" ? what : `${what}, ${node}`;
}
