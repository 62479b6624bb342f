import type { Cluster } from "../model/cluster.ts";
import type { Problem } from "../model/problem.ts";
import { drainerProblems } from "./check-drainer.ts";
import { joinProblems } from "./check-joins.ts";
import { nodeProblems } from "./check-nodes.ts";
import { objectProblems } from "./check-objects.ts";
import { poolProblems } from "./check-pools.ts";
import { strategyProblems } from "./check-strategy.ts";
import { restoreProblems } from "./check-restores.ts";
import { versionProblems } from "./check-versions.ts";
import { lastPolicy } from "./last-policy.ts";
import { stepPlaces, turnProblems } from "./places.ts";
import type { FailurePolicy, Plan } from "./plan.ts";
import { schemaProblems } from "./schema-problems.ts";
import { planFile } from "./schema/plan-file.ts";
import { inOrder, lineAt, type PlanSource, problemAt, type Source } from "./source.ts";
import { planToFile } from "./to-file.ts";

/**
 * What is wrong with a plan before anything is rehearsed: what it names is not there, or it cannot be done. Takes
 * plans of every origin; `source` (from `parsePlan`) adds the lines of the file.
 */
export function checkPlan(plan: Plan, cluster: Cluster, source?: PlanSource): readonly Problem[] {
  const from: Source = source ?? { file: `plan ${plan.name}` };
  return inOrder([
    ...shapeProblems(plan, from),
    ...turnProblems(plan, from),
    ...versionProblems(plan, from),
    ...nameProblems(plan, from),
    ...rollbackProblems(plan, from),
    ...turnPolicyProblems(plan, from),
    ...drainerProblems(plan, from),
    ...strategyProblems(plan, from),
    ...joinProblems(plan, cluster, from),
    ...restoreProblems(plan, cluster, from),
    ...nodeProblems(plan, cluster, from),
    ...objectProblems(plan, cluster, from),
    ...poolProblems(plan, cluster, from),
  ]);
}

/** Numbers and words that no file could say: a plan that a command made has not been through the schema. */
function shapeProblems(plan: Plan, source: Source): readonly Problem[] {
  const read = planFile.safeParse(planToFile(plan), { reportInput: true });
  return read.success ? [] : schemaProblems(read.error.issues, source);
}

/** Steps, and assertions, that have the same name: a report could not tell them apart. */
function nameProblems(plan: Plan, source: Source): readonly Problem[] {
  const steps = stepPlaces(plan).map(({ step, path }) => ({ name: step.name, path }));
  const assertions = plan.assertions.map(({ name }, index) => ({
    name,
    path: ["spec", "assertions", index],
  }));
  return [...twice(steps, "steps", source), ...twice(assertions, "assertions", source)];
}

interface Named {
  readonly name: string;
  readonly path: readonly PropertyKey[];
}

function twice(all: readonly Named[], what: string, source: Source): Problem[] {
  const first = new Map<string, Named>();
  return all.flatMap((each) => {
    const { name, path } = each;
    const other = first.get(name);
    if (!other) {
      first.set(name, each);
      return [];
    }
    const line = lineAt([...other.path, "name"], source);
    const where = line === undefined ? "" : `, the first on line ${line}`;
    const message = `two ${what} are called ${JSON.stringify(name)}${where}`;
    return [problemAt([...path, "name"], message, source, "Give one of them another name.")];
  });
}

/** What becomes of a node is for a step of its turn to say: a rollout as a whole has none. */
function turnPolicyProblems(plan: Plan, source: Source): readonly Problem[] {
  return stepPlaces(plan).flatMap(({ step, path }) => {
    const { kind } = lastPolicy(step.onFailure) ?? {};
    if (step.kind !== "rollout" || (kind !== "uncordonAndSkip" && kind !== "quarantine")) return [];
    const message = `${kind} is about one node, and this is what happens when the whole rollout fails`;
    return [
      problemAt(
        [...path, "onFailure"],
        message,
        source,
        "Put it on a step of perNode: drain: { onFailure: … }",
      ),
    ];
  });
}

/** A plan that is to roll back, and does not say how. */
function rollbackProblems(plan: Plan, source: Source): readonly Problem[] {
  if (plan.rollback.length > 0) return [];
  const message = "asks for a rollback, and spec.rollback has no steps";
  const own = stepPlaces(plan).flatMap(({ step, path }) =>
    wantsRollback(step.onFailure) ? [problemAt([...path, "onFailure"], message, source)] : [],
  );
  if (!wantsRollback(plan.onFailure)) return own;
  return [problemAt(["spec", "defaults", "onFailure"], message, source), ...own];
}

function wantsRollback(policy: FailurePolicy | undefined): boolean {
  return lastPolicy(policy)?.kind === "rollback";
}
