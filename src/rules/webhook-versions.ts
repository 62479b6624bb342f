import {
  apiRemovalOf,
  apiRemovals,
  type ApiReplacement,
  apiReplacementAt,
  apiVersionOf,
} from "../facts/api-removals.ts";
import { resourceName } from "../facts/resource-name.ts";
import type { Cluster } from "../model/cluster.ts";
import { formatRef, refOf } from "../model/meta.ts";
import type { Webhook } from "../model/policy.ts";
import { listed } from "../lib/counted.ts";
import type { FindingDraft } from "./rule.ts";
import { atMinor, firstAt, minorData, type UpgradeWay } from "./upgrade-way.ts";

/** A resource that a webhook asks about by a name that is not served, and by what else it would have to ask. */
interface Lost {
  readonly resource: string;
  readonly apiVersion: string;
  readonly instead: ApiReplacement;
  readonly minor: number;
}

/**
 * Webhooks that are asked about a resource only by group versions that are not served any more: nobody asks them, whatever
 * their failurePolicy says. `matchPolicy: Equivalent` does not help: the API server knows as equivalent only what it
 * serves. Source: kubernetes staging/src/k8s.io/apiserver/pkg/endpoints/installer.go (RegisterKindFor, for each
 * resource that is installed) and pkg/admission/plugin/webhook/generic/webhook.go (ShouldCallHook).
 */
export function webhookFindings({ objects }: Cluster, way: UpgradeWay): FindingDraft[] {
  return objects.WebhookConfiguration.flatMap((configuration) =>
    configuration.webhooks.flatMap((webhook): FindingDraft[] => {
      const lost = lostResources(webhook, way);
      const first = lost.toSorted((a, b) => a.minor - b.minor)[0];
      if (!first) return [];
      const names = lost.map(({ resource, apiVersion }) => `${resource} (${apiVersion})`);
      return [
        {
          subject: `${formatRef(refOf(configuration))}/${webhook.name}`,
          severity: "warning",
          weight: 350,
          message: `is not asked about ${listed(names)} any more from ${atMinor(way, first.minor)} on: it names only versions that are not served`,
          details: [
            "Requests then pass without it, whatever its failurePolicy is; with matchPolicy Equivalent too, as what is not served has no equivalent.",
            `Its rules have to name ${listed([...new Set(lost.map(({ instead }) => apiVersionOf(instead)))])} as well, and what answers it has to understand that.`,
          ],
          data: {
            webhook: webhook.name,
            resources: lost.map(({ resource, apiVersion, instead }) => ({
              resource,
              apiVersion,
              replacement: apiVersionOf(instead),
            })),
            ...minorData(way, first.minor),
          },
        },
      ];
    }),
  );
}

function lostResources(webhook: Webhook, way: UpgradeWay): readonly Lost[] {
  const last = way.minors.at(-1)!;
  return apiRemovals.flatMap((row) => {
    const minor = firstAt(way, row.removed);
    if (minor === undefined || row.isStored === false) return [];
    return row.kinds.flatMap((kind): Lost[] => {
      const resource = resourceName(kind);
      const instead = apiReplacementAt(row, kind, last);
      if (!instead || !namesOnly(webhook, row.group, row.version, resource)) return [];
      // Another group that takes over may be asked about as well; so may another version of the same.
      const other = resourceName(instead.kind ?? kind);
      if (isAsked(webhook, kind, row.group, resource, minor)) return [];
      if (isAsked(webhook, instead.kind ?? kind, instead.group, other, minor)) return [];
      return [{ resource, apiVersion: apiVersionOf(row), instead, minor }];
    });
  });
}

/** Whether a rule asks about this resource, by its group and this version: not by a wildcard for the group. */
function namesOnly({ rules }: Webhook, group: string, version: string, resource: string): boolean {
  return rules.some(
    (rule) =>
      rule.apiGroups.includes(group) &&
      (rule.apiVersions.includes(version) || rule.apiVersions.includes("*")) &&
      hasResource(rule.resources, resource),
  );
}

/** Whether a rule asks about this resource in a version of this group that is served at the minor. */
function isAsked(webhook: Webhook, kind: string, group: string, resource: string, minor: number): boolean {
  return webhook.rules.some(
    ({ apiGroups, apiVersions, resources }) =>
      (apiGroups.includes("*") || apiGroups.includes(group)) &&
      hasResource(resources, resource) &&
      apiVersions.some((version) =>
        version === "*" ? isServedAt(group, kind, minor) : isVersionServed(group, version, kind, minor),
      ),
  );
}

/** Whether anything of this kind stays in its group: there is no row of its end that leads out of the group. */
function isServedAt(group: string, kind: string, minor: number): boolean {
  const rows = apiRemovals.filter((row) => row.group === group && row.kinds.includes(kind));
  return rows.every((row) => row.removed > minor || apiReplacementAt(row, kind, minor)?.group === group);
}

function isVersionServed(group: string, version: string, kind: string, minor: number): boolean {
  const removed = apiRemovalOf(apiVersionOf({ group, version }), kind)?.removed;
  return removed === undefined || removed > minor;
}

/** Subresources are not looked at: they go with their resource. */
function hasResource(resources: readonly string[], resource: string): boolean {
  return resources.some((each) => each === "*" || each === "*/*" || each === resource);
}
