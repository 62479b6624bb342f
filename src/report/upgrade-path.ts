import { supportBy } from "../facts/managed-releases.ts";
import { releaseOf, releasesAsOf } from "../facts/releases.ts";
import { dayOf } from "../lib/day.ts";
import { componentsOf } from "../model/components.ts";
import { platformOf } from "../model/platform.ts";
import { compareVersions, formatVersion, parseVersion, type Version } from "../model/version.ts";
import type { Trace } from "../trace/trace.ts";
import { table, type Block, type Line } from "./layout.ts";

/** A version of the control plane, and when it is in use. */
interface Stay {
  readonly version: Version;
  /** Epoch milliseconds at which every API server has it; for the first one, the start. */
  readonly from: number;
  /** Epoch milliseconds at which the next version is reached everywhere; undefined: none is. */
  readonly until?: number;
}

/** The versions that the control plane goes through, with the day of each, held against its end of life. */
export function upgradePathBlock(trace: Trace): Block {
  const rows = staysOf(trace).map((stay, index) => [
    formatVersion(stay.version),
    index === 0 ? "now" : dayOf(stay.from),
    [supportWords(stay), ...providerWords(stay, trace)].join("; "),
  ]);
  const lines = table(rows, [false, false, false]).map((text): Line => ({ text, hang: 22 }));
  return { label: "Path", gap: true, lines };
}

/** What the control plane is at from when to when: the oldest of its API servers counts. */
function staysOf({ header, events }: Trace): Stay[] {
  const { asOf } = header.cluster;
  const servers = new Map(
    componentsOf(header.cluster)
      .filter(({ name }) => name === "kube-apiserver")
      .map(({ node, version }) => [node, version] as const),
  );
  const oldest = () => [...servers.values()].sort(compareVersions)[0] ?? parseVersion(header.cluster.version);
  const first = oldest();
  const stays: Stay[] = first ? [{ version: first, from: asOf }] : [];
  for (const event of events) {
    if (event.kind === "node.removed") servers.delete(event.node);
    else if (event.kind === "component.upgraded" && event.component === "kube-apiserver")
      servers.set(event.node, parseVersion(event.to)!);
    else continue;
    const [last, now] = [stays.at(-1), oldest()];
    if (!now) continue;
    if (last && compareVersions(last.version, now) === 0) continue;
    const from = asOf + event.time;
    if (last) stays[stays.length - 1] = { ...last, until: from };
    stays.push({ version: now, from });
  }
  return stays;
}

/** Support by the provider, where that is known: its own window is the one that counts on its clusters. */
function providerWords({ version, from }: Stay, { header }: Trace): string[] {
  const provider = supportBy(platformOf(header.cluster)?.name);
  if (!provider) return [];
  const { name, extended } = provider;
  const window = provider.windows.find(({ minor }) => minor === version.minor);
  if (!window) return [`${name} is not known here to have it`];
  const { until, extendedUntil } = window;
  if (dayOf(from) < until) return [`${name} until ${until}`];
  if (extendedUntil !== undefined && dayOf(from) < extendedUntil)
    return [`${name} until ${extendedUntil}, in ${extended}`];
  return [`${name} ended it on ${extendedUntil ?? until}`];
}

/** Support by the Kubernetes project, as of the days that the version is in use. */
function supportWords({ version, from, until }: Stay): string {
  const release = releaseOf(version.minor);
  if (!release) return `its end of life is not known here (facts as of ${releasesAsOf})`;
  const end = release.endOfLife;
  if (end <= dayOf(from)) return `past its end of life, ${end}`;
  if (until !== undefined && end <= dayOf(until))
    return `reaches its end of life on ${end}, before the next one on ${dayOf(until)}`;
  return `supported until ${end}`;
}
