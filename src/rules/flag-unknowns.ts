import { controlPlaneFlags, type FlaggedProgram } from "../facts/control-plane-flags.ts";
import type { Cluster } from "../model/cluster.ts";
import { humanDuration } from "../lib/duration.ts";
import { flaggedInstances } from "../model/flags.ts";
import { defaultConfiguration } from "../model/scheduler-profile.ts";
import { placedSteps } from "../plan/selection.ts";
import { listed } from "../lib/counted.ts";
import type { Preflight } from "./rule.ts";

/** What the control plane's own command lines tell and a rehearsal does not go by. */
export function flagUnknowns(preflight: Preflight): readonly string[] {
  const { cluster, scheduler } = preflight;
  return [
    ...(scheduler === defaultConfiguration ? schedulerConfig(cluster) : []),
    ...featureGates(cluster),
    ...differences(cluster),
    ...gracefulShutdown(preflight),
  ];
}

/** A kubelet that ends its pods before its machine goes down. Source: KEP-2000, facts/timing.json. */
function gracefulShutdown({ cluster, plan }: Preflight): string[] {
  const millis = cluster.configuration?.kubelet?.shutdownGracePeriod;
  const reboots = placedSteps(cluster, plan).some(
    ({ step }) => step.kind === "reboot" || (step.kind === "hook" && step.effect === "reboot"),
  );
  if (millis === undefined || !reboots) return [];
  return [
    `kubelet-config has shutdownGracePeriod ${humanDuration(millis)}: that a kubelet ends the pods left on a node before it reboots is not rehearsed`,
  ];
}

/** A scheduler that is configured by a file of its node, which no API object holds. */
function schedulerConfig(cluster: Cluster): string[] {
  const file = flaggedInstances(cluster)
    .filter(({ program }) => program === "kube-scheduler")
    .map(({ flags }) => flags["config"])
    .find((each) => each !== undefined);
  return file === undefined
    ? []
    : [`kube-scheduler runs with --config=${file}, which is not given: --scheduler-config FILE`];
}

function featureGates(cluster: Cluster): string[] {
  const gates = new Map<string, FlaggedProgram>();
  for (const { program, flags } of flaggedInstances(cluster))
    for (const gate of (flags["feature-gates"] ?? "").split(","))
      if (gate !== "" && !gates.has(gate)) gates.set(gate, program);
  if (gates.size === 0) return [];
  const names = [...gates].map(([gate, program]) => `${gate} (${program})`);
  return [`feature gates that are set and not rehearsed: ${listed(names, 6)}`];
}

/** Flags that not all instances of a component have alike: which counts depends on the leader. */
function differences(cluster: Cluster): string[] {
  const instances = flaggedInstances(cluster);
  return Object.entries(controlPlaneFlags).flatMap(([program, names]) => {
    const own = instances.filter((each) => each.program === program);
    return names.flatMap((name) => {
      const values = new Set(own.map(({ flags }) => flags[name] ?? "not set"));
      if (values.size < 2) return [];
      const each = own.map(({ node, flags }) => `${flags[name] ?? "not set"} on ${node}`);
      return [`--${name} of ${program} differs: ${listed(each, 3)}; the first that is set counts here`];
    });
  });
}
