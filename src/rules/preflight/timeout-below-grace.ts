import { goDuration, humanDuration } from "../../lib/duration.ts";
import { keyOf } from "../../model/meta.ts";
import { isByKubectl } from "../by-kubectl.ts";
import { drainCommand } from "../kubectl-commands.ts";
import { type Departure, departures } from "../drained-pods.ts";
import { groupBy } from "../../lib/order.ts";
import { counted, listed } from "../../lib/counted.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

/** How much longer than the longest grace period a suggested time-out is: for refusals and the way of the requests. */
const marginMillis = 60_000;

/**
 * A --timeout that is not longer than the grace period of a pod that the drain waits for: if that pod takes its time,
 * kubectl gives up although nothing is wrong. Source: kubernetes/kubectl pkg/drain/drain.go (waitForDelete).
 */
export const timeoutBelowGrace = definePreflightRule({
  id: "timeout-below-grace",
  severity: "warning",
  title: "kubectl's --timeout is not longer than a pod's grace period",
  check: (preflight) => {
    if (!isByKubectl(preflight)) return [];
    const late = departures(preflight).filter(
      (each) => each.options.timeout > 0 && graceMillis(each) >= each.options.timeout,
    );
    return [...groupBy(late, ({ node }) => node)].map(([node, members]) => finding(node, members));
  },
});

/** The grace period that a pod gets: --grace-period where it is given, else its own. */
function graceMillis({ pod, options }: Departure): number {
  const seconds = options.gracePeriod >= 0 ? options.gracePeriod : pod.spec.terminationGracePeriodSeconds;
  return seconds * 1_000;
}

function finding(node: string, members: readonly Departure[]): FindingDraft {
  const worst = members.reduce((most, each) => (graceMillis(each) > graceMillis(most) ? each : most));
  const grace = graceMillis(worst);
  const { timeout } = worst.options;
  const better = grace + marginMillis;
  return {
    subject: node,
    weight: 205,
    message: `--timeout=${goDuration(timeout)}, and ${keyOf(worst.pod)} may take ${humanDuration(grace)} to end: kubectl gives up first`,
    details: [
      `${counted(members.length, "pod")} may take that long or longer: ${listed(members.map(({ pod }) => keyOf(pod)))}.`,
      `A pod that is evicted ends all the same; only kubectl stops waiting, and leaves ${node} cordoned.`,
    ],
    suggestions: [
      {
        commands: [drainCommand([node], { ...worst.options, timeout: better })],
        edit: { kind: "drain", options: { timeout: better } },
        cost: "The drain may take that much longer.",
        harm: 0,
      },
    ],
    data: {
      node,
      timeoutSeconds: timeout / 1_000,
      graceSeconds: grace / 1_000,
      pods: members.map(({ pod }) => keyOf(pod)),
    },
  };
}
