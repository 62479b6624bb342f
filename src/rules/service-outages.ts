import { humanDuration } from "../lib/duration.ts";
import { byText, groupBy } from "../lib/order.ts";
import { keyOf } from "../model/meta.ts";
import type { Service } from "../model/service.ts";
import { parseVersion } from "../model/version.ts";
import type { Stretch } from "../trace/timelines.ts";
import type { ServiceAvailability } from "../verdict/verdict.ts";
import { outageReason, type OutageReason } from "./outage-reason.ts";
import { counted, listed } from "../lib/counted.ts";
import type { FindingDraft, Outcome } from "./rule.ts";

/** Services that lose the same pods at the same time: one outage, whatever number of names it has. */
export interface ServiceOutage {
  /** The Service that one would name first. */
  readonly lead: ServiceAvailability;
  /** All of them, the lead first, then by name. */
  readonly services: readonly string[];
  readonly longest: Stretch;
  readonly reason: OutageReason;
  /** The workload of which it names one member by its label, as a Service for each pod of a StatefulSet does. */
  readonly memberOf: string | undefined;
  /** How much of its outages pods bridge that are still Ready while they stop: proxies use them as a last resort. */
  readonly lastResortMillis: number;
  /** The assertion about the lead's downtime, where the plan has one. */
  readonly assertion: { readonly name: string; readonly downtime: number } | undefined;
}

const known = new WeakMap<Outcome, readonly ServiceOutage[]>();

/** The outages of a rehearsal, in the order of the Services in the snapshot. */
export function serviceOutages(outcome: Outcome): readonly ServiceOutage[] {
  let found = known.get(outcome);
  if (!found) known.set(outcome, (found = findOutages(outcome)));
  return found;
}

function findOutages(outcome: Outcome): ServiceOutage[] {
  const objects = new Map(outcome.cluster.objects.Service.map((service) => [keyOf(service), service]));
  const down = outcome.analysis.services.filter(({ outageMillis }) => outageMillis > 0);
  const groups = groupBy(down, ({ service }) => {
    const object = objects.get(service);
    const pods = object ? outcome.index.podsOfService(object).map(({ uid }) => uid) : [];
    const asserted = assertionOf(outcome, service)?.name ?? "";
    // Such a Service has its pods until they are gone: its outage is another.
    const publishes = object?.publishNotReadyAddresses ? "publishes" : "";
    return [...(pods.length > 0 ? pods.sort(byText) : [service]), publishes, asserted].join(" ");
  });
  return [...groups.values()].map((members) => {
    const sorted = [...members].sort((a, b) => compareNames(outcome, objects, a.service, b.service));
    const lead = sorted[0]!;
    const longest = longestOf(lead.outages);
    const object = objects.get(lead.service);
    const disrupted = {
      pods: object ? outcome.index.podsOfService(object) : [],
      ...(object?.selector ? { selector: object.selector } : {}),
      before: lead.before,
      timeline: outcome.analysis.serviceTimelines.get(lead.service) ?? [],
    };
    return {
      lead,
      services: sorted.map(({ service }) => service),
      longest,
      reason: outageReason(outcome, disrupted, longest),
      memberOf: object && memberOf(outcome, object),
      lastResortMillis: object ? lastResortMillis(outcome, object, lead) : 0,
      assertion: assertionOf(outcome, lead.service),
    };
  });
}

/** Labels that tell the pods of one workload apart. Source: pkg/controller/statefulset (updateIdentity). */
const memberLabels: ReadonlySet<string> = new Set([
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
]);

/** The StatefulSet of several pods of which a Service selects one by its label. */
function memberOf({ index }: Outcome, service: Service): string | undefined {
  if (!service.selector?.some(({ key }) => memberLabels.has(key))) return undefined;
  const [pod, ...others] = index.podsOfService(service);
  if (!pod || others.length > 0) return undefined;
  const workload = index.workloadOf(pod);
  return index.podsOfWorkload(workload).length > 1 ? workload : undefined;
}

/** Before this minor release proxies use no pod that terminates. Source: KEP-1669, ProxyTerminatingEndpoints (beta). */
const lastResortSince = 26;

/**
 * How long, within the outages, pods that are Ready while they terminate were all that was left: the trace counts them
 * as serving where no endpoint is ready. A headless Service has no proxy that would use them.
 */
