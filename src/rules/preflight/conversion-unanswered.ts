import { groupBy } from "../../lib/order.ts";
import { isGiven } from "../../model/cluster.ts";
import type { CustomResourceDefinition } from "../../model/custom-resource.ts";
import { keyOf } from "../../model/meta.ts";
import type { Service } from "../../model/service.ts";
import { noteInPlan } from "../note-in-plan.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { nodesOf } from "../pod-groups.ts";
import { hasReadyEndpoint, leavingTogether, serviceAt, unreadiness, whereReady } from "../ready-endpoints.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Custom resources of which a webhook converts one version into another, and nobody answers it now, or nobody while a
 * node is drained: the API server cannot give or take such an object in a version other than that in which it is kept.
 * There is no failurePolicy. Source: kubernetes.io, Versions in CustomResourceDefinitions, "Webhook conversion";
 * kubernetes/kubernetes#101078 and #110720 (garbage collector), #118357 (namespaces).
 */
export const conversionUnanswered = definePreflightRule({
  id: "conversion-unanswered",
  severity: "warning",
  title: "Nobody converts custom resources from one version into another",
  check: (preflight) => {
    const { cluster } = preflight;
    if (!isGiven(cluster, "Pod") || !isGiven(cluster, "Service")) return [];
    const converted = cluster.objects.CustomResourceDefinition.filter(isConverted);
    return [...groupBy(converted, ({ conversion }) => keyOf(conversion!.service!))].flatMap(
      ([key, definitions]) => {
        const service = serviceAt(preflight, key);
        // A Service without a selector is answered by something that is not known here.
        if (service && !service.selector) return [];
        return service && hasReadyEndpoint(preflight, service)
          ? whileDrained(preflight, service, definitions)
          : [now(preflight, key, service, definitions)];
      },
    );
  },
});

/** Whether a Service is asked to convert it: of one version alone there is nothing to convert. */
function isConverted({ conversion, versions, storedVersions }: CustomResourceDefinition): boolean {
  const names = new Set([...versions.map(({ name }) => name), ...storedVersions]);
  return conversion?.service !== undefined && names.size > 1;
}

const refused =
  "an object that is kept in another version than is asked for can be neither read nor written, and no list that has one";

function now(
  preflight: Preflight,
  key: string,
  service: Service | undefined,
  definitions: readonly CustomResourceDefinition[],
): FindingDraft {
  const pods = service ? preflight.index.podsOfService(service).length : 0;
  return {
    subject: key,
    // It stops no drain; an upgrade starts controller managers, and they meet it.
    ...(preflight.target ? {} : noteInPlan(preflight)),
    weight: 343,
    message: service
      ? `should convert ${kinds(definitions)}, and ${unreadiness(pods)}: ${refused}`
      : `should convert ${kinds(definitions)}, and the input has no such Service: if the cluster has none, ${refused}`,
    details: [
      ...versionLines(definitions),
      "A namespace with such objects cannot be deleted meanwhile, and a controller manager that starts meanwhile (each upgrade starts it) may collect no garbage at all (kubernetes/kubernetes#101078).",
    ],
    data: { service: key, definitions: definitions.map(({ name }) => name), pods, nodes: [] },
  };
}

function whileDrained(
  preflight: Preflight,
  service: Service,
  definitions: readonly CustomResourceDefinition[],
): FindingDraft[] {
  const pods = leavingTogether(preflight, service);
  if (preflight.cluster.objects.Node.length < 2 || pods.length === 0) return [];
  const nodes = nodesOf(pods);
  return [
    {
      subject: keyOf(service),
      ...noteInPlan(preflight),
      weight: 228,
      message: `converts ${kinds(definitions)}, and ${whereReady(pods, listed(nodes))}: until a new one is Ready, ${refused}`,
      details: [
        ...versionLines(definitions),
        "A second replica on another node, with a budget that keeps one of them, answers meanwhile.",
      ],
      data: {
        service: keyOf(service),
        definitions: definitions.map(({ name }) => name),
        pods: pods.length,
        nodes,
      },
    },
  ];
}

function kinds(definitions: readonly CustomResourceDefinition[]): string {
  return `${counted(definitions.length, "kind")} of custom resources (${listed(definitions.map(({ name }) => name))})`;
}

/** How many definitions are shown with their versions. */
const linesShown = 4;

function versionLines(definitions: readonly CustomResourceDefinition[]): string[] {
  const rest = definitions.length - linesShown;
  return [
    ...definitions.slice(0, linesShown).map(({ name, versions, storedVersions }) => {
      const served = versions.filter((version) => version.served).map((version) => version.name);
      return `${name}: serves ${served.length === 0 ? "none" : listed(served)}${storedVersions.length === 0 ? "" : `; objects are kept in ${listed(storedVersions)}`}.`;
    }),
    ...(rest > 0 ? [`${counted(rest, "more kind")} ${verb(rest, "has", "have")} the same converter.`] : []),
  ];
}
