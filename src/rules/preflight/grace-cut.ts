import { groupBy } from "../../lib/order.ts";
import { keyOf } from "../../model/meta.ts";
import { isByKubectl } from "../by-kubectl.ts";
import { type Departure, departures } from "../drained-pods.ts";
import { drainCommand } from "../kubectl-commands.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

/**
 * A --grace-period shorter than what a pod asks for: it is killed before it has finished what it does on SIGTERM.
 * Source: facts/drain.json, flags.gracePeriodSemantics. One finding a node.
 */
export const graceCut = definePreflightRule({
  id: "grace-cut",
  severity: "warning",
  title: "kubectl's --grace-period cuts a pod's own short",
  check: (preflight) => {
    if (!isByKubectl(preflight)) return [];
    const cut = departures(preflight).filter(
      ({ pod, options }) => options.gracePeriod >= 0 && options.gracePeriod < ownSeconds({ pod }),
    );
    return [...groupBy(cut, ({ node }) => node)].map(([node, members]) => finding(node, members));
  },
});

function ownSeconds({ pod }: Pick<Departure, "pod">): number {
  return pod.spec.terminationGracePeriodSeconds;
}

function finding(node: string, members: readonly Departure[]): FindingDraft {
  const sorted = [...members].sort((a, b) => ownSeconds(b) - ownSeconds(a));
  const longest = sorted[0]!;
  const { options } = longest;
  const given = options.gracePeriod;
  const own = ownSeconds(longest);
  const most = sorted.length === 1 ? `${own} s` : `up to ${own} s`;
  return {
    subject: node,
    weight: 100 + Math.min(90, own),
    message: `--grace-period=${given} gives ${counted(sorted.length, "pod")} ${given} s to end, and ${verb(sorted.length, "it asks", "they ask")} for ${most}: killed if not done by then`,
    details: [
      `${listed(sorted.map((each) => `${keyOf(each.pod)} (${ownSeconds(each)} s)`))}.`,
      ...(given === 0 ? ["0 deletes at once: no kubelet has confirmed that the pod ended."] : []),
    ],
    suggestions: [
      {
        commands: [drainCommand([node], { ...options, gracePeriod: -1 })],
        edit: { kind: "drain" as const, options: { gracePeriod: -1 } },
        cost: "Each pod then has as long as it asks for.",
        harm: 0,
      },
    ],
    data: { node, pods: sorted.map(({ pod }) => keyOf(pod)), ownSeconds: own, givenSeconds: given },
  };
}