function lastResortMillis(
  { trace, cluster }: Outcome,
  service: Service,
  { outages }: ServiceAvailability,
): number {
  const minor = parseVersion(cluster.version)?.minor ?? Infinity;
  if (service.isHeadless || minor < lastResortSince) return 0;
  const key = keyOf(service);
  let total = 0;
  let since: number | undefined;
  const close = (at: number) => {
    if (since !== undefined)
      for (const { from, to } of outages) total += Math.max(0, Math.min(at, to) - Math.max(since, from));
    since = undefined;
  };
  for (const event of trace.events) {
    if (event.kind !== "service.changed" || event.service !== key) continue;
    close(event.time);
    if (event.ready === 0 && event.serving > 0) since = event.time;
  }
  close(Infinity);
  return total;
}

function assertionOf({ plan }: Outcome, service: string): ServiceOutage["assertion"] {
  for (const assertion of plan.assertions)
    if (assertion.kind === "service" && assertion.service === service && assertion.downtime !== undefined)
      return { name: assertion.name, downtime: assertion.downtime };
  return undefined;
}

/** Names of Services that stand beside the one that clients use: scraped, answering webhooks, for peers only. */
const beside =
  /(^|[-/])(metrics|monitoring|headless|webhook|webhooks|canary|peers?|discovery|internal|nodes)$/;

/** Negative where `a` is the one to name: it has the name of the workload, is no side entrance, is short. */
function compareNames(
  { index }: Outcome,
  objects: ReadonlyMap<string, Service>,
  a: string,
  b: string,
): number {
  const rank = (key: string): number => {
    const service = objects.get(key);
    if (!service) return 3;
    const isNamesake = index
      .podsOfService(service)
      .some((pod) => index.workloadOf(pod).split("/")[2] === service.name);
    if (isNamesake) return 0;
    return beside.test(service.name) || service.isHeadless ? 2 : 1;
  };
  return rank(a) - rank(b) || a.length - b.length || byText(a, b);
}

function longestOf(outages: readonly Stretch[]): Stretch {
  return outages.reduce((most, each) => (each.to - each.from > most.to - most.from ? each : most));
}

/** Less than this is not told. */
const noticeableMillis = 100;

/** The whole of a finding about an outage but for its rule: what happened, and because of what. */
export function outageDraft(outage: ServiceOutage): FindingDraft {
  const { lead, services, longest, reason, lastResortMillis: bridged } = outage;
  const { before, outages, outageMillis } = lead;
  const others = services.length - 1;
  // A Service that is only scraped or only answers webhooks is named after those that clients use.
  const isBeside = beside.test(lead.service);
  const also = others === 0 ? "" : `; ${counted(others, "more Service")} of the same pods`;
  const because = `${reason.place}: ${reason.why}`;
  return {
    subject: lead.service,
    at: longest.from,
    events: outages.map(({ began }) => began),
    weight: (isBeside ? 400 : 500) + Math.min(99, Math.round(outageMillis / 10_000)),
    message: `${before} to 0 Ready ${lengthOf(lead, longest, reason)}${also}`,
    details: [
      ...reason.lines,
      ...(bridged >= noticeableMillis
        ? [
            `For ${humanDuration(bridged)} of that a pod that stops still passes its readiness probe, and proxies use it as a last resort: clients may feel less than this.`,
          ]
        : []),
      ...(others > 0 ? [`Of the same pods: ${listed(services, 8)}.`] : []),
    ],
    data: {
      service: lead.service,
      services,
      before,
      outageSeconds: outageMillis / 1_000,
      outages: outages.length,
      endsBeforeTheEnd: longest.ended !== undefined,
      isEndKnown: !reason.isUnknown,
      because,
      ...(bridged >= noticeableMillis ? { lastResortSeconds: bridged / 1_000 } : {}),
      ...reason.seconds,
    },
  };
}

/** `for 44 s = pull 18 + start 26 (1 replica)` */
function lengthOf(
  { outages, outageMillis }: ServiceAvailability,
  longest: Stretch,
  reason: OutageReason,
): string {
  const { place, why } = reason;
  if (longest.ended === undefined) {
    const until = reason.isUnknown ? "and for how long is not known" : "and not again until the end";
    return `${until} (${place}): ${why}`;
  }
  const total = humanDuration(outageMillis);
  if (outages.length === 1) return `for ${total} = ${why} (${place})`;
  const one = humanDuration(longest.to - longest.from);
  const alike = outages.every(({ from, to }) => Math.abs(to - from - (longest.to - longest.from)) < 1_000);
  const which = alike ? `each ${one}` : `the longest ${one}`;
  return `for ${total} in ${outages.length} stretches, ${which} = ${why} (${place})`;
}
