import {
  apiReplacementAt,
  apiServedSince,
  apiVersionOf,
  type ApiRemoval,
  isOffByDefault,
} from "../../facts/api-removals.ts";
import { podSecurityPolicy } from "../../facts/feature-removals.ts";
import { groupBy } from "../../lib/order.ts";
import { keyOf, type ObjectMeta } from "../../model/meta.ts";
import { referenceFindings } from "../api-references.ts";
import { insteadOf, removalOn } from "../api-removal-on.ts";
import { apiUsesOf, ghostsOf, type ApiUse } from "../api-uses.ts";
import { writtenFindings } from "../api-writers.ts";
import { customResourceFindings } from "../custom-resources.ts";
import { kubeadmConfigFindings } from "../kubeadm-config.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";
import { unseenReleases } from "../unseen-releases.ts";
import { atMinor, minorData, minorText, wayOf, type UpgradeWay } from "../upgrade-way.ts";
import { webhookFindings } from "../webhook-versions.ts";

/**
 * Objects in API versions that the cluster's version does not serve, or one on the way to another version. A manifest
 * is refused; an object stays, and is served in another version. Source: facts/api-removals.ts; kubernetes.io,
 * Deprecated API Migration Guide.
 */
export const removedApi = definePreflightRule({
  id: "removed-api",
  severity: "error",
  title: "Objects are in an API version that is not served",
  check: (preflight) => {
    if (preflight.scope === "plan" && !preflight.target) return [];
    const { cluster } = preflight;
    const way = wayOf(preflight);
    if (way.minors.length === 0) return [];
    const uses = apiUsesOf(cluster);
    return [
      ...uses.flatMap((use) => [...removed(way, use, cluster.isGenerated), ...notYetServed(way, use)]),
      ...ghostsOf(cluster).flatMap((ghost) => leftInLastApplied(way, ghost)),
      ...uses.flatMap((use) => switchedOff(way, use)),
      ...writtenFindings(cluster, way),
      ...referenceFindings(cluster, way),
      ...webhookFindings(cluster, way),
      ...customResourceFindings(cluster),
      ...kubeadmConfigFindings(cluster, way),
      ...unseenReleases(cluster, way),
    ];
  },
});

function removed(way: UpgradeWay, use: ApiUse, isGenerated: boolean): FindingDraft[] {
  const found = removalOn(way, use);
  // That policies of pods are gone is a feature that is gone, not a name: removed-feature says it.
  if (!found || (use.kind === podSecurityPolicy.kind && !found.row.replacement)) return [];
  const { row, minor } = found;
  // Of kinds that are only counted no evidence is kept; where the pods are made from manifests, all is manifests.
  const isRead =
    use.objects.length === 0 ? !isGenerated : use.objects.every(({ evidence }) => evidence === "read");
  const last = way.minors.at(-1)!;
  return [
    {
      subject: subjectOf(use),
      severity: isRead ? "warning" : "error",
      weight: 420 + Math.min(use.count, 50),
      message: `${whoIs(use)} in a version that ${atMinor(way, minor)} does not serve: ${insteadOf(row, use.kind, last)}`,
      details: [
        ...evidenceLines(use, row),
        ...tooEarly(way, row, use.kind),
        ...(row.note === undefined ? [] : [`Mind that ${row.note}.`]),
        `Deprecated since ${row.deprecated === undefined ? "an unknown minor" : minorText(row.deprecated)}, gone from ${minorText(row.removed)} on. ${row.source}.`,
      ],
      data: {
        apiVersion: use.apiVersion,
        kind: use.kind,
        count: use.count,
        objects: use.objects.map(({ object }) => keyOf(object)),
        places: placesOf(use),
        removedIn: minorText(row.removed),
        ...replacementData(row, use.kind, last),
        ...minorData(way, minor),
      },
    },
  ];
}

/** `policy/v1beta1/PodDisruptionBudget`: a name that a shell takes as it is. */
function subjectOf({ apiVersion, kind }: Pick<ApiUse, "apiVersion" | "kind">): string {
  return `${apiVersion}/${kind}`;
}

/** `3 objects (a, b and c) are`. */
function whoIs({ count, objects }: ApiUse): string {
  const names = objects.length === 0 ? "" : ` (${listed(objects.map(({ object }) => keyOf(object)))})`;
  return `${counted(count, "object")}${names} ${verb(count, "is", "are")}`;
}

function replacementData(row: ApiRemoval, kind: string, minor: number): Readonly<Record<string, unknown>> {
  const instead = apiReplacementAt(row, kind, minor);
  return {
    replacement: instead ? apiVersionOf(instead) : null,
    replacementKind: instead ? (instead.kind ?? kind) : null,
    availableSince: instead?.since === undefined ? null : minorText(instead.since),
  };
}

/** The cluster does not serve the replacement yet: between which minors there is time to move. */
function tooEarly({ own }: UpgradeWay, row: ApiRemoval, kind: string): string[] {
  const since = apiReplacementAt(row, kind, row.removed)?.since;
  if (own === undefined || since === undefined || since <= own) return [];
  return [
    `${minorText(own)} does not serve the replacement yet: the time to move is from ${minorText(since)} on and before ${minorText(row.removed)}.`,
  ];
}

const mostPlaces = 5;

