import { departingTaints } from "../../facts/node-agents.ts";
import { labelValue } from "../../model/meta.ts";
import type { Node } from "../../model/node.ts";
import { formatTaint, type Taint } from "../../model/taint.ts";
import { isOwnLabel, type NodePool, nodePools, usualValue } from "../node-pools.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

/** One way in which nodes of a pool are to be alike. Versions of Kubernetes have rules of their own. */
const features: readonly { readonly what: string; readonly of: (node: Node) => string }[] = [
  { what: "container runtime", of: ({ info }) => info.containerRuntimeVersion },
  { what: "kernel", of: ({ info }) => info.kernelVersion },
  { what: "OS image", of: ({ info }) => info.osImage },
  {
    what: "architecture",
    of: ({ info, labels }) => info.architecture || (labelValue(labels, "kubernetes.io/arch") ?? ""),
  },
];

/**
 * Nodes that differ from most of their pool in runtime, kernel, system or architecture, in taints, or by a label that all
 * others have: pods that were tried on one are not sure to run on the other. One finding a difference.
 */
export const nodeUnlikePool = definePreflightRule({
  id: "node-unlike-pool",
  severity: "info",
  title: "A node is unlike the others of its pool",
  check: ({ cluster, scope }) =>
    scope === "plan"
      ? []
      : nodePools(cluster).flatMap((pool) => [
          ...features.flatMap(({ what, of }) => oddFeature(pool, what, of)),
          ...oddTaints(pool),
          ...lostLabels(pool),
        ]),
});

function oddFeature(pool: NodePool, what: string, of: (node: Node) => string): FindingDraft[] {
  const usual = usualValue(pool.nodes, of);
  if (usual === undefined) return [];
  const odd = pool.nodes.filter((node) => of(node) !== "" && of(node) !== usual);
  if (odd.length === 0) return [];
  const values = [...new Set(odd.map(of))];
  return [
    {
      subject: subjectOf(odd),
      weight: 40,
      message: `${what} ${listed(values)}, where most of ${pool.name} have ${usual}`,
      details: odd.length > 1 ? [`${listed(odd.map(nameOf))}.`] : [],
      data: { pool: pool.name, what, usual, nodes: odd.map(nameOf) },
    },
  ];
}

/** Taints that a few of the pool have, or lack: not those of a cordon, of a node's own state, or of one about to go. */
function oddTaints(pool: NodePool): FindingDraft[] {
  const all = new Set(pool.nodes.flatMap(({ taints }) => taints.filter(isLasting).map(formatTaint)));
  return [...all].flatMap((taint): FindingDraft[] => {
    const has = (node: Node) => node.taints.some((each) => formatTaint(each) === taint);
    const usual = usualValue(pool.nodes, (node) => (has(node) ? "with" : "without"));
    const odd = pool.nodes.filter((node) => usual !== undefined && has(node) !== (usual === "with"));
    if (odd.length === 0) return [];
    const which = usual === "with" ? "lacks" : "has";
    return [
      {
        subject: subjectOf(odd),
        weight: 45,
        message: `${verb(odd.length, which, which === "has" ? "have" : "lack")} the taint ${taint}, which most of ${pool.name} ${which === "has" ? "do not have" : "have"}`,
        details: odd.length > 1 ? [`${listed(odd.map(nameOf))}.`] : [],
        data: { pool: pool.name, what: "taint", taint, nodes: odd.map(nameOf) },
      },
    ];
  });
}

function isLasting({ key }: Taint): boolean {
  return !key.startsWith("node.kubernetes.io/") && !departingTaints.includes(key);
}

/** Labels that all others of a pool of four or more have; zones have a rule of their own, and roles are given to single nodes. */
function lostLabels(pool: NodePool): FindingDraft[] {
  if (pool.nodes.length < 4) return [];
  const keys = new Set(pool.nodes.flatMap(({ labels }) => Object.keys(labels)));
  const lost = [...keys].filter(
    (key) =>
      !isOwnLabel(key) &&
      !/topology\.kubernetes\.io|failure-domain\.beta|node-role\.kubernetes\.io/.test(key) &&
      pool.nodes.filter(({ labels }) => !Object.hasOwn(labels, key)).length === 1,
  );
  const odd = pool.nodes.filter((node) => lost.some((key) => !Object.hasOwn(node.labels, key)));
  return odd.map((node) => {
    const own = lost.filter((key) => !Object.hasOwn(node.labels, key));
    return {
      subject: node.name,
      weight: 50,
      message: `lacks ${verb(own.length, "the label", "the labels")} ${listed(own)}, which all others of ${pool.name} have`,
      details: [
        "Selectors, affinities and spread that go by it pass this node by. A Node object that was made anew has only what its kubelet sets.",
      ],
      data: { pool: pool.name, what: "label", labels: own, nodes: [node.name] },
    };
  });
}

function subjectOf(nodes: readonly Node[]): string {
  return nodes.length === 1 ? nodes[0]!.name : counted(nodes.length, "node");
}

function nameOf({ name }: Node): string {
  return name;
}
