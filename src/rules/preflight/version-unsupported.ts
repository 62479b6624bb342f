import { type Provider, supportBy, type SupportWindow } from "../../facts/managed-releases.ts";
import { etcdReleases, newestMinor, releaseOf, releasesAsOf, type Release } from "../../facts/releases.ts";
import { dayOf } from "../../lib/day.ts";
import { groupBy } from "../../lib/order.ts";
import type { Cluster } from "../../model/cluster.ts";
import { componentsOf } from "../../model/components.ts";
import { platformOf } from "../../model/platform.ts";
import { minorOf } from "../../model/version.ts";
import { counted } from "../../lib/counted.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";
import { serversOf } from "../skewed-components.ts";
import { minorText } from "../upgrade-way.ts";

/**
 * Versions that are past their end of life, or close to it, at the moment that the cluster shows; versions that are
 * newer than all that is known are said to be unknown. Source: facts/releases.ts, facts/managed-releases.ts.
 */
export const versionUnsupported = definePreflightRule({
  id: "version-unsupported",
  severity: "info",
  title: "A version is not supported any more, will not be soon, or is not known",
  check: (preflight) => {
    if (preflight.scope === "plan") return [];
    const { cluster, target } = preflight;
    const users = versionsInUse(preflight);
    return [
      ...[...users].flatMap(([minor, who]) => ofMinor(cluster, minor, who, false)),
      ...(target && !users.has(target.minor)
        ? ofMinor(cluster, target.minor, "where the control plane is to go", true)
        : []),
      ...etcdLines(cluster),
    ];
  },
});

/** Who is of which minor, in words: `the control plane and 3 kubelets`. */
function versionsInUse({ cluster }: Preflight): Map<number, string> {
  const servers = serversOf(cluster).map(({ version }) => version.minor);
  const kubelets = groupBy(
    componentsOf(cluster).filter(({ name }) => name === "kubelet"),
    ({ version }) => version.minor,
  );
  const minors = [...new Set([...servers, ...kubelets.keys()])].sort((a, b) => a - b);
  return new Map(
    minors.map((minor) => {
      const nodes = kubelets.get(minor)?.length ?? 0;
      const who = [
        ...(servers.includes(minor) ? ["the control plane"] : []),
        ...(nodes > 0 ? [counted(nodes, "kubelet")] : []),
      ];
      return [minor, who.join(" and ")];
    }),
  );
}

function ofMinor(cluster: Cluster, minor: number, who: string, isTarget: boolean): FindingDraft[] {
  const subject = minorText(minor);
  const release = releaseOf(minor);
  if (!release && minor > newestMinor)
    return [
      {
        subject,
        severity: "warning",
        weight: 200,
        message: `${who}: ${subject} is not known here (the newest known is ${minorText(newestMinor)}, as of ${releasesAsOf}): what changed with it is judged by nothing`,
        data: { minor: subject, state: "unknown", newestKnown: minorText(newestMinor) },
      },
    ];
  const day = dayOf(cluster.asOf);
  const provider = supportBy(platformOf(cluster)?.name);
  const state = stateOf(release, day);
  if (state === "supported") return [];
  const window = provider?.windows.find((each) => each.minor === minor);
  const isCovered = window !== undefined && day < (window.extendedUntil ?? window.until);
  return [
    {
      subject,
      // A version that somebody still mends, or that is only in use, hurts no maintenance; one to go to should live.
      ...(isTarget && state === "ended" && !isCovered ? { severity: "warning" as const } : {}),
      weight: state === "ended" ? 90 : 40,
      message: `${who}: ${subject} ${stateWords(release, state)}, as of ${day}${window && provider ? `; ${windowWords(provider, window, day)}` : ""}`,
      details: detailsOf(release, provider),
      data: {
        minor: subject,
        state,
        endOfLife: release?.endOfLife ?? null,
        provider: provider?.name ?? null,
        providerUntil: window?.until ?? null,
        providerExtendedUntil: window?.extendedUntil ?? null,
      },
    },
  ];
}

type State = "supported" | "maintenance" | "ended";

/** Where a minor is in its life on a day; one older than all that is known is over. */
function stateOf(release: Release | undefined, day: string): State {
  if (!release || release.endOfLife <= day) return "ended";
  return release.maintenance !== undefined && release.maintenance <= day ? "maintenance" : "supported";
}

function stateWords(release: Release | undefined, state: State): string {
  if (!release) return "is older than any minor of which the end is known";
  const { endOfLife, maintenance } = release;
  if (state === "ended") return `reached its end of life on ${endOfLife}`;
  return `is in maintenance since ${maintenance} and ends on ${endOfLife}`;
}

function windowWords(
  { name, extended }: Provider,
  { until, extendedUntil }: SupportWindow,
  day: string,
): string {
  if (day < until) return `${name} supports it until ${until}`;
  if (extendedUntil !== undefined && day < extendedUntil)
    return `on ${name} only in ${extended}, until ${extendedUntil}`;
  return `${name} ended it on ${extendedUntil ?? until}`;
}

function detailsOf(release: Release | undefined, provider: Provider | undefined): string[] {
  return [
    ...(release
      ? [`Its newest known patch is v1.${release.minor}.${release.latestPatch} (as of ${releasesAsOf}).`]
      : []),
    ...(release?.otherEndOfLife === undefined
      ? []
      : [`endoflife.date says ${release.endOfLife}, kubernetes.io ${release.otherEndOfLife}.`]),
    ...(provider ? [] : ["A distribution may support it for longer than the Kubernetes project does."]),
    "https://kubernetes.io/releases/patch-releases/",
  ];
}

function etcdLines(cluster: Cluster): FindingDraft[] {
  const members = componentsOf(cluster).filter(({ name }) => name === "etcd");
  const day = dayOf(cluster.asOf);
  return [...groupBy(members, ({ version }) => minorOf(version))].flatMap(([line, group]) => {
    const endOfLife = etcdReleases.find((each) => each.line === line)?.endOfLife;
    if (endOfLife === undefined || endOfLife > day) return [];
    return [
      {
        subject: `etcd-${line}`,
        weight: 60,
        message: `${counted(group.length, "etcd member")}: etcd ${line} reached its end of life on ${endOfLife}, as of ${day}`,
        data: { etcd: line, state: "ended", endOfLife },
      },
    ];
  });
}
