import type { Cluster } from "../model/cluster.ts";
import { compareVersions, formatVersion, parseVersion, type Version } from "../model/version.ts";
import { knownVersion } from "../plan/known-version.ts";
import { InputError } from "./input-error.ts";

/**
 * The version that `--to` names: `v1.36` means its newest known patch. Throws InputError where it is no version, not
 * known, or not newer than what the cluster has.
 */
export function upgradeTarget(text: string, cluster: Cluster): Version {
  const target = knownVersion(text);
  if (typeof target === "string") throw new InputError(target, "What is not known cannot be judged.");
  const own = parseVersion(cluster.version);
  if (own && compareVersions(target, own) <= 0)
    throw new InputError(
      `--to ${text}: the cluster is at ${formatVersion(own)} (${cluster.versionSource}), and ${formatVersion(target)} is not newer.`,
      "An API server does not go back by a minor; --kubernetes-version says it where the cluster's version is another.",
    );
  return target;
}