/** Where the manifests of a use stand, for a program that is to show or mend them. */
function placesOf({ objects }: ApiUse): readonly unknown[] {
  return objects.flatMap(({ object: { origin, namespace, name }, evidence }) =>
    evidence === "manifest" && origin ? [{ ...origin, namespace, name }] : [],
  );
}

function evidenceLines(use: ApiUse, row: ApiRemoval): string[] {
  if (use.objects.length === 0)
    return [
      "Seatrial does not read this kind: it counts them, and does not know whether they are manifests.",
    ];
  const by = groupBy(use.objects, ({ evidence }) => evidence);
  const manifests = by.get("manifest") ?? [];
  const applied = by.get("applied") ?? [];
  const read = by.get("read") ?? [];
  const places = manifests.slice(0, mostPlaces).map(({ object }) => placeOf(object));
  const stays =
    row.isStored === false || !row.replacement ? "" : "; the object itself stays, in the other version";
  return [
    ...(manifests.length > 0
      ? [`To apply ${counted(manifests.length, "manifest")} is refused: ${listed(places, mostPlaces)}.`]
      : []),
    ...(applied.length > 0
      ? [
          `${counted(applied.length, "object")} ${verb(applied.length, "was", "were")} last applied in it: applied again, that manifest is refused${stays}.`,
        ]
      : []),
    ...(read.length > 0
      ? [
          `${counted(read.length, "object")} ${verb(read.length, "was", "were")} read in it, which may only be how ${verb(read.length, "it was", "they were")} asked for: look at the manifest or chart${stays}.`,
        ]
      : []),
  ];
}

/** `shop/web (deploy.yaml:12, document 2)`. */
function placeOf(object: ObjectMeta): string {
  const { origin } = object;
  if (!origin) return keyOf(object);
  const { file, line, document } = origin;
  return `${keyOf(object)} (${file}:${line}${document > 1 ? `, document ${document}` : ""})`;
}

/** Manifests that are newer than the version that they would be applied to. */
function notYetServed(way: UpgradeWay, use: ApiUse): FindingDraft[] {
  const last = way.minors.at(-1)!;
  const since = apiServedSince(use.apiVersion, use.kind);
  const manifests = use.objects.filter(({ evidence }) => evidence === "manifest");
  if (since === undefined || since <= last || manifests.length === 0) return [];
  const only = { ...use, objects: manifests, count: manifests.length };
  return [
    {
      subject: subjectOf(use),
      weight: 410,
      message: `${whoIs(only)} in a version that ${atMinor(way, last)} does not serve yet: ${minorText(since)} is the first that does`,
      details: [
        `To apply ${verb(manifests.length, "it", "them")} is refused: ${listed(
          manifests.slice(0, mostPlaces).map(({ object }) => placeOf(object)),
          mostPlaces,
        )}.`,
      ],
      data: {
        apiVersion: use.apiVersion,
        kind: use.kind,
        count: manifests.length,
        servedSince: minorText(since),
        ...minorData(way, last),
      },
    },
  ];
}

/** Manifests in a version that the API server serves only where it is told to. */
function switchedOff(way: UpgradeWay, use: ApiUse): FindingDraft[] {
  const last = way.minors.at(-1)!;
  const since = apiServedSince(use.apiVersion, use.kind) ?? 0;
  const manifests = use.objects.filter(({ evidence }) => evidence === "manifest");
  if (manifests.length === 0 || !isOffByDefault(use.apiVersion, use.kind)) return [];
  // Where it is gone, or yet to come, that is said already.
  if (removalOn(way, use) || since > last) return [];
  const only = { ...use, objects: manifests, count: manifests.length };
  return [
    {
      subject: subjectOf(use),
      severity: "warning",
      weight: 300,
      message: `${whoIs(only)} in a version that is off unless the API server is told otherwise: to apply ${verb(only.count, "it", "them")} may be refused`,
      details: [
        `--runtime-config=${use.apiVersion}=true switches it on. Alpha versions are off, and so are betas that came with 1.24 or later (KEP-3136).`,
        `${listed(
          manifests.slice(0, mostPlaces).map(({ object }) => placeOf(object)),
          mostPlaces,
        )}.`,
      ],
      data: { apiVersion: use.apiVersion, kind: use.kind, count: only.count, ...minorData(way, last) },
    },
  ];
}

/** A version that only the annotation of an older `kubectl apply` still names: it asks for nothing by itself. */
function leftInLastApplied(way: UpgradeWay, ghost: ApiUse): FindingDraft[] {
  const found = removalOn(way, ghost);
  if (!found) return [];
  const { row, minor } = found;
  return [
    {
      subject: `last-applied/${subjectOf(ghost)}`,
      severity: "info",
      weight: 20,
      message: `${counted(ghost.count, "object")} (${listed(ghost.objects.map(({ object }) => keyOf(object)))}) ${verb(ghost.count, "was", "were")} last applied in a version that ${atMinor(way, minor)} does not serve`,
      details: [
        `The ${verb(ghost.count, "object is", "objects are")} read in another version and ${verb(ghost.count, "goes", "go")} on. To apply the old manifest again is refused: ${insteadOf(row, ghost.kind, way.minors.at(-1)!)}.`,
      ],
      data: {
        apiVersion: ghost.apiVersion,
        kind: ghost.kind,
        objects: ghost.objects.map(({ object }) => keyOf(object)),
        removedIn: minorText(row.removed),
        ...minorData(way, minor),
      },
    },
  ];
}
