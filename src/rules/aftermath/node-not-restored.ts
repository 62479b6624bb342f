import { isNodeReady, type Node } from "../../model/node.ts";
import { listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import type { FindingDraft } from "../rule.ts";
import { type AftermathRule, missing, pairs } from "./aftermath.ts";

/** Nodes that a maintenance has not given back as it took them: gone, NotReady, cordoned, relabelled, tainted. */
export const nodeNotRestored: AftermathRule = {
  id: "node-not-restored",
  severity: "error",
  title: "A node is not again as it was before",
  compare: ({ before, after }) => {
    const gone = missing(before.objects.Node, after.objects.Node, nameOf).map((node): FindingDraft => ({
      subject: node.name,
      weight: 300,
      message: "is gone: the cluster had it before, and has it no more",
      details: [
        "A node that was replaced has another name: then this is as it should be, and can be accepted.",
      ],
    }));
    const changed = pairs(before.objects.Node, after.objects.Node, nameOf).flatMap(([was, is]) =>
      differences(was, is),
    );
    return [...gone, ...changed];
  },
};

const nameOf = ({ name }: Node) => name;

function differences(was: Node, is: Node): FindingDraft[] {
  const drafts: FindingDraft[] = [];
  const subject = is.name;
  if (isNodeReady(was) && !isNodeReady(is))
    drafts.push({
      subject,
      weight: 290,
      message: "is NotReady; it was Ready before",
      details: [`kubectl describe node ${shellWord(subject)}`],
    });
  if (!was.unschedulable && is.unschedulable)
    drafts.push({
      subject,
      weight: 280,
      message: "is still cordoned: nothing new is scheduled there",
      details: [`kubectl uncordon ${shellWord(subject)}`],
    });
  const labels = labelChanges(was, is);
  if (labels.length > 0)
    drafts.push({
      subject,
      severity: "warning",
      weight: 120,
      message: `has other labels than before: ${listed(labels, 6)}`,
      details: ["Pods that select a node by them may find none, or another one."],
    });
  const taints = taintChanges(was, is);
  if (taints.length > 0)
    drafts.push({
      subject,
      severity: "warning",
      weight: 130,
      message: `has other taints than before: ${listed(taints, 6)}`,
    });
  return drafts;
}

/** Labels that a change of version or machine type writes anew by itself. */
const ownLabels = /^(kubernetes\.io\/(os|arch)|beta\.kubernetes\.io\/|node\.openshift\.io\/os_id)/;

function labelChanges({ labels: was }: Node, { labels: is }: Node): string[] {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  return keys
    .filter((key) => was[key] !== is[key] && !ownLabels.test(key))
    .map((key) => {
      if (!Object.hasOwn(is, key)) return `${key}=${was[key]} is missing`;
      return Object.hasOwn(was, key) ? `${key}=${is[key]} was ${was[key]}` : `${key}=${is[key]} is new`;
    });
}

/** Taints that the control plane adds and takes away by itself are told of by what they stand for. */
const ownTaints = /^node\.kubernetes\.io\//;

function taintChanges(was: Node, is: Node): string[] {
  const textsOf = ({ taints }: Node) =>
    taints
      .filter(({ key }) => !ownTaints.test(key))
      .map(({ key, value, effect }) => `${key}${value === "" ? "" : `=${value}`}:${effect}`);
  const [before, after] = [new Set(textsOf(was)), new Set(textsOf(is))];
  return [
    ...[...after].filter((taint) => !before.has(taint)).map((taint) => `${taint} is new`),
    ...[...before].filter((taint) => !after.has(taint)).map((taint) => `${taint} is missing`),
  ];
}
