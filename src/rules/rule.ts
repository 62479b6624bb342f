import type { Cluster } from "../model/cluster.ts";
import type { Pod } from "../model/pod.ts";
import type { SchedulerConfiguration } from "../model/scheduler-profile.ts";
import type { Version } from "../model/version.ts";
import type { Plan } from "../plan/plan.ts";
import type { Trace } from "../trace/trace.ts";
import type { Finding, Severity, Suggestion } from "../verdict/verdict.ts";
import type { Analysis } from "./analysis.ts";
import type { ClusterIndex } from "./cluster-index.ts";

/** A rule: one fact that it judges, under one id that is also its file's and its page's name. */
export interface RuleMeta {
  readonly id: string;
  /** What its findings are unless one says otherwise. */
  readonly severity: Severity;
  /** One line: what it finds. */
  readonly title: string;
}

/** What a rule before the fact may look at: the cluster and the plan alone. */
export interface Preflight {
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly index: ClusterIndex;
  /** Names of the nodes that the plan drains; all nodes where the cluster as a whole is looked at. */
  readonly drained: readonly string[];
  /** How the cluster's scheduler is configured. */
  readonly scheduler: SchedulerConfiguration;
  /** `plan`: only what the plan touches is of interest. `cluster`: everything is, and there is no plan. */
  readonly scope: "plan" | "cluster";
  /** The version that the control plane is to have, where somebody says so: then what is on the way counts. */
  readonly target?: Version;
}

/** The pods that stand on nodes that are drained: what a rule about pods looks at. */
export function podsToMove({ index, drained }: Preflight): readonly Pod[] {
  return drained.flatMap((node) => index.podsOn(node));
}

/** Whether any of these pods stands on a node that is drained: what a rule about budgets and workloads asks. */
export function isTouched({ drained, scope }: Preflight, pods: readonly Pod[]): boolean {
  return scope === "cluster" || pods.some(({ nodeName }) => drained.includes(nodeName));
}

export interface PreflightRule extends RuleMeta {
  readonly stage: "preflight";
  readonly check: (preflight: Preflight) => readonly FindingDraft[];
}

/** What a rule after the fact may look at: the trace, and what was read out of it once for all rules. */
export interface Outcome extends Preflight {
  readonly trace: Trace;
  readonly analysis: Analysis;
}

export interface OutcomeRule extends RuleMeta {
  readonly stage: "outcome";
  readonly check: (outcome: Outcome) => readonly FindingDraft[];
}

/** A finding without what its rule knows already. */
export type FindingDraft = Omit<
  Finding,
  "rule" | "severity" | "details" | "events" | "weight" | "suggestions" | "data"
> & {
  readonly severity?: Severity;
  readonly details?: readonly string[];
  readonly events?: readonly number[];
  readonly weight?: number;
  readonly suggestions?: readonly Suggestion[];
  readonly data?: Readonly<Record<string, unknown>>;
};

export type Rule = PreflightRule | OutcomeRule;

export function definePreflightRule(rule: Omit<PreflightRule, "stage">): PreflightRule {
  return { stage: "preflight", ...rule };
}

export function defineOutcomeRule(rule: Omit<OutcomeRule, "stage">): OutcomeRule {
  return { stage: "outcome", ...rule };
}

/** The whole finding. */
export function complete(rule: RuleMeta, draft: FindingDraft): Finding {
  return {
    rule: rule.id,
    severity: rule.severity,
    details: [],
    events: [],
    weight: 0,
    suggestions: [],
    data: {},
    ...draft,
  };
}
