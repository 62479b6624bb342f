import { humanDuration } from "../../lib/duration.ts";
import { groupBy } from "../../lib/order.ts";
import { keyOf, parseRef } from "../../model/meta.ts";
import type { Duration } from "../../plan/assumptions.ts";
import type { Step } from "../../plan/plan.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { type Departure, departures } from "../drained-pods.ts";
import { patchCommand, statusCommands } from "../kubectl-commands.ts";
import { counted, listed } from "../../lib/counted.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Clients that hold connections longer than a pod has to stop: what is open when the grace period ends is cut. A preStop
 * hook runs inside the grace period and makes it no longer. Source: facts/timing.json, pods.deletionSequence;
 * kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle (pod termination). One finding a workload, only where the
 * plan says how long connections last.
 */
export const connectionsCut = definePreflightRule({
  id: "connections-cut",
  severity: "warning",
  title: "Clients hold connections longer than a pod has to stop",
  check: (preflight) => {
    const cut = departures(preflight).flatMap((departure) => {
      const held = heldMillis(preflight, departure);
      const given = graceSeconds(departure) * 1_000;
      return held > given ? [{ ...departure, held, given }] : [];
    });
    const byWorkload = groupBy(
      cut,
      ({ pod }) => preflight.index.workloadOf(pod) || `${pod.namespace}/Pod/${pod.name}`,
    );
    return [...byWorkload].map(([workload, members]) => finding(preflight, workload, members));
  },
});

interface Cut extends Departure {
  readonly held: number;
  readonly given: number;
}

/** How long its clients hold connections, at the longest; 0 where nobody says so. */
function heldMillis({ plan, index }: Preflight, { pod }: Departure): number {
  const { workloads, default: all } = plan.assumptions;
  const own = workloads[index.workloadOf(pod)]?.connections ?? all.connections;
  return own ? longest(own) : 0;
}

function longest(duration: Duration): number {
  switch (duration.kind) {
    case "fixed":
      return duration.millis;
    case "distribution":
      return duration.table.at(-1)?.[1] ?? 0;
    case "never":
      return Infinity;
  }
}

/** What a pod gets: the flag's seconds where it is given, else its own. */
function graceSeconds({ pod, options }: Departure): number {
  return options.gracePeriod >= 0 ? options.gracePeriod : pod.spec.terminationGracePeriodSeconds;
}

function finding(preflight: Preflight, workload: string, members: readonly Cut[]): FindingDraft {
  const worst = members.reduce((most, each) =>
    each.held - each.given > most.held - most.given ? each : most,
  );
  const { held, given, pod, options } = worst;
  const preStop = Math.max(0, ...pod.spec.containers.map((each) => each.preStop?.sleepSeconds ?? 0));
  const isFlag = options.gracePeriod >= 0;
  const source = isFlag ? `--grace-period=${options.gracePeriod}` : "grace period";
  const inside = preStop > 0 ? `, ${preStop} s of it preStop` : "";
  const missing = held === Infinity ? "" : `: ${humanDuration(held - given)} too short`;
  return {
    subject: subjectOf(workload),
    weight: 150 + Math.min(49, Math.round((held - given) / 60_000)),
    message: `clients hold connections for ${held === Infinity ? "ever" : humanDuration(held)} and ${counted(members.length, "pod")} ${members.length === 1 ? "has" : "have"} ${humanDuration(given)} to stop (${source}${inside})${missing}`,
    details: [
      `${listed(members.map((each) => `${keyOf(each.pod)} on ${each.node}`))}: what is open when that time is over is cut.`,
    ],
    suggestions: held === Infinity || isFlag ? [] : longerGrace(preflight, workload, held),
    data: {
      workload,
      pods: members.map((each) => keyOf(each.pod)),
      heldSeconds: held === Infinity ? "never" : held / 1_000,
      graceSeconds: given / 1_000,
      preStopSeconds: preStop,
    },
  };
}

function subjectOf(workload: string): string {
  const [namespace = "", , name = ""] = workload.split("/");
  return `${namespace}/${name}`;
}

/** A grace period as long as the connections: the workload rolls its pods over to it first. */
function longerGrace({ index }: Preflight, workload: string, held: number): Suggestion[] {
  const ref = parseRef(workload);
  if (!ref || (ref.kind !== "Deployment" && ref.kind !== "StatefulSet")) return [];
  if (!index.scalable(workload)) return [];
  const seconds = Math.ceil(held / 1_000);
  const set = { template: { spec: { terminationGracePeriodSeconds: seconds } } };
  const steps: readonly Step[] = [
    { kind: "patch", name: `grace-of-${ref.name}`, object: workload, set, revert: false },
    {
      kind: "gate",
      name: `${ref.name}-has-it`,
      until: [{ kind: "workloadReady", workload }],
      for: 0,
    },
  ];
  return [
    {
      commands: [
        patchCommand(ref.namespace, ref.kind.toLowerCase(), ref.name, set),
        ...statusCommands([workload]),
      ],
      edit: { kind: "before", steps },
      cost: `Its rolling update cuts connections of the old pods once, and each drain may wait up to ${humanDuration(seconds * 1_000)} for the new ones.`,
      harm: 2,
    },
  ];
}
