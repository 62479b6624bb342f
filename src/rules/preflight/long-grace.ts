import { humanDuration } from "../../lib/duration.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import { isByKubectl } from "../by-kubectl.ts";
import { departures } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { byWorkload } from "../pod-groups.ts";
import { definePreflightRule } from "../rule.ts";

/** From here on a grace period is called long: Seatrial's own choice. */
const longSeconds = 600;

/** Pods that may take ten minutes or more to end: a drain waits for the slowest. */
export const longGrace = definePreflightRule({
  id: "long-grace",
  severity: "info",
  title: "A pod may take ten minutes or more to end",
  check: (preflight) => {
    // Others cap it, or take the machine away.
    if (!isByKubectl(preflight)) return [];
    const slow = departures(preflight).filter(
      ({ pod, options }) => options.gracePeriod < 0 && graceOf(pod) >= longSeconds,
    );
    return byWorkload(
      preflight.index,
      slow.map(({ pod }) => pod),
    ).map(({ subject, pods }) => {
      const longest = Math.max(...pods.map(graceOf));
      return {
        subject,
        weight: Math.min(99, 35 + longest / longSeconds),
        message: `terminationGracePeriodSeconds ${longest}: a drain may wait up to ${humanDuration(longest * 1_000)} for ${counted(pods.length, "pod")}`,
        details: [`${listed(pods.map(keyOf))}. How much of that is used, the cluster does not know.`],
        data: { workload: subject, pods: pods.map(keyOf), graceSeconds: longest },
      };
    });
  },
});

function graceOf({ spec }: Pod): number {
  return spec.terminationGracePeriodSeconds;
}
