import { kubeadmConfigVersions } from "../facts/kubeadm-config.ts";
import type { Cluster } from "../model/cluster.ts";
import { counted } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import type { FindingDraft } from "./rule.ts";
import { atMinor, firstAt, minorData, minorText, type UpgradeWay } from "./upgrade-way.ts";

/** Configuration files of kubeadm in the input, in a version that kubeadm of a minor of the way does not read. */
export function kubeadmConfigFindings({ unknownKinds }: Cluster, way: UpgradeWay): FindingDraft[] {
  return unknownKinds.flatMap(({ apiVersion, kind, count }): FindingDraft[] => {
    const fact = kubeadmConfigVersions.find((each) => each.apiVersion === apiVersion);
    const minor = fact?.removed === undefined ? undefined : firstAt(way, fact.removed);
    if (!fact || fact.removed === undefined || minor === undefined) return [];
    const next = kubeadmConfigVersions.find(
      ({ introduced, removed }) => introduced > fact.introduced && (removed ?? Infinity) > minor,
    );
    return [
      {
        subject: `${apiVersion}/${kind}`,
        severity: "warning",
        weight: 345,
        message: `${counted(count, "configuration")} of kubeadm ${verb(count, "is", "are")} in a version that kubeadm of ${atMinor(way, minor)} does not read${next ? `: ${next.apiVersion} replaces it, since ${minorText(next.introduced)}` : ""}`,
        details: [
          `kubeadm ${minorText(fact.removed - 1)} is the last that reads it: kubeadm config migrate --old-config FILE --new-config FILE.`,
          fact.source,
        ],
        data: { apiVersion, kind, count, removedIn: minorText(fact.removed), ...minorData(way, minor) },
      },
    ];
  });
}
