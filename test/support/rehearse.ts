import type { Cluster } from "../../src/model/cluster.ts";
import { fixed, noAssumptions } from "../../src/plan/assumptions.ts";
import { drainDefaults, type DrainOptions, type Plan, type Step } from "../../src/plan/plan.ts";
import { DocumentReader } from "../../src/read/documents.ts";
import { nodesOfShape, parseNodeShape } from "../../src/read/node-shape.ts";
import { formatProblem } from "../../src/model/problem.ts";
import { ClusterReader, type ReadOptions } from "../../src/read/read-cluster.ts";
import { judge } from "../../src/rules/judge.ts";
import { settle } from "../../src/sim/settle.ts";
import { type Rehearsal, simulate, type SimulateOptions } from "../../src/sim/simulate.ts";
import type { Finding, Verdict } from "../../src/verdict/verdict.ts";

/** Whole rehearsals for tests: YAML in, verdict out. */

/** The moment of snapshots that have no timestamp: 2026-11-21, 12:00 UTC. */
export const testNow = Date.UTC(2026, 10, 21, 12);

/** A snapshot, as it stands. Throws with all problems where it cannot be read. */
export function snapshot(yaml: string, options: Partial<ReadOptions> = {}): Cluster {
  const reader = new ClusterReader("default");
  const document = new DocumentReader("test.yaml", {
    document: (each) => reader.document(each),
    problem: (problem) => reader.problem(problem),
  });
  document.push(Buffer.from(yaml));
  document.end();
  const result = reader.finish({
    name: "test",
    assumeNone: [],
    fallbackAsOf: testNow,
    namespace: "default",
    version: "v1.33.4",
    ...options,
  });
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.cluster;
}

/** A cluster of these nodes on which the manifests run: every pod made, placed and started. */
export function running(manifests: string, nodes = "3,cpu=4,memory=16Gi,zones=a:b:c"): Cluster {
  const shape = parseNodeShape(nodes);
  if (typeof shape === "string") throw new Error(shape);
  const { objects, ...rest } = snapshot(manifests);
  const all = [...objects.Node, ...nodesOfShape(shape, testNow)];
  return settle({ ...rest, objects: { ...objects, Node: all } }, noAssumptions, 1);
}

/** A plan of these steps and nothing else. */
export function planOf(steps: readonly Step[], rest: Partial<Plan> = {}): Plan {
  return {
    name: "test",
    drainer: "kubectl",
    defaults: { drain: {} },
    assumptions: noAssumptions,
    assertions: [],
    rollback: [],
    onFailure: { kind: "abort" },
    steps,
    ...rest,
  };
}

/** `kubectl drain`, with the flags that a drain of most nodes needs. */
export function drainOf(names: readonly string[], options: Partial<DrainOptions> = {}): Plan {
  const flags = { ...drainDefaults, ignoreDaemonSets: true, deleteEmptyDirData: true, ...options };
  return planOf([{ kind: "drain", name: "drain", nodes: { kind: "names", names }, options: flags }]);
}

/** The same drain, and the nodes are deleted after it: no uncordon follows. */
export function removalOf(names: readonly string[]): Plan {
  const nodes = { kind: "names", names } as const;
  return planOf([...drainOf(names).steps, { kind: "deleteNode", name: "remove", nodes, duration: fixed(0) }]);
}

export interface Rehearsed extends Rehearsal {
  readonly verdict: Verdict;
}

export function rehearse(cluster: Cluster, plan: Plan, options: Partial<SimulateOptions> = {}): Rehearsed {
  const rehearsal = simulate(cluster, plan, {
    seed: 1,
    luck: "median",
    horizon: 24 * 3_600_000,
    version: "test",
    factsAsOf: "2026-11-21",
    ...options,
  });
  return { ...rehearsal, verdict: judge(rehearsal.trace) };
}

/** The findings of one rule. */
export function findingsOf(verdict: Verdict, rule: string): readonly Finding[] {
  return verdict.findings.filter((finding) => finding.rule === rule);
}
