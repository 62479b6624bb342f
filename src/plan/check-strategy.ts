import type { Problem } from "../model/problem.ts";
import { lastPolicy } from "./last-policy.ts";
import { stepPlaces } from "./places.ts";
import type { Plan, Step } from "./plan.ts";
import { problemAt, type Source } from "./source.ts";
import { isAboutAll } from "./strategy.ts";

/** Rollouts whose steps do not do what their strategy needs, and steps about all old nodes where there are none. */
export function strategyProblems(plan: Plan, source: Source): readonly Problem[] {
  const rollouts = stepPlaces(plan).flatMap(({ step, path }) =>
    step.kind === "rollout" ? [{ step, path }] : [],
  );
  const scoped = new Set(
    rollouts.flatMap(({ step }) => (step.strategy ? step.perNode.filter(isAboutAll) : [])),
  );
  const astray = stepPlaces(plan).flatMap(({ step, path }) => {
    if (!isAboutAll(step)) return [];
    if (scoped.has(step)) return namesNodes(step) ? [bothProblem(path, source)] : [];
    const message = "there are old nodes in a rollout with strategy surge or blueGreen only";
    return [problemAt([...path, "scope"], message, source, "Put it among that rollout's perNode steps.")];
  });
  return [...rollouts.flatMap(({ step, path }) => rolloutProblems(step, path, plan, source)), ...astray];
}

function namesNodes(step: Step): boolean {
  return "nodes" in step && step.kind !== "rollout" && step.nodes.kind !== "current";
}

function bothProblem(path: readonly PropertyKey[], source: Source): Problem {
  return problemAt([...path, "scope"], "expected either scope: allOld or nodes, got both", source);
}

type RolloutStep = Extract<Step, { readonly kind: "rollout" }>;

function rolloutProblems(
  rollout: RolloutStep,
  path: readonly PropertyKey[],
  plan: Plan,
  source: Source,
): Problem[] {
  const { strategy, perNode, maxParallel, canary } = rollout;
  if (!strategy) return [];
  const refuse = (field: readonly PropertyKey[], message: string, advice?: string) =>
    problemAt([...path, ...field], message, source, advice);
  const problems: Problem[] = [];
  const joins = perNode.filter(({ kind }) => kind === "joinNode");
  const join = perNode.findIndex(({ kind }) => kind === "joinNode");
  const removal = perNode.findIndex(({ kind }) => kind === "deleteNode");
  if (joins.length !== 1 || removal < 0 || removal < join)
    problems.push(
      refuse(
        ["perNode"],
        `${strategy.kind} needs one joinNode and, after it, a deleteNode among these steps`,
        "perNode: [joinNode: {}, drain: {}, deleteNode: {}]",
      ),
    );
  const [only] = joins;
  if (only?.kind === "joinNode" && only.count !== 1)
    problems.push(
      refuse(
        ["perNode", join, "joinNode", "count"],
        `${strategy.kind} adds one node for each: leave count out`,
      ),
    );
  const policy = lastPolicy(only?.onFailure ?? plan.onFailure);
  if (only && policy?.kind === "continue")
    problems.push(
      refuse(
        ["perNode", join, "joinNode", "onFailure"],
        "with continue the old node is deleted where no new one has come",
        "quarantine leaves it out, abort stops",
      ),
    );
  if (maxParallel !== 1)
    problems.push(
      refuse(
        ["maxParallel"],
        strategy.kind === "surge"
          ? "how many nodes at a time is what maxSurge and maxUnavailable say"
          : "how many nodes at a time is what batch says",
      ),
    );
  if (strategy.kind === "blueGreen" && canary.count > 0)
    problems.push(refuse(["canary"], "a blue-green rollout has batches, and no canary"));
  perNode.forEach((step, index) => {
    if (!isAboutAll(step) || index < join) return;
    if (strategy.kind === "blueGreen" && index < removal) return;
    const where = strategy.kind === "surge" ? "before joinNode" : "before deleteNode";
    problems.push(
      refuse(["perNode", index, step.kind, "scope"], `what is about all old nodes stands ${where}`),
    );
  });
  return problems;
}
