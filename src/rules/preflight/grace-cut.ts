import { keyOf } from "../../model/meta.ts";
import { drainCommand } from "../kubectl-commands.ts";
import { departures } from "../drained-pods.ts";
import { counted, listed, verb } from "../phrases.ts";
import { byWorkload, nodesOf } from "../pod-groups.ts";
import { definePreflightRule } from "../rule.ts";

/**
 * A --grace-period shorter than what a pod asks for: it is killed before it has finished what it does on SIGTERM.
 * Source: facts/drain.json, flags.gracePeriodSemantics.
 */
export const graceCut = definePreflightRule({
  id: "grace-cut",
  severity: "warning",
  title: "kubectl's --grace-period cuts a pod's own short",
  check: (preflight) => {
    const leaving = departures(preflight);
    const optionsOf = new Map(leaving.map(({ pod, options }) => [pod, options]));
    const cut = leaving.filter(
      ({ pod, options }) =>
        options.gracePeriod >= 0 && options.gracePeriod < pod.spec.terminationGracePeriodSeconds,
    );
    return byWorkload(
      preflight.index,
      cut.map(({ pod }) => pod),
    ).map(({ subject, pods }) => {
      const options = optionsOf.get(pods[0]!)!;
      const own = Math.max(...pods.map(({ spec }) => spec.terminationGracePeriodSeconds));
      const given = options.gracePeriod;
      return {
        subject,
        weight: 100 + Math.min(90, own),
        message: `${counted(pods.length, "pod")} ${verb(pods.length, "gets", "get")} ${given} s to end instead of ${own} s: killed ${own - given} s early`,
        details: [
          `${listed(pods.map(keyOf))}.`,
          ...(given === 0 ? ["0 deletes at once: its kubelet has not confirmed that it ended."] : []),
        ],
        suggestions: [
          {
            commands: [drainCommand(nodesOf(pods), { ...options, gracePeriod: -1 })],
            edit: { kind: "drain" as const, options: { gracePeriod: -1 } },
            cost: "Each pod then has as long as it asks for.",
            harm: 0,
          },
        ],
        data: { workload: subject, pods: pods.map(keyOf), ownSeconds: own, givenSeconds: given },
      };
    });
  },
});
