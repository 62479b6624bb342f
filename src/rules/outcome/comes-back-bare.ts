import { isKubeletLabel } from "../../facts/kubelet-labels.ts";
import type { Node } from "../../model/node.ts";
import { formatTaint } from "../../model/taint.ts";
import type { EventOf } from "../../trace/event.ts";
import { listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * A node that is deleted while its machine stays: its kubelet registers it again when it starts anew, without the labels and
 * taints that somebody had put on it, and open to pods. Source: pkg/kubelet/kubelet_node_status.go (a kubelet registers
 * once, when it starts); kubernetes/kubernetes issue 71398.
 */
export const comesBackBare = defineOutcomeRule({
  id: "comes-back-bare",
  severity: "warning",
  title: "A deleted node comes back without its labels and taints",
  check: (outcome) =>
    outcome.trace.events.flatMap((event, number) =>
      event.kind === "node.removed" ? judge(outcome, event, number) : [],
    ),
});

function judge(outcome: Outcome, { node, time }: EventOf<"node.removed">, number: number): FindingDraft[] {
  const before = outcome.index.node(node);
  if (!before) return [];
  const after = outcome.trace.events.slice(number);
  // A machine that goes with its node, and a new one under the old name, are another matter.
  const isGone = after.some(
    (event) =>
      (event.kind === "node.down" && event.node === node && event.reason === "deleted") ||
      (event.kind === "node.joining" && event.node === node),
  );
  if (isGone) return [];
  const back = after.findIndex((event) => event.kind === "node.added" && event.node === node);
  const added = after[back];
  const again = added?.kind === "node.added" ? added.object : undefined;
  const lost = whatIsLost(before, again);
  const what = listed([...lost.labels, ...lost.taints.map((taint) => `taint ${taint}`)]);
  return [
    {
      subject: node,
      at: added?.time ?? time,
      events: [back < 0 ? number : number + back],
      weight: 330,
      message: again
        ? `registered again by its kubelet without ${what}: open to pods that these kept away`
        : `its kubelet runs on without a Node object: when it restarts it registers again, without ${what}`,
      details: [
        "A kubelet brings the labels that it sets itself or is given by flag (--node-labels), and a cloud's controller those of its zone; all else was on the object.",
        ...(before.unschedulable ? ["It was cordoned, and is not any more."] : []),
      ],
      suggestions: again
        ? restore(node, before, lost)
        : [
            {
              commands: ["sudo systemctl disable --now kubelet"],
              edit: { kind: "none" },
              cost: `On ${node}, if it is not to come back; or kubeadm reset.`,
              harm: 0,
            },
          ],
      data: { node, isBack: again !== undefined, ...lost },
    },
  ];
}

interface Lost {
  /** `pool=main` */
  readonly labels: readonly string[];
  readonly taints: readonly string[];
}

/** What was on the object before, and is not on the new one; without a new one: what no kubelet sets. */
function whatIsLost(before: Node, again: Node | undefined): Lost {
  const keeps = (key: string) => (again ? Object.hasOwn(again.labels, key) : isKubeletLabel(key));
  return {
    labels: Object.entries(before.labels)
      .filter(([key]) => !keeps(key))
      .map(([key, value]) => `${key}=${value}`),
    taints: before.taints.filter(({ key }) => !key.startsWith("node.kubernetes.io/")).map(formatTaint),
  };
}

function restore(node: string, { unschedulable }: Node, { labels, taints }: Lost) {
  const name = shellWord(node);
  const commands = [
    ...(labels.length > 0 ? [`kubectl label node ${name} ${labels.map(shellWord).join(" ")}`] : []),
    ...(taints.length > 0 ? [`kubectl taint nodes ${name} ${taints.map(shellWord).join(" ")}`] : []),
    ...(unschedulable ? [`kubectl cordon ${name}`] : []),
  ];
  if (commands.length === 0) return [];
  return [
    {
      commands,
      edit: { kind: "none" as const },
      cost: `Puts ${verb(labels.length + taints.length, "it", "them")} back; pods that came meanwhile stay where they are.`,
      harm: 0,
    },
  ];
}
