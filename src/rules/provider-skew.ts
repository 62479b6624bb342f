import { managedUpgradeBy } from "../facts/managed-upgrades.ts";
import { skewOf, skewRuleOf } from "../facts/skew.ts";
import { groupBy } from "../lib/order.ts";
import { poolsOf } from "../model/node-pools.ts";
import { platformOf } from "../model/platform.ts";
import { parseVersion } from "../model/version.ts";
import { counted, listed } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import type { FindingDraft, Preflight } from "./rule.ts";
import { minorData, minorsAhead, minorText, wayOf } from "./upgrade-way.ts";

/**
 * Where a provider is stricter with the versions of nodes than the skew policy: as the cluster stands, and before its
 * control plane can take the next minor. Source: src/facts/managed-upgrades.ts.
 */
export function providerSkews(preflight: Preflight): FindingDraft[] {
  const platform = platformOf(preflight.cluster);
  const fact = managedUpgradeBy(platform?.name);
  const way = wayOf(preflight);
  if (!platform || !fact || way.own === undefined) return [];
  const drafts: FindingDraft[] = [];
  for (const [minor, nodes] of kubeletMinors(preflight)) {
    const { nodesBehind } = fact;
    const late = way.minors.find((each) => nodesBehind !== undefined && each - minor > nodesBehind);
    // What the skew policy itself forbids is told by that.
    if (late !== undefined && nodesBehind !== undefined && !isPastPolicy(minor, late))
      drafts.push({
        subject: `kubelet-${minorText(minor)}-on-${platform.name}`,
        severity: "warning",
        weight: 300,
        message: `${counted(nodes.length, "kubelet")} of ${minorText(minor)} ${verb(nodes.length, "is", "are")} ${late - minor} minors older than the control plane at ${minorText(late)}: ${platform.title} supports ${nodesBehind}`,
        details: [`${listed(nodes)}. The skew policy of Kubernetes itself allows more.`],
        data: { platform: platform.name, nodes, limit: nodesBehind, ...minorData(way, late) },
      });
  }
  const next = minorsAhead(way)[0];
  if (!fact.isLockstep || next === undefined) return drafts;
  const groups = poolsOf(preflight.cluster).filter(({ owner, nodes }) => {
    if (owner !== platform.name) return false;
    return nodes.some(({ info }) => (parseVersion(info.kubeletVersion)?.minor ?? next) < (way.own ?? 0));
  });
  return [
    ...drafts,
    ...groups.map(({ name, nodes }): FindingDraft => {
      const versions = [...new Set(nodes.map(({ info }) => info.kubeletVersion))];
      return {
        subject: name,
        severity: "warning",
        weight: 305,
        message: `its nodes (${listed(versions)}) have to match the control plane, ${minorText(way.own ?? 0)}, before ${platform.title} takes that to ${minorText(next)}`,
        details: ["EKS API, UpdateClusterVersion"],
        data: { platform: platform.name, pool: name, versions, ...minorData(way, next) },
      };
    }),
  ];
}

function isPastPolicy(kubelet: number, server: number): boolean {
  const rule = skewRuleOf("kubelet", "kube-apiserver");
  return rule !== undefined && skewOf(rule, kubelet, server) !== undefined;
}

/** Nodes by the minor of their kubelets. */
function kubeletMinors({ cluster }: Preflight): ReadonlyMap<number, readonly string[]> {
  const known = cluster.objects.Node.flatMap(({ name, info }) => {
    const version = parseVersion(info.kubeletVersion);
    return version ? [{ name, minor: version.minor }] : [];
  });
  return new Map(
    [...groupBy(known, ({ minor }) => minor)].map(([minor, nodes]) => [minor, nodes.map(({ name }) => name)]),
  );
}
