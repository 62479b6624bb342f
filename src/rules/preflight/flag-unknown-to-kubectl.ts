import { type DrainFlagFact, unknownDrainFlag } from "../../facts/kubectl-flags.ts";
import { minorOf, parseVersion } from "../../model/version.ts";
import type { DrainOptions } from "../../plan/plan.ts";
import { isByKubectl } from "../by-kubectl.ts";
import { drainsOf } from "../drained-pods.ts";
import { listed } from "../../lib/counted.ts";
import { definePreflightRule } from "../rule.ts";

/**
 * Flags of a drain that a kubectl as old as the cluster does not know: it refuses the whole command. Which kubectl
 * will be used is not known; most come with the cluster. Source: facts/drain.json, perMinorDifferences.
 */
export const flagUnknownToKubectl = definePreflightRule({
  id: "flag-unknown-to-kubectl",
  severity: "info",
  title: "A kubectl of the cluster's minor does not know a flag of the drain",
  check: (preflight) => {
    const { cluster, scope } = preflight;
    const version = parseVersion(cluster.version);
    if (!version || scope === "cluster" || !isByKubectl(preflight)) return [];
    const drains = drainsOf(preflight);
    const flags = [...new Set(drains.flatMap(({ options }) => flagsOf(options)))];
    return flags
      .map((flag) => unknownDrainFlag(flag, version.minor))
      .filter((fact) => fact !== undefined)
      .map((fact) => ({
        subject: fact.flag,
        weight: 50,
        message: `kubectl ${minorOf(version)} does not know it${insteadOf(fact)}`,
        details: [
          `For the drain of ${listed(drains.map(({ node }) => node))}; kubectl has it from 1.${fact.since} on.`,
          "A newer kubectl may be used with this cluster as far as the version skew policy goes: one minor.",
        ],
        data: { flag: fact.flag, minor: minorOf(version), since: `1.${fact.since}`, instead: fact.instead },
      }));
  },
});

function insteadOf({ instead }: DrainFlagFact): string {
  return instead === "" ? ", and nothing there does the same" : `: there it is called ${instead}`;
}

/** The flags by which kubectl is told these options, as far as minors differ. */
function flagsOf(options: DrainOptions): string[] {
  return [
    ...(options.deleteEmptyDirData ? ["--delete-emptydir-data"] : []),
    ...(options.disableEviction ? ["--disable-eviction"] : []),
    ...(options.skipWaitForDeleteTimeout > 0 ? ["--skip-wait-for-delete-timeout"] : []),
  ];
}
