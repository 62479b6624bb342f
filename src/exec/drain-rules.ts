import { drainers, type DrainerFact, type DrainerName } from "../facts/drainers.ts";
import { drainerOf } from "../plan/drainers.ts";
import { drainDefaults, type DrainOptions, type Plan, type Step } from "../plan/plan.ts";

/** What a drain goes by: the flags, and how whoever drains goes about it. One flow follows them for every drainer. */
export interface DrainRules {
  readonly options: DrainOptions;
  readonly drainer: DrainerFact;
}

/**
 * The rules of one drain. kubectl's flags are its own; every other drainer lets go what kubectl asks a flag for, and
 * has a time for each node of its own where the plan gives none. Sources: facts/drainers.ts, by drainer.
 */
export function drainRules(name: DrainerName, options: DrainOptions): DrainRules {
  const fact: DrainerFact = drainers[name];
  if (fact.flags === "all") return { options, drainer: fact };
  const atTimeout = options.force ? (fact.atTimeoutForced ?? fact.atTimeout) : fact.atTimeout;
  return {
    drainer: { ...fact, atTimeout },
    options: {
      ...options,
      ignoreDaemonSets: true,
      deleteEmptyDirData: true,
      force: true,
      timeout: options.timeout > 0 && fact.flags.includes("timeout") ? options.timeout : fact.timeoutMillis,
      skipWaitForDeleteTimeout: fact.skipWaitSeconds,
    },
  };
}

/** The flags that hold for a drain of a plan: the step's own, above the plan's defaults, above the drainer's. */
export function drainOptionsIn(plan: Plan, step: Step | undefined): DrainOptions {
  const own = step?.kind === "drain" ? step.options : {};
  return drainRules(drainerOf(step, plan), { ...drainDefaults, ...plan.defaults.drain, ...own }).options;
}

/** Changes the rules where the kubelet of a node does not answer. */
export function onSilentNode({ options, drainer }: DrainRules): DrainRules {
  const { onSilentNode: silent } = drainer;
  if (!silent) return { options, drainer };
  return {
    drainer,
    options: {
      ...options,
      gracePeriod: silent.graceSeconds,
      skipWaitForDeleteTimeout: silent.skipWaitSeconds,
    },
  };
}
