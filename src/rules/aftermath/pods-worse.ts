import { keyOf } from "../../model/meta.ts";
import { isFinished, isReady, type Pod, podCondition } from "../../model/pod.ts";
import { counted, listed } from "../../lib/counted.ts";
import { byWorkload, subjectOf } from "../pod-groups.ts";
import type { FindingDraft } from "../rule.ts";
import type { Aftermath, AftermathRule } from "./aftermath.ts";

/** Pods that are Pending, crash or restart, of workloads of which none did before; and bare pods that are gone. */
export const podsWorse: AftermathRule = {
  id: "pods-worse",
  severity: "error",
  title: "Pods are in a trouble that they were not in before",
  compare: (aftermath) => [...pending(aftermath), ...restarting(aftermath), ...gone(aftermath)],
};

function pending({ before, after, beforeIndex, afterIndex }: Aftermath): FindingDraft[] {
  const isPending = ({ nodeName, status, deletion }: Pod) =>
    nodeName === "" && status.phase === "Pending" && !deletion;
  const old = new Set(before.objects.Pod.filter(isPending).map((pod) => subjectOf(beforeIndex, pod)));
  return byWorkload(afterIndex, after.objects.Pod.filter(isPending))
    .filter(({ subject }) => !old.has(subject))
    .map(({ subject, pods }) => ({
      subject,
      weight: 250 + pods.length,
      message: `${counted(pods.length, "pod")} Pending without a node; none was before`,
      details: [podCondition(pods[0]!, "PodScheduled")?.message ?? ""].filter((text) => text !== ""),
    }));
}

const restartsOf = ({ status }: Pod) =>
  status.containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0);

/** The pods of a workload that have restarted since: those that were there before only count what was added. */
function restarting({ before, after, afterIndex }: Aftermath): FindingDraft[] {
  const old = new Map(before.objects.Pod.map((pod) => [pod.uid, restartsOf(pod)]));
  const since = (pod: Pod) => restartsOf(pod) - (old.get(pod.uid) ?? 0);
  const restarted = after.objects.Pod.filter((pod) => !isFinished(pod) && since(pod) > 0);
  return byWorkload(afterIndex, restarted).map(({ subject, pods }) => {
    const times = pods.reduce((sum, pod) => sum + since(pod), 0);
    const unready = pods.filter((pod) => !isReady(pod));
    return {
      subject,
      ...(unready.length === 0 ? { severity: "warning" as const } : {}),
      weight: 150 + unready.length,
      message: `${counted(pods.length, "pod")} restarted ${counted(times, "time")} since${unready.length > 0 ? `, ${unready.length} not Ready now` : ""}`,
      details: [`${listed(pods.map(keyOf))}.`],
    };
  });
}

/** Pods without a controller that are gone: nothing makes them again. */
function gone({ before, after, beforeIndex }: Aftermath): FindingDraft[] {
  const names = new Set(after.objects.Pod.map(keyOf));
  return before.objects.Pod.filter(
    (pod) => !isFinished(pod) && beforeIndex.workloadOf(pod) === "" && !names.has(keyOf(pod)),
  ).map((pod) => ({
    subject: keyOf(pod),
    weight: 200,
    message: "is gone, and no controller makes it again",
  }));
}
