import { releaseOf } from "../facts/releases.ts";
import { compareVersions, type Version } from "../model/version.ts";

/** What an upgrade does next: the control plane goes to a version, or the workers follow it. */
export interface UpgradeStage {
  readonly kind: "control plane" | "workers";
  readonly version: Version;
}

export interface WorkerLimits {
  /** The version of the oldest worker; undefined: there are no workers. */
  readonly oldest: Version | undefined;
  /** Whether a worker of a minor is too old for the control plane to go to another. */
  readonly isTooOld: (worker: number, controlPlane: number) => boolean;
  /** Whether the workers follow each minor. */
  readonly isLockstep: boolean;
}

/** The versions of a control plane on the way: each minor once, none skipped, each at its newest known patch. */
export function pathOf(current: Version, target: Version): Version[] {
  const path: Version[] = [];
  for (let minor = current.minor + 1; minor < target.minor; minor++)
    path.push({ major: 1, minor, patch: releaseOf(minor)!.latestPatch, suffix: "" });
  return [...path, target];
}

/**
 * The control plane minor by minor, and the workers in as few passes as their limits allow: before the first minor that
 * would be too much for them, and at the end. Where the control plane is at the target already only the workers are left.
 */
export function upgradeStages(current: Version, target: Version, limits: WorkerLimits): UpgradeStage[] {
  const stages: UpgradeStage[] = [];
  let workers = limits.oldest;
  let api = current;
  const pass = (version: Version) => {
    if (!workers || compareVersions(workers, version) >= 0) return;
    stages.push({ kind: "workers", version });
    workers = version;
  };
  for (const version of pathOf(current, target)) {
    const isTooOld = workers !== undefined && limits.isTooOld(workers.minor, version.minor);
    const hasToFollow = limits.isLockstep && version.minor > api.minor;
    if (isTooOld || hasToFollow) pass(api);
    stages.push({ kind: "control plane", version });
    api = version;
  }
  pass(target);
  return stages;
}
