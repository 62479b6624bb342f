import { groupBy } from "../../lib/order.ts";
import { isGiven } from "../../model/cluster.ts";
import { keyOf } from "../../model/meta.ts";
import type { Service } from "../../model/service.ts";
import { departingPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { hasReadyEndpoint } from "../ready-endpoints.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Services that have no Ready pod before anything is done: what happens to them is not the plan's doing, and clients
 * that do not expect an empty Service have failed on one before (Monzo, 2017-10-27).
 */
export const serviceWithoutEndpoints = definePreflightRule({
  id: "service-without-endpoints",
  severity: "info",
  title: "A Service has no Ready pod already",
  check: (preflight) => {
    const { cluster, index, scope } = preflight;
    if (!isGiven(cluster, "Pod")) return [];
    const leaving = new Set(departingPods(preflight));
    const empty = cluster.objects.Service.filter(
      (service) =>
        service.selector !== undefined &&
        service.type !== "ExternalName" &&
        !hasReadyEndpoint(preflight, service) &&
        (scope === "cluster" || index.podsOfService(service).some((pod) => leaving.has(pod))),
    );
    return [...groupBy(empty, ({ namespace }) => namespace)].map(([namespace, services]) =>
      finding(preflight, namespace, services),
    );
  },
});

function finding({ index }: Preflight, namespace: string, services: readonly Service[]): FindingDraft {
  const [first] = services as [Service, ...Service[]];
  const pods = services.map((service) => index.podsOfService(service).length);
  const isOne = services.length === 1;
  return {
    subject: isOne ? keyOf(first) : namespace,
    weight: 20 + services.length,
    message: isOne
      ? pods[0] === 0
        ? "selects no pod: it has no endpoint already"
        : `selects ${counted(pods[0]!, "pod")}, none Ready: it has no endpoint already`
      : `${services.length} Services have no Ready pod already: ${listed(services.map(({ name }) => name))}`,
    details: isOne
      ? []
      : services.slice(0, shown).map(({ name }, at) => `${name}: ${counted(pods[at]!, "pod")}, 0 Ready.`),
    data: { namespace, services: services.map(keyOf), pods },
  };
}

/** Lines for single Services; the rest stand in the data. */
const shown = 6;
