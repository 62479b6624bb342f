import {
  deprecatedFields,
  ingressAnnotations,
  nodeLabels,
  type OldName,
  podAnnotations,
  serviceAnnotations,
} from "../facts/old-names.ts";
import type { Affinity, NodeSelectorTerm } from "../model/affinity.ts";
import { formatRef, type Labels, type ObjectMeta, refOf } from "../model/meta.ts";
import type { PodSpec, PodTemplate } from "../model/pod.ts";
import { counted, listed } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import { podTemplatesOf } from "./pod-specs.ts";
import type { FindingDraft, Preflight } from "./rule.ts";
import { atMinor, firstAt, minorData, minorText, type UpgradeWay } from "./upgrade-way.ts";

/** An old name, and what in the cluster has it. */
interface Use {
  readonly name: OldName;
  readonly users: readonly string[];
}

/** Annotations and labels that are not heeded any more, each with its objects; those that are still heeded in one finding. */
export function oldNameFindings(preflight: Preflight, way: UpgradeWay): FindingDraft[] {
  const uses = usesOf(preflight).filter(({ users }) => users.length > 0);
  return [
    ...uses.flatMap((use) => ignored(way, use)),
    ...deprecated(
      way,
      uses.filter(({ name }) => name.ignored === undefined),
    ),
  ];
}

function usesOf(preflight: Preflight): readonly Use[] {
  const { objects, unknownKinds } = preflight.cluster;
  const templates = [...podTemplatesOf(preflight)];
  const ingresses = unknownKinds
    .filter(({ kind }) => kind === "Ingress")
    .flatMap(({ kind, objects: named = [] }) => named.map((each) => ({ ...each, kind })));
  const { serviceExternalIPs, endpoints } = deprecatedFields;
  return [
    ...podAnnotations.map((name) => ({
      name,
      users: templates
        .filter(([, template]) => hasName(template.annotations, name) && !saysItself(name, template))
        .map(([subject]) => subject),
    })),
    ...serviceAnnotations.map((name) => ({
      name,
      users: objects.Service.filter(
        ({ annotations, publishNotReadyAddresses }) =>
          hasName(annotations, name) &&
          !(name.instead.endsWith("publishNotReadyAddresses") && publishNotReadyAddresses),
      ).map((service) => formatRef(refOf(service))),
    })),
    ...ingressAnnotations.map((name) => ({ name, users: named(ingresses, name) })),
    ...nodeLabels.map((name) => ({
      name,
      users: [
        ...templates.filter(([, { spec }]) => selectsBy(spec, name.key)).map(([subject]) => subject),
        ...objects.PersistentVolume.filter(({ nodeTerms }) => usesKey(nodeTerms, name.key)).map((volume) =>
          formatRef(refOf(volume)),
        ),
        ...objects.StorageClass.filter(({ allowedTopologies }) => usesKey(allowedTopologies, name.key)).map(
          (storageClass) => formatRef(refOf(storageClass)),
        ),
      ],
    })),
    {
      name: serviceExternalIPs,
      users: objects.Service.filter(({ externalIPs }) => externalIPs !== undefined).map((each) =>
        formatRef(refOf(each)),
      ),
    },
    {
      name: endpoints,
      // Those of a cluster are written by its own controller.
      users: objects.EndpointSlice.filter(
        ({ apiVersion, createdAt }) => apiVersion === "v1" && createdAt === undefined,
      ).map(({ namespace, name }) => formatRef({ kind: "Endpoints", namespace, name })),
    },
  ];
}

function named(objects: readonly (ObjectMeta & { readonly kind: string })[], name: OldName): string[] {
  return objects
    .filter(({ annotations }) => hasName(annotations, name))
    .map((each) => formatRef(refOf(each)));
}

function hasName(annotations: Labels, { key, isPrefix }: OldName): boolean {
  return isPrefix
    ? Object.keys(annotations).some((each) => each.startsWith(key))
    : Object.hasOwn(annotations, key);
}

/** Whether the field that took over says the same already: then the annotation is a leftover. */
function saysItself({ instead }: OldName, { spec }: PodTemplate): boolean {
  if (instead === "spec.priorityClassName") return spec.priorityClassName !== "";
  if (instead !== "securityContext.seccompProfile") return false;
  return (
    spec.hasSeccompProfile === true ||
    spec.containers.every(({ hasSeccompProfile }) => hasSeccompProfile === true)
  );
}

/** Whether a pod selects nodes, spreads over them or keeps to others by this label of nodes. */
function selectsBy({ nodeSelector, affinity, topologySpreadConstraints }: PodSpec, key: string): boolean {
  return (
    Object.hasOwn(nodeSelector, key) ||
    topologySpreadConstraints.some(({ topologyKey }) => topologyKey === key) ||
    affinityUses(affinity, key)
  );
}

function affinityUses(affinity: Affinity, key: string): boolean {
  const preferred = affinity.preferredNodes.map(({ term }) => term);
  const pods = [
    ...affinity.requiredPods,
    ...affinity.requiredAntiPods,
    ...[...affinity.preferredPods, ...affinity.preferredAntiPods].map(({ term }) => term),
  ];
  return (
    usesKey(affinity.requiredNodes, key) ||
    usesKey(preferred, key) ||
    pods.some(({ topologyKey }) => topologyKey === key)
  );
}

function usesKey(terms: readonly NodeSelectorTerm[] | undefined, key: string): boolean {
  return (terms ?? []).some(({ matchExpressions }) => matchExpressions.some((each) => each.key === key));
}

function ignored(way: UpgradeWay, { name, users }: Use): FindingDraft[] {
  const minor = name.ignored === undefined ? undefined : firstAt(way, name.ignored);
  if (name.ignored === undefined || minor === undefined) return [];
  return [
    {
      subject: name.key,
      weight: 280 + Math.min(users.length, 20),
      message: `${listed(users)} ${verb(users.length, "has", "have")} this annotation, which ${atMinor(way, minor)} does not heed: ${name.effect ?? "it has no effect"}`,
      details: [
        `${name.instead} says the same. Not heeded from ${minorText(name.ignored)} on.`,
        `${name.source}.`,
      ],
      data: {
        name: name.key,
        instead: name.instead,
        users,
        ignoredFrom: minorText(name.ignored),
        ...minorData(way, minor),
      },
    },
  ];
}

/** What still works where the cluster is to go, and is to end some day: to be known when everything is looked at. */
function deprecated(way: UpgradeWay, uses: readonly Use[]): FindingDraft[] {
  const last = way.minors.at(-1);
  if (way.target === undefined || last === undefined) return [];
  return uses
    .filter(({ name }) => name.deprecated <= last)
    .map(({ name, users }) => ({
      subject: name.key,
      severity: "info",
      weight: 15,
      message: `${counted(users.length, "object")} (${listed(users)}) ${verb(users.length, "uses", "use")} it: ${minorText(last)} still heeds it, and it is deprecated since ${minorText(name.deprecated)}`,
      details: [`${name.instead} takes over.`, `${name.source}.`],
      data: {
        name: name.key,
        instead: name.instead,
        users,
        deprecatedSince: minorText(name.deprecated),
        ...minorData(way, last),
      },
    }));
}
