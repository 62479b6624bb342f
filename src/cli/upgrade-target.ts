import { newestMinor, releaseOf, releases, releasesAsOf } from "../facts/releases.ts";
import type { Cluster } from "../model/cluster.ts";
import { compareVersions, formatVersion, parseVersion, type Version } from "../model/version.ts";
import { InputError } from "./input-error.ts";

/**
 * The version that `--to` names: `v1.36` means its newest known patch. Throws InputError where it is no version, not
 * known, or not newer than what the cluster has.
 */
export function upgradeTarget(text: string, cluster: Cluster): Version {
  const version = parseVersion(text);
  if (!version) throw new InputError(`--to ${text}: expected a version such as v1.${newestMinor}`);
  const release = version.major === 1 ? releaseOf(version.minor) : undefined;
  if (!release)
    throw new InputError(
      `--to ${text}: this version is not known here. Known are v1.${releases[0]!.minor} to v1.${newestMinor}, as of ${releasesAsOf}.`,
      "What is not known cannot be judged.",
    );
  const target = /^v?\d+\.\d+$/.test(text.trim()) ? { ...version, patch: release.latestPatch } : version;
  const own = parseVersion(cluster.version);
  if (own && compareVersions(target, own) <= 0)
    throw new InputError(
      `--to ${text}: the cluster is at ${formatVersion(own)} (${cluster.versionSource}), and ${formatVersion(target)} is not newer.`,
      "An API server does not go back by a minor; --kubernetes-version says it where the cluster's version is another.",
    );
  return target;
}
