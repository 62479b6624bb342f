import { didYouMean } from "../lib/nearest.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Problem } from "../model/problem.ts";
import { type StepPlace, stepPlaces } from "./places.ts";
import type { Joining, Plan } from "./plan.ts";
import { problemAt, type Source } from "./source.ts";

/** New nodes that a plan cannot make: their pattern is not there, or nobody's, or their name is taken. */
export function joinProblems(plan: Plan, cluster: Cluster, source: Source): readonly Problem[] {
  const { nodeTemplates = {} } = plan;
  const templates = Object.entries(nodeTemplates).flatMap(([name, { like }]) =>
    like === undefined
      ? []
      : patternProblems(like, ["spec", "nodeTemplates", name, "like"], cluster, source, []),
  );
  return [
    ...templates,
    ...stepPlaces(plan).flatMap((place) =>
      place.step.kind === "joinNode" ? stepProblems(place.step, place, plan, cluster, source) : [],
    ),
  ];
}

function stepProblems(
  step: Joining,
  { path, hasTurn }: StepPlace,
  { nodeTemplates = {} }: Plan,
  cluster: Cluster,
  source: Source,
): Problem[] {
  const { fromTemplate, node, count } = step;
  const problems: Problem[] = [];
  const template =
    fromTemplate !== undefined && Object.hasOwn(nodeTemplates, fromTemplate)
      ? nodeTemplates[fromTemplate]
      : undefined;
  if (fromTemplate !== undefined && !template)
    problems.push(
      ...patternProblems(
        fromTemplate,
        [...path, "fromTemplate"],
        cluster,
        source,
        Object.keys(nodeTemplates),
      ),
    );
  if (!hasTurn && (fromTemplate === undefined || (template && template.like === undefined)))
    problems.push(
      problemAt(
        path,
        "like which node? no node has its turn here, so joinNode needs a pattern",
        source,
        "fromTemplate: NODE, or a template of spec.nodeTemplates with like: NODE",
      ),
    );
  if (node !== undefined && count === 1 && cluster.objects.Node.some(({ name }) => name === node))
    problems.push(problemAt([...path, "node"], `${cluster.name} has a node ${node} already`, source));
  if (node !== undefined && count === 1 && hasTurn)
    problems.push(
      problemAt(
        [...path, "node"],
        `every node of the rollout would have a new one called ${node}`,
        source,
        byItself,
      ),
    );
  return problems;
}

const byItself = "Leave it out: the new ones are called by their template, or by the node they replace.";

function patternProblems(
  name: string,
  path: readonly PropertyKey[],
  cluster: Cluster,
  source: Source,
  templates: readonly string[],
): Problem[] {
  const found = cluster.objects.Node.find((node) => node.name === name);
  if (found) return [];
  const known = [...templates, ...cluster.objects.Node.map((node) => node.name)];
  const what = templates.length > 0 ? "neither a template nor a node" : "no node";
  return [problemAt(path, `${cluster.name} has ${what} ${name}${didYouMean(name, known)}`, source)];
}
