import { keyOf } from "../../../src/model/meta.ts";
import type { Pod } from "../../../src/model/pod.ts";
import type { Cycle, Status } from "../../../src/sim/plugins/plugin.ts";
import { evaluatePlainly, type Evaluation } from "../../../src/sim/scheduler/evaluation.ts";
import { fitError, statusOf } from "../../../src/sim/scheduler/diagnosis.ts";
import { runFiltersWithNominated, runScores } from "../../../src/sim/scheduler/framework.ts";
import { potentialNodes, runPostFilter } from "../../../src/sim/scheduler/post-filter.ts";
import { bestCandidates, dryRun, ineligible, rankOf } from "../../../src/sim/scheduler/preemption.ts";
import type { Framework } from "../../../src/sim/scheduler/profiles.ts";
import type { Scheduler } from "../../../src/sim/scheduler/scheduler.ts";
import { SeededChooser } from "../../../src/sim/engine/choice.ts";
import type { CandidateAnswer, NodeAnswer, PreemptionAnswer, Result, StatusAnswer } from "./format.ts";
import { caseNow } from "./load-case.ts";

/** What our scheduler decides, in the recordings' form: every node is filtered and scored. */
export function decide(scheduler: Scheduler, pod: Pod): Result {
  const gated = scheduler.preEnqueue(pod);
  if (gated) return { schedulable: false, preEnqueue: toAnswer(gated) };
  const framework = scheduler.frameworks.get(pod.spec.schedulerName)!;
  const cycle = scheduler.cycleOf(pod, framework);
  const { nominator } = scheduler.cache;
  const evaluation = evaluatePlainly({ framework, cycle, nominator, start: 0, percentage: 100 });
  const { diagnosis, preFilter } = evaluation;
  if (preFilter.rejection)
    return {
      schedulable: false,
      preFilter: toAnswer(preFilter.rejection),
      ...(pod.nodeName === ""
        ? afterwards(scheduler, framework, cycle, evaluation)
        : { message: fitError(diagnosis, "") }),
    };
  const narrowed = preFilter.nodeNames && { preFilterNodes: [...preFilter.nodeNames].sort() };
  const nodes: Record<string, NodeAnswer> = {};
  const feasible = scheduler.cache.nodes.filter((node) => {
    const refusal =
      preFilter.nodeNames && !preFilter.nodeNames.has(node.name)
        ? diagnosis.absent
        : runFiltersWithNominated(cycle, preFilter.state, node, nominator.podsFor(node.name));
    nodes[node.name] = refusal ? { fail: toAnswer(refusal) } : {};
    return refusal === undefined;
  });
  const error = Object.values(nodes).find(({ fail }) => fail?.code === "Error")?.fail?.reasons;
  if (error) return { schedulable: false, error: error.join(", "), nodes };
  if (feasible.length > 0) return { ...narrowed, ...scored(framework, cycle, feasible, nodes, evaluation) };
  const rest =
    pod.nodeName === ""
      ? afterwards(scheduler, framework, cycle, evaluation)
      : { message: fitError(diagnosis, "") };
  return { schedulable: false, ...narrowed, nodes, ...rest };
}

function toAnswer({ code, plugin, reasons }: Status): StatusAnswer {
  return { code, plugin, reasons: [...reasons].sort() };
}

function scored(
  framework: Framework,
  cycle: Cycle,
  feasible: Parameters<typeof runScores>[2],
  nodes: Record<string, NodeAnswer>,
  { viaNominated }: Evaluation,
): Result {
  const scores = runScores(framework, cycle, feasible);
  if ("code" in scores) return { schedulable: true, error: scores.reasons.join(", "), nodes };
  for (const [index, { name }] of feasible.entries()) {
    const own = scores.byPlugin.map(({ name: plugin, scores: all }) => [plugin, all[index]!] as const);
    nodes[name] = { scores: Object.fromEntries(own), total: scores.totals[index]! };
  }
  const most = Math.max(...scores.totals);
  const best = feasible.filter((_node, index) => scores.totals[index] === most).map(({ name }) => name);
  const chosen = viaNominated
    ? { best: [cycle.pod.pod.status.nominatedNodeName], viaNominated }
    : { best: best.sort() };
  return { schedulable: true, skipScore: scores.skipped, nodes, ...chosen };
}

/** PostFilter, with all candidates for preemption. */
function afterwards(
  scheduler: Scheduler,
  framework: Framework,
  cycle: Cycle,
  evaluation: Evaluation,
): { readonly message: string; readonly preemption: PreemptionAnswer } {
  const { nominator } = scheduler.cache;
  const chooser = new SeededChooser(1, "median");
  const options = { framework, cycle, evaluation, nominator, now: caseNow, chooser, label: "pod" };
  const { code, message } = runPostFilter(options);
  const nominatedStatus = statusOf(evaluation.diagnosis, cycle.pod.pod.status.nominatedNodeName);
  const isEligible = ineligible(cycle, nominatedStatus) === undefined;
  const potential = isEligible ? potentialNodes(cycle, evaluation) : [];
  const found =
    potential.length === 0
      ? {}
      : candidatesOf({ cycle, state: evaluation.preFilter.state, nominator, now: caseNow }, potential);
  return {
    message: fitError(evaluation.diagnosis, message),
    preemption: { code, message, potential: potential.length, ...found },
  };
}

function candidatesOf(
  context: Parameters<typeof dryRun>[0],
  potential: Parameters<typeof dryRun>[1],
): Omit<PreemptionAnswer, "code" | "message" | "potential"> {
  // One more than there are: it stops at none.
  const { candidates, refused } = dryRun(context, potential, 0, potential.length + 1);
  const answers: Record<string, CandidateAnswer> = {};
  for (const candidate of candidates) {
    const [budgets, highest, sum, count, start] = rankOf(candidate, context.now);
    answers[candidate.node.name] = {
      victims: candidate.victims.map(keyOf),
      pdbViolations: candidate.pdbViolations,
      rank: [budgets!, highest!, sum!, count!, Math.ceil(start! / 1_000)],
    };
  }
  const notHelpful: Record<string, StatusAnswer> = {};
  for (const [name, status] of refused) notHelpful[name] = toAnswer(status);
  const acceptable = bestCandidates(candidates, context.now).map(({ node }) => node.name);
  return { candidates: answers, notHelpful, acceptable: acceptable.sort() };
}
