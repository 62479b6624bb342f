import type { Cluster } from "../model/cluster.ts";
import { controlPlaneOf } from "../model/control-plane.ts";
import { nearest } from "../lib/nearest.ts";
import type { Problem } from "../model/problem.ts";
import { stepPlaces } from "./places.ts";
import type { Plan } from "./plan.ts";
import { problemAt, type Source } from "./source.ts";

/** Restores of etcd without a backup before them, or of an etcd that nobody sees. A rollback comes after all steps. */
export function restoreProblems(plan: Plan, cluster: Cluster, source: Source): readonly Problem[] {
  const backups: string[] = [];
  return stepPlaces(plan).flatMap(({ step, path }) => {
    if (step.kind === "backupEtcd") backups.push(step.name);
    if (step.kind !== "restoreEtcd") return [];
    if (controlPlaneOf(cluster).etcd === "external") {
      const message = "there is no etcd to restore: no member of it is on a control-plane node of the input";
      return [problemAt(path, message, source, "An etcd elsewhere is restored where it runs.")];
    }
    if (backups.length === 0)
      return [problemAt(path, "no backupEtcd comes before it: there is nothing to restore from", source)];
    if (step.from === undefined || backups.includes(step.from)) return [];
    const near = nearest(step.from, backups);
    const hint = near === undefined ? "" : ` (did you mean ${JSON.stringify(near)}?)`;
    const message = `no backupEtcd before it is called ${JSON.stringify(step.from)}${hint}`;
    return [problemAt([...path, "from"], message, source)];
  });
}
