import { apiReplacementAt, apiVersionOf } from "../facts/api-removals.ts";
import { groupBy } from "../lib/order.ts";
import type { Cluster } from "../model/cluster.ts";
import { formatRef, keyOf, refOf } from "../model/meta.ts";
import type { HorizontalPodAutoscaler } from "../model/policy.ts";
import { removalOn } from "./api-removal-on.ts";
import { namedObjects } from "./api-uses.ts";
import { counted, listed } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import type { FindingDraft } from "./rule.ts";
import { atMinor, minorData, type UpgradeWay } from "./upgrade-way.ts";

/** Objects that name others by an API version that is not served: autoscalers their target, dependents their owner. */
export function referenceFindings(cluster: Cluster, way: UpgradeWay): FindingDraft[] {
  return [
    ...cluster.objects.HorizontalPodAutoscaler.flatMap((hpa) => targetFinding(way, hpa)),
    ...ownerFindings(cluster, way),
  ];
}

/**
 * An autoscaler looks its target up by group and kind, so it loses it only where the group is gone. Source: kubernetes
 * pkg/controller/podautoscaler, reconcileAutoscaler (RESTMappings of the GroupKind).
 */
function targetFinding(way: UpgradeWay, hpa: HorizontalPodAutoscaler): FindingDraft[] {
  const { apiVersion, kind, name } = hpa.target;
  const found = removalOn(way, { apiVersion, kind });
  const instead = found && apiReplacementAt(found.row, kind, way.minors.at(-1)!);
  if (!found || !instead) return [];
  const isLost = instead.group !== found.row.group;
  const target = `${apiVersion} ${kind}/${name}`;
  return [
    {
      subject: formatRef(refOf(hpa)),
      ...(isLost ? {} : { severity: "info" as const }),
      weight: isLost ? 430 : 22,
      message: isLost
        ? `its target is ${target}, which ${atMinor(way, found.minor)} does not serve: it finds nothing to scale`
        : `its target is ${target}, in a version that ${atMinor(way, found.minor)} does not serve: it looks up group and kind, and goes on`,
      details: [
        isLost
          ? `scaleTargetRef.apiVersion has to be ${apiVersionOf(instead)}.`
          : `Other programs that read scaleTargetRef may not: write ${apiVersionOf(instead)}.`,
      ],
      data: { target, replacement: apiVersionOf(instead), isLost, ...minorData(way, found.minor) },
    },
  ];
}

/**
 * The garbage collector looks an owner up by its whole apiVersion and kind, and tries again for ever where that is not
 * served: the dependent outlives its owner. Source: kubernetes pkg/controller/garbagecollector/operations.go,
 * apiResource.
 */
function ownerFindings(cluster: Cluster, way: UpgradeWay): FindingDraft[] {
  const pairs = [...namedObjects(cluster)].flatMap((object) =>
    object.owners
      .filter((owner) => removalOn(way, owner) !== undefined)
      .map((owner) => ({ object, owner: `${owner.apiVersion}/${owner.kind}` })),
  );
  return [...groupBy(pairs, ({ owner }) => owner)].map(([owner, dependents]) => {
    const { apiVersion, kind } = dependents[0]!.object.owners.find(
      (each) => `${each.apiVersion}/${each.kind}` === owner,
    )!;
    const { minor } = removalOn(way, { apiVersion, kind })!;
    const names = dependents.map(({ object }) => keyOf(object));
    return {
      subject: `owner/${owner}`,
      severity: "info" as const,
      weight: 21,
      message: `${counted(names.length, "object")} (${listed(names)}) ${verb(names.length, "names its", "name their")} owner in a version that ${atMinor(way, minor)} does not serve: when the owner is deleted, ${verb(names.length, "it stays", "they stay")}`,
      details: [
        "The garbage collector looks an owner up by its apiVersion and kind; metadata.ownerReferences of the running objects would have to be written anew.",
      ],
      data: { owner, objects: names, ...minorData(way, minor) },
    };
  });
}
