import { expect } from "vitest";
import { Anonymizer } from "../../src/read/anonymize.ts";
import { readPath } from "../../src/read/files.ts";
import { redacted } from "../../src/read/redact.ts";
import { formatProblem } from "../../src/model/problem.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { ClusterReader } from "../../src/read/read-cluster.ts";
import type { Chooser } from "../../src/sim/engine/choice.ts";
import { judgeCluster } from "../../src/rules/judge.ts";
import type { Finding } from "../../src/verdict/verdict.ts";
import { drainOf, rehearse, testNow } from "./rehearse.ts";

/** A cluster out of a file, and the same one under other names. */
interface Twins {
  readonly named: Cluster;
  readonly anonymous: Cluster;
}

export function twinsOf(path: string): Twins {
  const raw: unknown[] = [];
  readPath(path, {
    document: ({ value }) => {
      if (!Array.isArray((value as { items?: unknown }).items)) raw.push(redacted(value));
    },
    problem: (problem) => {
      throw new Error(formatProblem(problem));
    },
  });
  const anonymizer = new Anonymizer();
  for (const each of raw) anonymizer.learn(each);
  const other = raw.map((each) => anonymizer.anonymous(each));
  return { named: clusterOf(raw), anonymous: clusterOf(other) };
}

function clusterOf(values: readonly unknown[]): Cluster {
  const reader = new ClusterReader("default");
  for (const value of values)
    reader.document({ value, origin: { file: "x", document: 1, line: 1 }, lineOf: () => 1 });
  const result = reader.finish({ name: "x", assumeNone: [], fallbackAsOf: testNow, namespace: "default" });
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.cluster;
}

/** Luck that does not hang on names: always the first. */
const first: Chooser = {
  choose: () => 0,
  order: () => 0,
  happens: () => false,
  sample: (_label, table) => table[0]![1],
};

/** Holds the check of both clusters, and the drain of each of their nodes, against each other: event by event. */
export function expectSameRehearsals({ named, anonymous }: Twins): void {
  expect(rules(judgeCluster(anonymous))).toEqual(rules(judgeCluster(named)));
  for (const [index, { name }] of named.objects.Node.entries()) {
    const twin = anonymous.objects.Node[index]!.name;
    expect(courseOf(anonymous, twin)).toEqual(courseOf(named, name));
  }
}

function courseOf(cluster: Cluster, node: string) {
  const { verdict, trace } = rehearse(cluster, drainOf([node], { force: true }), { chooser: first });
  return {
    word: verdict.word,
    findings: rules(verdict.findings),
    events: trace.events.map(({ time, kind }) => [time, kind]),
  };
}

function rules(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ rule }) => rule).sort();
}
