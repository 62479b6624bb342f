import type { LabelSelector } from "../model/selector.ts";
import { formatVersion, type Version } from "../model/version.ts";
import { fixed } from "../plan/assumptions.ts";
import type { NodeTemplate } from "../plan/node-template.ts";
import { drainDefaults, type Drainer, type Step } from "../plan/plan.ts";
import type { Strategy } from "../plan/strategy.ts";

/** The parts of a plan that replaces workers by new nodes in place of upgrading them where they are. */

/** A new machine may take so long to be of use before somebody has to look. */
const joinTimeout = 1_800_000;

/** Tells the new nodes of a blue-green pass from the old ones. */
export const generationLabel = "seatrial/generation";

const itself = { kind: "current" } as const;

/** The turn of a node: another one comes, its pods go, it goes. `drain` is the plan's own. */
export function replacementSteps(suffix: string, template: string, drain: Step): Step[] {
  return [
    {
      kind: "joinNode",
      name: `join-${suffix}`,
      fromTemplate: template,
      count: 1,
      failureRate: 0,
      timeout: joinTimeout,
    },
    drain,
    { kind: "deleteNode", name: `delete-${suffix}`, nodes: itself, duration: fixed(0) },
  ];
}

/** A new node is like the one whose turn it is, with this version; a second pool is told by a label. */
export function replacementTemplate(name: string, version: Version, { kind }: Strategy): NodeTemplate {
  const labels = kind === "blueGreen" ? { [generationLabel]: name } : {};
  return { version: formatVersion(version), labels, startupTaints: [] };
}

/**
 * What undoes a blue-green rollout while its old nodes are there: they open again, and the new ones are emptied and deleted.
 * A person does so, with kubectl. The selector is of old and new ones; `template` is the new ones'.
 */
export function wayBack(
  { selector, nodes }: { readonly selector: LabelSelector; readonly nodes?: readonly string[] },
  template: string,
  planDrainer: Drainer,
): Step[] {
  const generation = (operator: "In" | "NotIn") => ({ key: generationLabel, operator, values: [template] });
  const added = { kind: "selector", selector: [generation("In")] } as const;
  const options = { ...drainDefaults, ignoreDaemonSets: true, deleteEmptyDirData: true, timeout: 3_600_000 };
  return [
    {
      kind: "uncordon",
      name: "open-old-workers",
      nodes: nodes
        ? { kind: "names", names: nodes }
        : { kind: "selector", selector: [...selector, generation("NotIn")] },
    },
    {
      kind: "drain",
      name: "empty-new-workers",
      nodes: added,
      ...(planDrainer === "kubectl" ? {} : { drainer: "kubectl" }),
      options,
      onFailure: { kind: "continue" },
    },
    { kind: "deleteNode", name: "delete-new-workers", nodes: added, duration: fixed(0) },
  ];
}
