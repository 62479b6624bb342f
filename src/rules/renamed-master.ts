import { masterRename } from "../facts/kubeadm.ts";
import { matchesNodeTerms } from "../model/affinity.ts";
import { isByKubeadm } from "../model/components.ts";
import { otherThanKubeadm } from "../model/platform.ts";
import { labelValue, type Labels } from "../model/meta.ts";
import { isControlPlane, type Node } from "../model/node.ts";
import { isMirror, type PodSpec } from "../model/pod.ts";
import { tolerates } from "../model/taint.ts";
import { byWorkload } from "./pod-groups.ts";
import { podSpecsOf } from "./pod-specs.ts";
import { counted, listed } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import type { FindingDraft, Preflight } from "./rule.ts";
import { atMinor, firstAt, minorData, minorsAhead, minorText, type UpgradeWay } from "./upgrade-way.ts";

/** What hangs on the label and taint that kubeadm takes from control-plane nodes. */
export function masterFindings(preflight: Preflight, way: UpgradeWay): FindingDraft[] {
  const minor = firstAt(way, masterRename.labelRemoved);
  if (minor === undefined) return [];
  const asking = askersOf(preflight);
  const open = openedNodes(preflight, way);
  if (minor === way.own) return [...unanswered(way, minor, asking), ...open];
  const losing = asking.filter(({ before, after }) => before > 0 && after === 0);
  return [
    // That kubeadm does this is known of its own clusters only; of others one finding says all.
    ...(isByKubeadm(preflight.cluster)
      ? [
          ...losing.map((asker) => losesNodes(way, minor, asker)),
          ...missingTolerations(preflight, way, minor),
        ]
      : []),
    ...lostLabel(preflight, way, minor, losing),
    ...open,
  ];
}

/** Control-plane nodes that only the old taint keeps free, from the minor on whose upgrade takes it away. */
function openedNodes({ cluster }: Preflight, way: UpgradeWay): FindingDraft[] {
  const { key, instead, labelRemoved, taintRemoved } = masterRename;
  const minor = minorsAhead(way).find((each) => each >= taintRemoved);
  // On the way through 1.24 kubeadm sets the new taint where the old one is.
  if (minor === undefined || way.own === undefined || way.own < labelRemoved || way.own >= taintRemoved)
    return [];
  if (!isByKubeadm(cluster)) return [];
  const nodes = cluster.objects.Node.filter(
    (node) =>
      isControlPlane(node) &&
      node.taints.some((taint) => taint.key === key) &&
      !node.taints.some((taint) => taint.key === instead),
  );
  if (nodes.length === 0) return [];
  return [
    {
      subject: `${key}:NoSchedule`,
      severity: "warning",
      weight: 305,
      message: `${listed(namesOf(nodes))} ${verb(nodes.length, "has", "have")} only the old taint, which kubeadm takes away with ${minorText(taintRemoved)}: then every pod may go there`,
      details: [
        `To keep ${verb(nodes.length, "it", "them")} free: kubectl taint nodes ${namesOf(nodes).join(" ")} ${instead}:NoSchedule`,
        `${masterRename.source}.`,
      ],
      data: { taint: key, nodes: namesOf(nodes), ...minorData(way, minor) },
    },
  ];
}

/** A workload that asks for nodes with the label, and how many it has: now, without it, and if all had it. */
interface Asker {
  readonly subject: string;
  readonly before: number;
  readonly after: number;
  /** Control-plane nodes that lack nothing but the label. */
  readonly without: number;
}

function askersOf(preflight: Preflight): readonly Asker[] {
  const { Node: nodes } = preflight.cluster.objects;
  return [...podSpecsOf(preflight)]
    .filter(([, spec]) => asksForLabel(spec))
    .map(([subject, spec]) => ({
      subject,
      before: nodes.filter(({ labels, name }) => selects(spec, labels, name)).length,
      after: nodes.filter(({ labels, name }) => selects(spec, withoutLabel(labels), name)).length,
      without: nodes.filter(
        (node) =>
          isControlPlane(node) && selects(spec, { ...node.labels, [masterRename.key]: "" }, node.name),
      ).length,
    }));
}

function losesNodes(way: UpgradeWay, minor: number, { subject, before }: Asker): FindingDraft {
  return {
    subject,
    weight: 450,
    message: `asks for nodes with the label ${masterRename.key}: ${counted(before, "node")} now, none once ${atMinor(way, minor)} has taken it away`,
    details: ["Running pods stay; the next one that is made has no node to go to.", ...eitherLabel],
    data: { label: masterRename.key, nodesBefore: before, nodesAfter: 0, ...minorData(way, minor) },
  };
}

/** What asks for the label where nobody sets it any more, and would have a node if somebody did. */
function unanswered(way: UpgradeWay, minor: number, asking: readonly Asker[]): FindingDraft[] {
  const workloads = asking
    .filter((each) => each.before === 0 && each.without > 0)
    .map((each) => each.subject);
  if (workloads.length === 0) return [];
  return [
    {
      subject: masterRename.key,
      severity: "warning",
      weight: 270,
      message: `${listed(workloads)} ${verb(workloads.length, "asks", "ask")} for nodes with this label, and no node has it: kubeadm takes it away from ${minorText(masterRename.labelRemoved)} on`,
      details: eitherLabel,
      data: { label: masterRename.key, workloads, ...minorData(way, minor) },
    },
  ];
}

