import { masterRename } from "../facts/kubeadm.ts";
import { didYouMean } from "../lib/nearest.ts";
import type { Cluster } from "../model/cluster.ts";
import { labelValue } from "../model/meta.ts";
import type { Problem } from "../model/problem.ts";
import { formatSelector, type LabelSelector, matchesSelector } from "../model/selector.ts";
import { mayJoinAs, mayJoinWith } from "./joined-names.ts";
import { stepPlaces } from "./places.ts";
import type { NodeSelection, Plan, Step } from "./plan.ts";
import { problemAt, type Source } from "./source.ts";

/** Nodes that a plan names and the cluster does not have, names given twice, and selectors without a node. */
export function nodeProblems(plan: Plan, cluster: Cluster, source: Source): readonly Problem[] {
  const places = stepPlaces(plan);
  const changed = new Set(
    places.flatMap(({ step }) => {
      // kubeadm gives old control-plane nodes their new role label on the way.
      if (step.kind === "upgradeControlPlane") return [masterRename.instead];
      return step.kind === "label" ? Object.keys(step.labels) : [];
    }),
  );
  return places.flatMap(({ step, path }) => {
    const selection = selectionOf(step);
    if (selection?.kind === "names")
      return namesProblems(selection.names, { step, path: [...path, "nodes"], plan, cluster, source });
    if (selection?.kind !== "selector") return [];
    const { selector } = selection;
    // Which nodes have a label that the plan itself sets is only known when it runs.
    if (selector.some(({ key }) => changed.has(key))) return [];
    if (cluster.objects.Node.some(({ labels }) => matchesSelector(selector, labels))) return [];
    if (mayJoinWith(selector, plan)) return [];
    const message = `no node of ${cluster.name} has ${formatSelector(selector)}${nearestLabel(selector, cluster)}`;
    return [problemAt([...path, "selector"], message, source)];
  });
}

function selectionOf(step: Step): NodeSelection | undefined {
  if (step.kind === "rollout")
    return step.nodes ? { kind: "names", names: step.nodes } : { kind: "selector", selector: step.selector };
  return "nodes" in step ? step.nodes : undefined;
}

interface Naming {
  readonly step: Step;
  readonly path: readonly PropertyKey[];
  readonly plan: Plan;
  readonly cluster: Cluster;
  readonly source: Source;
}

function namesProblems(names: readonly string[], { step, path, plan, cluster, source }: Naming): Problem[] {
  const known = cluster.objects.Node.map(({ name }) => name);
  return names.flatMap((name, index) => {
    const at = [...path, index];
    if (names.indexOf(name) < index)
      return [problemAt(at, `node ${name} is named twice in one ${step.kind}`, source)];
    if (known.includes(name) || mayJoinAs(name, plan)) return [];
    return [problemAt(at, `${cluster.name} has no node ${name}${didYouMean(name, known)}`, source)];
  });
}

/** The first requirement that asks for a label or a value that no node has, with the nearest one that there is. */
function nearestLabel(selector: LabelSelector, cluster: Cluster): string {
  const nodes = cluster.objects.Node;
  for (const { key, operator, values } of selector) {
    if (operator === "NotIn" || operator === "DoesNotExist") continue;
    const present = nodes.map(({ labels }) => labelValue(labels, key)).filter((value) => value !== undefined);
    if (present.length === 0)
      return didYouMean(
        key,
        nodes.flatMap(({ labels }) => Object.keys(labels)),
      );
    if (operator === "In" && !values.some((value) => present.includes(value)))
      return didYouMean(values[0] ?? "", present);
  }
  return "";
}
