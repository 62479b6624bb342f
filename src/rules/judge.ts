import { byText } from "../lib/order.ts";
import type { Cluster } from "../model/cluster.ts";
import { defaultConfiguration, type SchedulerConfiguration } from "../model/scheduler-profile.ts";
import { parseVersion, type Version } from "../model/version.ts";
import { noAssumptions } from "../plan/assumptions.ts";
import type { Plan } from "../plan/plan.ts";
import { drainedNodes } from "../plan/selection.ts";
import type { Trace } from "../trace/trace.ts";
import type { Finding, Severity, Verdict, Word } from "../verdict/verdict.ts";
import type { LabelSelector } from "../model/selector.ts";
import { annotate, criticalNames, type Waiver } from "./annotate.ts";
import { analyse, type Analysis } from "./analysis.ts";
import { ClusterIndex } from "./cluster-index.ts";
import { rules } from "./registry.ts";
import { complete, type Outcome, type Preflight } from "./rule.ts";
import { fatalStep } from "./step-reports.ts";
import { unknowns } from "./unknowns.ts";

/** What there is to carry out where nothing is. */
const noPlan: Plan = {
  name: "",
  drainer: "kubectl",
  defaults: { drain: {} },
  assumptions: noAssumptions,
  assertions: [],
  steps: [],
  rollback: [],
  onFailure: { kind: "abort" },
};

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** What a reader of the verdict says about it beforehand. */
export interface JudgeOptions {
  /** Findings that are to be lived with: `service-outage=mon/prometheus`, or a rule's id alone. */
  readonly accept?: readonly Waiver[];
  /** Workloads whose findings come first. */
  readonly critical?: LabelSelector;
}

/** What a trace means: a pure function of it. Findings come worst first, then by weight, rule and subject. */
export function judge(trace: Trace, options: JudgeOptions = {}): Verdict {
  const { cluster, plan } = trace.header;
  const analysis = analyse(trace);
  const index = ClusterIndex.of(cluster);
  const drained = drainedNodes(cluster, plan);
  const scheduler = trace.header.schedulerConfiguration ?? defaultConfiguration;
  const target = parseVersion(plan.target?.kubernetesVersion ?? "");
  const outcome: Outcome = {
    cluster,
    plan,
    index,
    drained,
    scheduler,
    scope: "plan",
    trace,
    analysis,
    ...(target ? { target } : {}),
  };
  const critical = options.critical ? criticalNames(index, options.critical) : new Set<string>();
  const found = findingsOf(outcome, outcome);
  const findings = worstFirst(found.map((finding) => annotate(finding, options.accept ?? [], critical)));
  return {
    word: wordFor(findings, analysis),
    findings,
    clientMillis: analysis.clientMillis,
    settledMillis: settledMillis(analysis),
    services: analysis.services,
    drains: analysis.drains,
    pending: analysis.pending.map(({ name, workload, message }) => ({ name, workload, message })),
    assumptions: trace.header.assumptions,
    unknown: unknowns(outcome),
  };
}

/** The findings about a cluster as it stands, worst first; with `target`, also about its way to that version. */
export function judgeCluster(
  cluster: Cluster,
  scheduler: SchedulerConfiguration = defaultConfiguration,
  target?: Version,
): readonly Finding[] {
  const drained = cluster.objects.Node.map(({ name }) => name);
  const preflight: Preflight = {
    cluster,
    plan: noPlan,
    index: ClusterIndex.of(cluster),
    drained,
    scheduler,
    scope: "cluster",
    ...(target ? { target } : {}),
  };
  return worstFirst(findingsOf(preflight, undefined));
}

function findingsOf(preflight: Preflight, outcome: Outcome | undefined): Finding[] {
  const found: Finding[] = [];
  for (const rule of rules) {
    const drafts = rule.stage === "preflight" ? rule.check(preflight) : outcome ? rule.check(outcome) : [];
    for (const draft of drafts) found.push(withoutKubectlFlags(complete(rule, draft), preflight.plan));
  }
  return found;
}

/** Other flags of kubectl's help nobody whose nodes are drained by somebody else. */
function withoutKubectlFlags(finding: Finding, { drainer }: Plan): Finding {
  if (drainer === "kubectl") return finding;
  return { ...finding, suggestions: finding.suggestions.filter(({ edit }) => edit.kind !== "drain") };
}

/** Findings in the order in which they are read. */
export function worstFirst(findings: Finding[]): Finding[] {
  return findings.sort(
    (a, b) =>
      rank[a.severity] - rank[b.severity] ||
      Number(a.accepted ?? false) - Number(b.accepted ?? false) ||
      Number(b.critical ?? false) - Number(a.critical ?? false) ||
      b.weight - a.weight ||
      byText(a.rule, b.rule) ||
      byText(a.subject, b.subject),
  );
}

/** The word that answers "may I press Enter?". */
function wordFor(findings: readonly Finding[], analysis: Analysis): Word {
  if (analysis.drains.some(({ outcome }) => outcome === "hanging")) return "HANGS";
  const errors = findings
    .filter(({ severity, accepted }) => severity === "error" && !accepted)
    .map(({ rule }) => rule);
  // A drain that fails stops a plan only where the plan does not tolerate it.
  const stops = fatalStep(analysis.steps) !== undefined;
  const isRefusedWhole = analysis.drains.every(
    ({ outcome }) => outcome === "refused" || outcome === "notReached",
  );
  if (stops && isRefusedWhole && errors.includes("drain-refused")) return "REFUSES";
  if (errors.includes("plan-not-finished")) return "STOPS";
  if (stops && (errors.includes("drain-failed") || errors.includes("drain-refused"))) return "STOPS";
  return errors.length > 0 ? "HURTS" : "FINISHES";
}

/** When the last replacement is Ready; undefined where one never is. */
function settledMillis(analysis: Analysis): number | undefined {
  let latest = analysis.clientMillis ?? 0;
  for (const { replacement } of analysis.moves) {
    if (!replacement) continue;
    if (replacement.readyAt === undefined) return undefined;
    latest = Math.max(latest, replacement.readyAt);
  }
  return latest;
}
