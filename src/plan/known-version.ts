import { newestMinor, releaseOf, releases, releasesAsOf } from "../facts/releases.ts";
import { parseVersion, type Version } from "../model/version.ts";

/**
 * The version that `--to` names; without a patch (`v1.36`) it is the newest known one. A sentence where it is no
 * version, or one that is not known: what is not known cannot be judged. Source: facts/releases.ts.
 */
export function knownVersion(text: string): Version | string {
  const version = parseVersion(text);
  if (!version)
    return `--to ${text}: expected a version such as v1.${newestMinor}, or v1.${newestMinor}.0 with its patch`;
  const release = version.major === 1 ? releaseOf(version.minor) : undefined;
  if (!release)
    return `--to ${text}: this version is not known here. Known are v1.${releases[0]!.minor} to v1.${newestMinor}, as of ${releasesAsOf}.`;
  if (/^v?\d+\.\d+$/.test(text.trim())) return { ...version, patch: release.latestPatch };
  if (version.patch > release.latestPatch)
    return `--to ${text}: this patch is not known here. The newest of v1.${release.minor} is v1.${release.minor}.${release.latestPatch}, as of ${releasesAsOf}.`;
  return version;
}
