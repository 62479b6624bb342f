import type { Cluster } from "../../src/model/cluster.ts";
import { formatProblem } from "../../src/model/problem.ts";
import { checkPlan } from "../../src/plan/check.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { rehearse, type Rehearsed } from "./rehearse.ts";

/** The plan of this `spec`, indented by two. Throws where it cannot be read. */
export function planOfSpec(spec: string): Plan {
  const text = `apiVersion: seatrial/v1alpha1\nkind: MaintenancePlan\nmetadata: { name: test }\nspec:\n${spec}`;
  const parsed = parsePlan(text, "plan.yaml");
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join("\n"));
  return parsed.plan;
}

/** Its rehearsal, once the plan has been checked against the cluster. */
export function rehearseSpec(cluster: Cluster, spec: string): Rehearsed {
  const plan = planOfSpec(spec);
  const problems = checkPlan(plan, cluster);
  if (problems.length > 0) throw new Error(problems.map(formatProblem).join("\n"));
  return rehearse(cluster, plan);
}