const eitherLabel = [
  `A node selector is all or nothing: required node affinity with two terms, one for each of ${masterRename.key} and ${masterRename.instead} (Exists), works before and after.`,
  `${masterRename.source}.`,
];

function asksForLabel({ nodeSelector, affinity }: PodSpec): boolean {
  return (
    labelValue(nodeSelector, masterRename.key) !== undefined ||
    (affinity.requiredNodes ?? []).some(({ matchExpressions }) =>
      matchExpressions.some(
        ({ key, operator }) => key === masterRename.key && (operator === "Exists" || operator === "In"),
      ),
    )
  );
}

function selects({ nodeSelector, affinity }: PodSpec, labels: Labels, node: string): boolean {
  return (
    Object.keys(nodeSelector).every((key) => labelValue(labels, key) === nodeSelector[key]) &&
    (affinity.requiredNodes === undefined || matchesNodeTerms(affinity.requiredNodes, labels, node))
  );
}

function withoutLabel(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => key !== masterRename.key));
}

/** The label itself: custom resources select nodes too, and nobody can see that from here. */
function lostLabel(
  { cluster }: Preflight,
  way: UpgradeWay,
  minor: number,
  losing: readonly Asker[],
): FindingDraft[] {
  const labelled = cluster.objects.Node.filter((node) => Object.hasOwn(node.labels, masterRename.key));
  if (labelled.length === 0) return [];
  const isCertain = isByKubeadm(cluster);
  const other = otherThanKubeadm(cluster);
  const nodes = `${counted(labelled.length, "node")} (${listed(namesOf(labelled))})`;
  const minorWords = minorText(masterRename.labelRemoved);
  const workloads = losing.map(({ subject }) => subject);
  const asks =
    isCertain || workloads.length === 0
      ? ""
      : `${counted(workloads.length, "workload")} ${verb(workloads.length, "asks", "ask")} for it, and `;
  return [
    {
      subject: masterRename.key,
      severity: other ? "info" : "warning",
      weight: other ? 40 : 260,
      message: other
        ? `kubeadm takes this label from its nodes with ${minorWords}; whether ${other.title} does so from ${nodes} is not known here: ${asks}what else selects nodes by it cannot be seen`
        : `${isCertain ? "kubeadm takes" : "kubeadm, where it is what upgrades this cluster, takes"} this label from ${nodes} with ${minorWords}: ${asks}what else selects nodes by it cannot be seen`,
      details: [
        ...(asks === "" ? [] : [`Without it they have no node: ${listed(workloads, 8)}.`]),
        "Selectors in custom resources (a network's route reflectors, an operator's placement) and scripts are not read.",
        `To look for them: kubectl get $(kubectl api-resources --verbs=list -o name | paste -sd, -) -A -o yaml | grep -n ${masterRename.key}`,
        `The label that stays is ${masterRename.instead}. ${masterRename.source}.`,
      ],
      data: { label: masterRename.key, nodes: namesOf(labelled), workloads, ...minorData(way, minor) },
    },
  ];
}

/** Pods on control-plane nodes that tolerate the old taint and not the one that comes beside it. */
function missingTolerations({ cluster, index }: Preflight, way: UpgradeWay, minor: number): FindingDraft[] {
  const coming = { key: masterRename.instead, value: "", effect: "NoSchedule" } as const;
  const old = { ...coming, key: masterRename.key };
  const tainted = cluster.objects.Node.filter(
    (node) =>
      isControlPlane(node) &&
      node.taints.some(({ key }) => key === old.key) &&
      !node.taints.some(({ key }) => key === coming.key),
  );
  const pods = tainted
    .flatMap(({ name }) => index.podsOn(name))
    .filter((pod) => !isMirror(pod))
    .filter(({ spec }) => tolerates(spec.tolerations, old) && !tolerates(spec.tolerations, coming));
  if (pods.length === 0) return [];
  const workloads = byWorkload(index, pods).map(({ subject }) => subject);
  return [
    {
      subject: `${coming.key}:NoSchedule`,
      severity: "warning",
      weight: 300,
      message: `${listed(workloads)} ${verb(workloads.length, "tolerates", "tolerate")} ${old.key} and not the taint that comes with ${minorText(minor)}: no new pod of ${verb(workloads.length, "it", "them")} goes to ${listed(namesOf(tainted))}`,
      details: [
        `Tolerate both: kubeadm adds ${coming.key} with ${minorText(masterRename.labelRemoved)} and takes ${old.key} away with ${minorText(masterRename.taintRemoved)}.`,
        `${masterRename.source}.`,
      ],
      data: { taint: coming.key, workloads, nodes: namesOf(tainted), ...minorData(way, minor) },
    },
  ];
}

function namesOf(nodes: readonly Node[]): readonly string[] {
  return nodes.map(({ name }) => name);
}
