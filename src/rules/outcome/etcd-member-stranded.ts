import { controlPlaneOf } from "../../model/control-plane.ts";
import { quorumOf } from "../../trace/control-plane.ts";
import type { EventOf } from "../../trace/event.ts";
import type { Trace } from "../../trace/trace.ts";
import { counted } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft } from "../rule.ts";

/**
 * A control-plane node that is deleted for good while its member of etcd is one still: it counts in every majority, and
 * never answers again. Sources: kubernetes.io, kubeadm reset (which removes it); etcd.io, Runtime reconfiguration,
 * "Remove a member". One finding a node.
 */
export const etcdMemberStranded = defineOutcomeRule({
  id: "etcd-member-stranded",
  severity: "warning",
  title: "A control-plane node is deleted, and its member of etcd is left behind",
  check: ({ trace }) => strandedIn(trace).map(finding),
});

interface Stranded {
  readonly event: EventOf<"node.down">;
  readonly number: number;
  /** How many members etcd has then, this one among them. */
  readonly members: number;
}

function strandedIn({ header, events }: Trace): readonly Stranded[] {
  const { nodes, components } = controlPlaneOf(header.cluster);
  const members = new Set(
    components.filter(({ name, node }) => name === "etcd" && nodes.includes(node)).map(({ node }) => node),
  );
  const found: Stranded[] = [];
  events.forEach((event, number) => {
    if (event.kind === "etcd.memberAdded") members.add(event.node);
    if (event.kind === "etcd.memberRemoved") members.delete(event.node);
    if (event.kind === "node.down" && event.reason === "deleted" && members.has(event.node))
      found.push({ event, number, members: members.size });
  });
  return found;
}

function finding({ event, number, members }: Stranded): FindingDraft {
  const { node, time } = event;
  const left = members - 1;
  const needed = quorumOf(members);
  return {
    subject: node,
    at: time,
    events: [number],
    weight: 380,
    message: `deleted, and still a member of etcd: ${left} of ${members} are left, and ${needed} ${verb(needed, "is", "are")} needed`,
    details: [
      left < needed
        ? "etcd has no majority without it, and takes no change of its members either: only a restore leads on."
        : `${left - needed === 0 ? "No other member" : `${counted(left - needed, "more member")} at the most`} may be away from now on.`,
      "Take it out before its machine ends: a step removeEtcdMember before deleteNode, kubeadm reset on the machine, or etcdctl member remove.",
    ],
    data: { node, members, left, needed },
  };
}
