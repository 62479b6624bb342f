import { apiRemovals } from "../facts/api-removals.ts";
import type { Cluster } from "../model/cluster.ts";
import { labelValue } from "../model/meta.ts";
import { namedObjects } from "./api-uses.ts";
import { counted, listed } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import type { FindingDraft } from "./rule.ts";
import { minorText, type UpgradeWay } from "./upgrade-way.ts";

/**
 * Helm keeps the manifests of each release in a Secret, which is never read: an upgrade of the release fails later where
 * they name a version that is gone. Source: helm.sh, Deprecated Kubernetes APIs.
 */
export function unseenReleases(cluster: Cluster, { own, target, minors }: UpgradeWay): FindingDraft[] {
  const first = own ?? minors[0];
  if (target === undefined || first === undefined) return [];
  const removals = new Set(
    apiRemovals.map(({ removed }) => removed).filter((removed) => removed > first && removed <= target),
  );
  const releases = new Set<string>();
  for (const { annotations, namespace } of namedObjects(cluster)) {
    const name = labelValue(annotations, "meta.helm.sh/release-name");
    if (name === undefined) continue;
    releases.add(`${labelValue(annotations, "meta.helm.sh/release-namespace") ?? namespace}/${name}`);
  }
  if (removals.size === 0 || releases.size === 0) return [];
  const names = [...releases].sort();
  const at = [...removals].sort((a, b) => a - b).map(minorText);
  return [
    {
      subject: "helm",
      severity: "info",
      weight: 24,
      message: `in which versions ${counted(names.length, "Helm release")} (${listed(names)}) ${verb(names.length, "was", "were")} rendered cannot be seen: it stands in Secrets, which are never read, and ${listed(at)} ${verb(at.length, "takes", "take")} versions away`,
      details: [
        "helm get manifest NAME -n NAMESPACE | grep apiVersion shows it. A release that names a version which is gone can be neither upgraded nor rolled back.",
        "Upgrade the release to a chart without it before the cluster; afterwards the mapkubeapis plugin rewrites the record.",
      ],
      data: { releases: names, removals: at },
    },
  ];
}
