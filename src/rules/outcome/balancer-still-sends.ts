import { humanDuration } from "../../lib/duration.ts";
import { keyOf } from "../../model/meta.ts";
import type { Service } from "../../model/service.ts";
import {
  balancedServices,
  type LocalDeparture,
  localDepartures,
  noticeOf,
  servedMillis,
  takenOutAt,
} from "../balanced-services.ts";
import { takeOut } from "../balancer-suggestions.ts";
import { counted, listed } from "../../lib/counted.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * With `externalTrafficPolicy: Local` a node answers only by its own pods. When the last of them goes, the balancer
 * sends there until its checks have failed often enough; the pods serve what comes while they terminate, and no longer.
 * Source: kubernetes/enhancements keps/sig-network/1669-proxy-terminating-endpoints. One finding a Service; without
 * `assumptions.loadBalancer` nothing is claimed (src/rules/unknowns.ts says so).
 */
export const balancerStillSends = defineOutcomeRule({
  id: "balancer-still-sends",
  severity: "warning",
  title: "A load balancer sends to a node that its last pod has left",
  check: (outcome) => {
    const notice = noticeOf(outcome);
    if (!notice) return [];
    return balancedServices(outcome)
      .filter(({ externalTrafficPolicy }) => externalTrafficPolicy === "Local")
      .flatMap((service) => {
        const gaps = localDepartures(outcome, service).flatMap((departure) => gapOf(outcome, departure));
        return gaps.length > 0 ? [finding(outcome, service, gaps)] : [];
      });
  },
});

interface Gap extends LocalDeparture {
  readonly served: number;
  readonly lost: number;
}

/** How long what is sent to the node meets nobody. */
function gapOf(outcome: Outcome, departure: LocalDeparture): Gap[] {
  const outAt = takenOutAt(outcome, departure.node);
  if (outAt !== undefined && outAt <= departure.leftAt) return [];
  const served = servedMillis(outcome, departure);
  const { millis } = noticeOf(outcome)!;
  const again = departure.againAt === undefined ? Infinity : departure.againAt - departure.leftAt;
  const lost = Math.min(millis, again) - served;
  return lost > 0 ? [{ ...departure, served, lost }] : [];
}

function finding(outcome: Outcome, service: Service, gaps: readonly Gap[]): FindingDraft {
  const { millis, sum } = noticeOf(outcome)!;
  const worst = gaps.reduce((most, gap) => (gap.lost > most.lost ? gap : most));
  const served =
    worst.served > 0
      ? ` - ${humanDuration(worst.served)} in which ${listed(worst.pods)} still ${worst.pods.length === 1 ? "serves" : "serve"}`
      : "";
  const nodes = [...new Set(gaps.map(({ node }) => node))];
  const where =
    nodes.length === 1 ? worst.node : `${counted(nodes.length, "node")}, the longest ${worst.node}`;
  const again = worst.againAt === undefined ? Infinity : worst.againAt - worst.leftAt;
  const until =
    again < millis
      ? `${humanDuration(again)} until it has a Ready pod again`
      : `${sum} until the balancer notices`;
  return {
    subject: keyOf(service),
    at: worst.leftAt,
    events: gaps.map(({ event }) => event),
    weight: 200 + Math.min(99, Math.round(worst.lost / 1_000)),
    message: `${humanDuration(worst.lost)} of connections to ${where} fail = ${until}${served} (externalTrafficPolicy Local)`,
    details: gaps.map(
      ({ node, leftAt, lost, served: time }) =>
        `${node}: no Ready pod from ${humanDuration(leftAt)} on; served for ${humanDuration(time)} more: ${humanDuration(lost)} lost.`,
    ),
    suggestions: nodes.length === 1 ? [takeOut(outcome, worst.node, millis)] : [],
    data: {
      service: keyOf(service),
      nodes,
      lostSeconds: worst.lost / 1_000,
      noticeSeconds: millis / 1_000,
      servedSeconds: worst.served / 1_000,
    },
  };
}
