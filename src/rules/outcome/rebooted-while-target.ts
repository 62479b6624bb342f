import { humanDuration } from "../../lib/duration.ts";
import { keyOf } from "../../model/meta.ts";
import type { Service } from "../../model/service.ts";
import type { EventOf } from "../../trace/event.ts";
import { answersAt, balancedServices, localDepartures, noticeOf, takenOutAt } from "../balanced-services.ts";
import { takeOut } from "../balancer-suggestions.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * A node that restarts while balancers send to it: a cordon and a drain take no node out of them, so connections that
 * come through it are cut, and new ones fail until the checks have. Source: k8s.io/cloud-provider controllers/service;
 * kubernetes.io/docs/reference/labels-annotations-taints (exclude-from-external-load-balancers). One finding a node.
 */
export const rebootedWhileTarget = defineOutcomeRule({
  id: "rebooted-while-target",
  severity: "warning",
  title: "A node restarts while load balancers still send to it",
  check: (outcome) =>
    outcome.trace.events.flatMap((event, number) =>
      event.kind === "node.down" && event.reason === "reboot" ? judge(outcome, event, number) : [],
    ),
});

function judge(outcome: Outcome, { node, time }: EventOf<"node.down">, number: number): FindingDraft[] {
  const outAt = takenOutAt(outcome, node);
  if (outAt !== undefined && outAt <= time) return stillDraining(outcome, node, { outAt, time, number });
  const services = balancedServices(outcome).filter((service) => isTarget(outcome, service, node, time));
  if (services.length === 0) return [];
  const notice = noticeOf(outcome);
  const upAt = outcome.trace.events.find(
    (event) => event.kind === "node.up" && event.node === node && event.time >= time,
  )?.time;
  const away = upAt === undefined ? Infinity : upAt - time;
  const lost = notice && Math.min(notice.millis, away);
  const howLong = !notice
    ? "until their checks fail: how soon is not given"
    : away < notice.millis
      ? `for ${humanDuration(away)}, until it is back`
      : `for ${humanDuration(notice.millis)} (${notice.sum})`;
  const locals = services.filter(({ externalTrafficPolicy }) => externalTrafficPolicy === "Local");
  const everywhere = services.length - locals.length;
  return [
    {
      subject: node,
      at: time,
      events: [number],
      weight: 250 + Math.min(40, services.length),
      message: `restarts at ${humanDuration(time)} and the ${verb(services.length, "balancer", "balancers")} of ${listed(services.map(keyOf))} ${verb(services.length, "sends", "send")} there ${howLong}`,
      details: [
        ...(everywhere > 0
          ? [
              `${counted(everywhere, "Service")} with externalTrafficPolicy Cluster: every node is a target, drained or not.`,
            ]
          : []),
        ...(locals.length > 0
          ? [`${listed(locals.map(keyOf))} (Local): its pods here left too late for the balancer to notice.`]
          : []),
      ],
      suggestions: [takeOut(outcome, node, notice?.millis ?? 60_000)],
      data: {
        node,
        services: services.map(keyOf),
        ...(lost === undefined ? {} : { lostSeconds: lost / 1_000 }),
      },
    },
  ];
}

/** Whether a balancer takes the node for healthy when it goes down. */
function isTarget(outcome: Outcome, service: Service, node: string, time: number): boolean {
  if (service.externalTrafficPolicy === "Cluster") return true;
  if (answersAt(outcome, service, node, time)) return true;
  const notice = noticeOf(outcome);
  return (
    notice !== undefined &&
    localDepartures(outcome, service).some(
      (each) => each.node === node && each.leftAt <= time && each.leftAt + notice.millis > time,
    )
  );
}

/** Taken out, and its connections had more time than it took. */
function stillDraining(
  outcome: Outcome,
  node: string,
  { outAt, time, number }: { readonly outAt: number; readonly time: number; readonly number: number },
): FindingDraft[] {
  const delay = outcome.plan.assumptions.loadBalancer?.deregistration ?? 0;
  const services = balancedServices(outcome);
  // What was out before the start has had its time.
  if (outAt === 0 || services.length === 0 || outAt + delay <= time) return [];
  const left = outAt + delay - time;
  return [
    {
      subject: node,
      at: time,
      events: [number],
      weight: 240,
      message: `restarts ${humanDuration(left)} before connections through it have ended = ${humanDuration(delay)} deregistration - ${humanDuration(time - outAt)} since it was taken out`,
      details: [`The balancers of ${listed(services.map(keyOf))}.`],
      data: { node, services: services.map(keyOf), leftSeconds: left / 1_000 },
    },
  ];
}
