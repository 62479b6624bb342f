import { factsAsOf } from "../facts/as-of.ts";
import { parseDuration } from "../lib/duration.ts";
import { didYouMean } from "../lib/nearest.ts";
import type { Cluster } from "../model/cluster.ts";
import { type LabelSelector, parseSelector } from "../model/selector.ts";
import type { Version } from "../model/version.ts";
import { isAlwaysOpen } from "../plan/calendar.ts";
import type { Plan } from "../plan/plan.ts";
import { repair } from "../planner/repair.ts";
import { annotate, criticalNames, type Waiver } from "../rules/annotate.ts";
import { ClusterIndex } from "../rules/cluster-index.ts";
import { aftermathRules } from "../rules/judge-aftermath.ts";
import { judge, judgeCluster, type JudgeOptions } from "../rules/judge.ts";
import { rules } from "../rules/registry.ts";
import type { SimSettings } from "../sim/settings.ts";
import type { UnderWay } from "../sim/client.ts";
import { simulate } from "../sim/simulate.ts";
import type { Trace } from "../trace/trace.ts";
import type { Finding, Repairs, Verdict } from "../verdict/verdict.ts";
import { InputError } from "./input-error.ts";
import { defaultHorizon, type InputOptions, type RunOptions } from "./options.ts";
import { schedulerConfigurationOf } from "./scheduler-config.ts";
import { version } from "./version.ts";

export interface Rehearsed {
  readonly trace: Trace;
  readonly verdict: Verdict;
}

type RehearsalOptions = RunOptions & Pick<InputOptions, "seed" | "schedulerConfig">;

/** Where virtual time ends that waits for windows: 30 days. */
const windowHorizonMillis = 30 * 86_400_000;

/** Rehearses plans against one cluster, all under the same settings. */
export class Rehearsals {
  readonly cluster: Cluster;
  readonly #options: RehearsalOptions;
  readonly #judging: JudgeOptions;
  /** Where virtual time ends, in milliseconds. */
  readonly horizon: number;
  readonly #settings: Partial<SimSettings>;

  constructor(cluster: Cluster, options: RehearsalOptions) {
    this.cluster = cluster;
    this.#options = options;
    const critical = options.critical === undefined ? undefined : selectorOf("--critical", options.critical);
    this.#judging = { accept: options.accept.map(waiverOf), ...(critical ? { critical } : {}) };
    this.horizon = horizonOf(options.horizon);
    const schedulerConfiguration = schedulerConfigurationOf(options);
    this.#settings = schedulerConfiguration ? { schedulerConfiguration } : {};
  }

  /** Rehearses a plan, or the rest of one that is under way. */
  run(plan: Plan, underWay?: UnderWay): Rehearsed {
    const { seed, luck } = this.#options;
    const { trace } = simulate(this.cluster, plan, {
      seed,
      luck,
      horizon: this.#horizonFor(plan),
      version,
      factsAsOf,
      settings: this.#settings,
      ...(underWay ? { underWay } : {}),
    });
    return { trace, verdict: judge(trace, this.#judging) };
  }

  /** Windows may be days away: where nobody has said where virtual time ends, that is no reason to end it. */
  #horizonFor(plan: Plan): number {
    const isSaid = this.#options.horizon !== defaultHorizon;
    return isSaid || isAlwaysOpen(plan) ? this.horizon : windowHorizonMillis;
  }

  /** Findings with what was accepted beforehand and what is critical. */
  #annotate(findings: readonly Finding[]): readonly Finding[] {
    const { accept = [], critical } = this.#judging;
    const names = critical ? criticalNames(new ClusterIndex(this.cluster), critical) : new Set<string>();
    return findings.map((finding) => annotate(finding, accept, names));
  }

  /** The findings about the cluster as it stands, and on its way to the target where there is one, annotated. */
  look(target?: Version): readonly Finding[] {
    return this.#annotate(judgeCluster(this.cluster, this.#settings.schedulerConfiguration, target));
  }

  /** What helps against the errors of a verdict: each suggestion rehearsed. */
  repairs(plan: Plan, verdict: Verdict): Repairs {
    return repair(this.cluster, plan, verdict, (edited) => this.run(edited).verdict);
  }
}

/** Reads a label selector from a flag; throws InputError where it is none. */
export function selectorOf(flag: string, text: string): LabelSelector {
  const parsed = parseSelector(text);
  if ("error" in parsed) throw new InputError(`${flag} '${text}': ${parsed.error}`);
  return parsed.selector;
}

/** Reads a waiver; throws InputError where it names no rule. */
export function waiverOf(text: string): Waiver {
  const [rule = "", ...subject] = text.split("=");
  const ids = [...rules, ...aftermathRules].map(({ id }) => id);
  if (!ids.includes(rule))
    throw new InputError(`--accept ${text}: there is no rule ${rule}${didYouMean(rule, ids)}`);
  return subject.length === 0 ? { rule } : { rule, subject: subject.join("=") };
}

function horizonOf(text: string): number {
  const millis = parseDuration(text);
  if (millis === undefined || millis <= 0)
    throw new InputError(`--horizon ${text}: expected a duration above 0, such as 24h or 90m`);
  return millis;
}
