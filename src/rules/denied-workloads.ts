import { groupBy } from "../lib/order.ts";
import { type PlacedWebhook, webhookRef } from "../model/webhook.ts";
import type { EventOf } from "../trace/event.ts";
import type { Outcome } from "./rule.ts";

/** A workload that the API server let have no new pods to the end. */
export interface DeniedWorkload {
  readonly workload: string;
  /** Pods that it had, and that are missing now. */
  readonly before: number;
  readonly missing: number;
  readonly refusals: number;
  readonly first: EventOf<"create.denied">;
  readonly last: EventOf<"create.denied">;
  readonly lastNumber: number;
  /** The webhook that nobody answered, where one refused the last time. */
  readonly webhook?: PlacedWebhook;
}

const known = new WeakMap<Outcome, readonly DeniedWorkload[]>();

/** All of them, made once; those whose pods came back after the last refusal are not among them. */
export function deniedWorkloads(outcome: Outcome): readonly DeniedWorkload[] {
  let list = known.get(outcome);
  if (!list) {
    const denied = outcome.trace.events.flatMap((event, number) =>
      event.kind === "create.denied" ? [{ number, event }] : [],
    );
    const byWorkload = groupBy(denied, ({ event }) => event.workload);
    list = [...byWorkload].flatMap(([workload, events]) => deniedToTheEnd(outcome, workload, events) ?? []);
    known.set(outcome, list);
  }
  return list;
}

function deniedToTheEnd(
  outcome: Outcome,
  workload: string,
  denied: readonly { readonly number: number; readonly event: EventOf<"create.denied"> }[],
): DeniedWorkload | undefined {
  const { index, analysis } = outcome;
  const { event: last, number: lastNumber } = denied.at(-1)!;
  const pods = [...analysis.world.pods.values()].filter(
    (pod) =>
      pod.workload === workload &&
      pod.terminating === undefined &&
      !["Succeeded", "Failed"].includes(pod.phase),
  );
  const before = index.podsOfWorkload(workload).filter(({ deletion }) => !deletion).length;
  const missing = before - pods.length;
  if (missing <= 0) return undefined;
  const created = (analysis.livesByWorkload.get(workload) ?? []).some(
    ({ createdAt }) => createdAt !== undefined && createdAt > last.time,
  );
  // A creation that went through after the last refusal: something else took the pod away.
  if (created) return undefined;
  const webhook = webhookNamed(outcome, last.webhook);
  return {
    workload,
    before,
    missing,
    refusals: denied.length,
    first: denied[0]!.event,
    last,
    lastNumber,
    ...(webhook ? { webhook } : {}),
  };
}

function webhookNamed({ cluster }: Outcome, ref: string | undefined): PlacedWebhook | undefined {
  if (ref === undefined) return undefined;
  return cluster.objects.WebhookConfiguration.flatMap((configuration) =>
    configuration.webhooks.map((webhook) => ({ configuration, webhook })),
  ).find((placed) => webhookRef(placed) === ref);
}

/**
 * Workloads that wait for each other: each is refused by a webhook that the next one would answer, and the last by one
 * that the first would. A workload that would answer the webhook that refuses it is such a circle alone.
 */
export function lockedCircles(outcome: Outcome): readonly (readonly DeniedWorkload[])[] {
  const denied = deniedWorkloads(outcome).filter(({ webhook }) => webhook !== undefined);
  const byName = new Map(denied.map((each) => [each.workload, each]));
  const next = (each: DeniedWorkload) =>
    answering(outcome, each.webhook!).flatMap((name) => byName.get(name) ?? []);
  const placed = new Set<DeniedWorkload>();
  const circles: DeniedWorkload[][] = [];
  for (const start of denied) {
    if (placed.has(start)) continue;
    const circle = wayBack(start, next);
    if (!circle) continue;
    for (const each of circle) placed.add(each);
    circles.push(circle);
  }
  return circles;
}

/** The shortest way from a workload back to itself. */
function wayBack(
  start: DeniedWorkload,
  next: (each: DeniedWorkload) => readonly DeniedWorkload[],
): DeniedWorkload[] | undefined {
  const seen = new Set<DeniedWorkload>();
  let ways: DeniedWorkload[][] = [[start]];
  while (ways.length > 0) {
    const longer: DeniedWorkload[][] = [];
    for (const way of ways)
      for (const each of next(way.at(-1)!)) {
        if (each === start) return way;
        if (seen.has(each)) continue;
        seen.add(each);
        longer.push([...way, each]);
      }
    ways = longer;
  }
  return undefined;
}

/** The workloads whose pods answer a webhook. */
export function answering({ cluster, index }: Outcome, { webhook }: PlacedWebhook): readonly string[] {
  const service = cluster.objects.Service.find(
    ({ namespace, name }) => namespace === webhook.service?.namespace && name === webhook.service.name,
  );
  const pods = service ? index.podsOfService(service) : [];
  return [...new Set(pods.map((pod) => index.workloadOf(pod)))].filter((workload) => workload !== "");
}
