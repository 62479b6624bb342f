import { humanDuration } from "../../lib/duration.ts";
import type { EventOf } from "../../trace/event.ts";
import { stepBehind } from "../../trace/why.ts";
import { counted, listed } from "../../lib/counted.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * etcd is restored from a backup: what was written since is gone. Which objects of the input that is, is told; what is
 * not in the input (Secrets, events, leases, custom resources) is lost as well. Source: kubernetes.io, Operating etcd
 * clusters, "Restoring an etcd cluster".
 */
export const restoreLosesWrites = defineOutcomeRule({
  id: "restore-loses-writes",
  severity: "warning",
  title: "etcd is restored, and what was written since its backup is lost",
  check: (outcome) =>
    outcome.trace.events.flatMap((event, number) =>
      event.kind === "etcd.restored" ? [finding(outcome, event, number)] : [],
    ),
});

function finding(outcome: Outcome, event: EventOf<"etcd.restored">, number: number): FindingDraft {
  const { trace } = outcome;
  const changes = trace.events.filter(({ cause }) => cause === number);
  const gone = changes.flatMap((each) => (each.kind === "pod.gone" ? [each.pod] : []));
  const again = changes.filter(({ kind }) => kind === "pod.created").length;
  const objects = changes.flatMap((each) =>
    each.kind === "object.created" || each.kind === "object.patched" || each.kind === "object.deleted"
      ? [each.object]
      : [],
  );
  const nodes = new Set(
    changes.flatMap((each) =>
      each.kind.startsWith("node.") && "node" in each && typeof each.node === "string" ? [each.node] : [],
    ),
  );
  const step = stepBehind(trace, number)?.event;
  const started = trace.events.findLast((each, at) => at < number && each.kind === "etcd.restoring");
  const lost = (started?.time ?? event.time) - event.takenAt;
  return {
    subject: event.backup,
    at: event.time,
    events: [number],
    weight: 390,
    message: `the backup of ${humanDuration(event.takenAt)} is restored: ${humanDuration(lost)} of writes are lost`,
    details: [
      `${counted(gone.length, "pod")} made since ${gone.length === 1 ? "is" : "are"} unknown to the API and ended by ${gone.length === 1 ? "its kubelet" : "their kubelets"}; ${counted(again, "pod")} that went since ${again === 1 ? "starts" : "start"} again.`,
      ...(objects.length > 0
        ? [`${counted(objects.length, "other object")} as before: ${listed([...new Set(objects)], 5)}.`]
        : []),
      ...(nodes.size > 0 ? [`${listed([...nodes], 5)}: cordons, taints and labels as before.`] : []),
      "What the input does not show is lost as well: Secrets, ConfigMaps, leases, custom resources.",
      ...(step?.kind === "step.started" ? [`Because of: ${step.what}.`] : []),
    ],
    data: {
      backup: event.backup,
      takenAtSeconds: event.takenAt / 1_000,
      lostSeconds: lost / 1_000,
      podsGone: gone.length,
      podsAgain: again,
      objects: [...new Set(objects)],
      nodes: [...nodes],
    },
  };
}
