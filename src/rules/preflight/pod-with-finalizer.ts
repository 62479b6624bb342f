import { jobFacts } from "../../facts/job.ts";
import { groupBy } from "../../lib/order.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import { isByKubectl } from "../by-kubectl.ts";
import { departures } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { verb } from "../phrases.ts";
import { subjectOf } from "../pod-groups.ts";
import { definePreflightRule } from "../rule.ts";

/**
 * Finalizers that are taken off without anybody's help: the Job controller's, and the garbage collector's.
 * Source: pkg/controller/job; apimachinery metav1 (FinalizerDeleteDependents, FinalizerOrphanDependents).
 */
const fine: ReadonlySet<string> = new Set([jobFacts.trackingFinalizer, "foregroundDeletion", "orphan"]);

/** Pods that stay Terminating until somebody takes a finalizer off them: kubectl waits that long. */
export const podWithFinalizer = definePreflightRule({
  id: "pod-with-finalizer",
  severity: "warning",
  title: "A finalizer keeps an evicted pod from going away",
  check: (preflight) => {
    const { index } = preflight;
    const held = departures(preflight)
      .map(({ pod }) => pod)
      .filter((pod) => foreign(pod).length > 0);
    const groups = groupBy(held, (pod) => `${subjectOf(index, pod)} ${foreign(pod).join(" ")}`);
    return [...groups.values()].map((pods) => {
      const finalizers = foreign(pods[0]!);
      return {
        subject: subjectOf(index, pods[0]!),
        weight: 220 + pods.length,
        message: `${counted(pods.length, "pod")} ${verb(pods.length, "stays", "stay")} Terminating until finalizer ${listed(finalizers)} is taken off: ${isByKubectl(preflight) ? "kubectl" : "the drain"} waits for it`,
        details: [
          `${listed(pods.map(keyOf))}.`,
          "Whoever put it there takes it off; that is not modelled, so in the rehearsal nobody does.",
        ],
        suggestions: [
          {
            commands: pods.map(
              ({ namespace, name }) =>
                `kubectl -n ${shellWord(namespace)} get pod ${shellWord(name)} -o jsonpath='{.metadata.finalizers}'`,
            ),
            edit: { kind: "none" as const },
            cost: "Find out who owns the finalizer; taking it off by hand skips what it is there for.",
            harm: 0,
          },
        ],
        data: { workload: subjectOf(index, pods[0]!), pods: pods.map(keyOf), finalizers },
      };
    });
  },
});

function foreign({ finalizers }: Pod): readonly string[] {
  return finalizers.filter((finalizer) => !fine.has(finalizer));
}
