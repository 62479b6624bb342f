import type { Cluster } from "../../src/model/cluster.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { judgeCluster } from "../../src/rules/judge.ts";
import type { Finding } from "../../src/verdict/verdict.ts";
import { findingsOf, rehearse } from "./rehearse.ts";

/** What one rule says of a cluster as it stands, as in `seatrial check`. */
export function ofCluster(cluster: Cluster, rule: string): readonly Finding[] {
  return judgeCluster(cluster).filter((finding) => finding.rule === rule);
}

/** What one rule says beside a rehearsed plan, as in `seatrial drain`. */
export function besidePlan(cluster: Cluster, plan: Plan, rule: string): readonly Finding[] {
  return findingsOf(rehearse(cluster, plan).verdict, rule);
}
