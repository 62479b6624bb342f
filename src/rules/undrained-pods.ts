import { isMirror } from "../model/pod.ts";
import type { PodView } from "../trace/world.ts";
import type { Outcome } from "./rule.ts";

/** Whether a drain takes such a pod off its node: not those of DaemonSets, static pods, and what has finished. */
export function wouldMove({ index }: Outcome, pod: PodView): boolean {
  if (pod.phase === "Succeeded" || pod.phase === "Failed") return false;
  if (pod.workload.split("/")[1] === "DaemonSet") return false;
  const original = index.pod(pod.id);
  return original === undefined || !isMirror(original);
}
