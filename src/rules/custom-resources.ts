import type { Cluster } from "../model/cluster.ts";
import type { CustomResourceDefinition } from "../model/custom-resource.ts";
import { formatRef, refOf } from "../model/meta.ts";
import { counted, listed } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import type { FindingDraft } from "./rule.ts";

/**
 * Custom resources in versions that their definition does not serve, and definitions whose objects may be kept in a
 * version that is going. They do not hang on the version of Kubernetes: it is the release of the operator that takes a
 * version away. Source: kubernetes.io, Versions in CustomResourceDefinitions.
 */
export function customResourceFindings(cluster: Cluster): FindingDraft[] {
  return cluster.objects.CustomResourceDefinition.flatMap((definition) => [
    ...unserved(cluster, definition),
    ...keptInOldVersions(definition),
  ]);
}

function unserved({ unknownKinds }: Cluster, definition: CustomResourceDefinition): FindingDraft[] {
  const { group, names, versions } = definition;
  const served = versions.filter((version) => version.served).map(({ name }) => name);
  return unknownKinds
    .filter(({ apiVersion, kind }) => kind === names.kind && apiVersion.startsWith(`${group}/`))
    .filter(({ apiVersion }) => !served.includes(apiVersion.slice(group.length + 1)))
    .map(({ apiVersion, kind, count }) => ({
      subject: `${apiVersion}/${kind}`,
      weight: 415,
      message: `${counted(count, "object")} ${verb(count, "is", "are")} in a version that ${formatRef(refOf(definition))} does not serve: ${served.length === 0 ? "it serves none" : `it serves ${listed(served)}`}`,
      details: [`To apply ${verb(count, "it", "them")} is refused.`],
      data: { apiVersion, kind, count, served },
    }));
}

function keptInOldVersions(definition: CustomResourceDefinition): FindingDraft[] {
  const { versions, storedVersions, names } = definition;
  const storage = versions.find((version) => version.storage)?.name;
  const old = storedVersions.filter((version) => version !== storage);
  if (storage === undefined || old.length === 0) return [];
  const undefinedOnes = old.filter((version) => !versions.some(({ name }) => name === version));
  const isLost = undefinedOnes.length > 0;
  return [
    {
      subject: formatRef(refOf(definition)),
      severity: isLost ? "warning" : "info",
      weight: isLost ? 355 : 23,
      message: isLost
        ? `objects may still be kept in ${listed(undefinedOnes)}, which it does not define any more: such an object cannot be read`
        : `objects may still be kept in ${listed(old)}, and new ones are kept in ${storage}: a release that takes ${verb(old.length, "that version", "those versions")} away cannot read what was not written again`,
      details: [
        `Write each ${names.kind} again (kubectl get ${names.plural} -A -o json | kubectl replace -f -, or the storage version migrator), then take ${listed(old)} out of status.storedVersions.`,
        "The API server refuses a definition that lacks a version of status.storedVersions.",
      ],
      data: { storage, storedVersions, old },
    },
  ];
}
