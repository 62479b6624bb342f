import { admissionFacts } from "../facts/admission.ts";
import { didYouMean } from "../lib/nearest.ts";
import type { Problem } from "../model/problem.ts";
import { type PlanSource, problemAt } from "../plan/source.ts";
import { nodeObjects } from "./generate-nodes.ts";
import type { GenerateFile } from "./schema/cluster.ts";

/** A rehearsal of more than this takes long, and is more likely a number with a digit too many. */
const mostNodes = 10_000;
const mostPods = 200_000;

const field = ["spec", "cluster", "generate"];

/** What a `generate` says twice, or names and does not have. */
export function generateProblems(file: GenerateFile, source: PlanSource): readonly Problem[] {
  const tooMany = sizeProblem(file, source);
  if (tooMany) return [tooMany];
  const nodes = nodeObjects(file).flatMap(({ objects }) =>
    objects.map(({ metadata }) => (metadata as { readonly name: string }).name),
  );
  return [
    ...clashes(nodes, source),
    ...file.workloads.flatMap((_, index) => about(file, index, nodes, source)),
  ];
}

function sizeProblem(
  { nodes, workloads, controlPlane }: GenerateFile,
  source: PlanSource,
): Problem | undefined {
  const nodeCount = nodes.reduce((sum, { count }) => sum + count, controlPlane?.members ?? 0);
  if (nodeCount > mostNodes)
    return problemAt([...field, "nodes"], `${nodeCount} nodes are more than ${mostNodes}`, source);
  const podCount = workloads.reduce((sum, { replicas }) => sum + replicas, 0);
  if (podCount <= mostPods) return undefined;
  return problemAt([...field, "workloads"], `${podCount} pods are more than ${mostPods}`, source);
}

function clashes(nodes: readonly string[], source: PlanSource): Problem[] {
  const twice = nodes.find((name, index) => nodes.indexOf(name) < index);
  if (twice === undefined) return [];
  return [problemAt([...field, "nodes"], `two nodes are called ${twice}: give a group another name`, source)];
}

function about(
  { workloads, priorityClasses }: GenerateFile,
  index: number,
  nodes: readonly string[],
  source: PlanSource,
): Problem[] {
  const path = [...field, "workloads", index];
  const workload = workloads[index]!;
  const { kind, namespace, name, priorityClass } = workload;
  const first = workloads.findIndex(
    (each) => each.kind === kind && each.namespace === namespace && each.name === name,
  );
  const classes = [...Object.keys(priorityClasses), ...Object.keys(admissionFacts.systemPriorities)];
  return [
    ...(first < index ? [problemAt(path, `a ${kind} ${namespace}/${name} is there already`, source)] : []),
    ...(priorityClass === undefined || classes.includes(priorityClass)
      ? []
      : [problemAt([...path, "priorityClass"], unknown("class", priorityClass, classes), source)]),
    ...(workload.nodes ?? []).flatMap((node, at) =>
      nodes.includes(node) ? [] : [problemAt([...path, "nodes", at], unknown("node", node, nodes), source)],
    ),
  ];
}

function unknown(what: string, name: string, known: readonly string[]): string {
  return `there is no ${what} ${name}${didYouMean(name, known)}`;
}
