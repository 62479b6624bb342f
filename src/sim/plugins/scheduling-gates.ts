import type { PodSpec } from "../../model/pod.ts";
import { status, type Status } from "./plugin.ts";

const name = "SchedulingGates";

/** Keeps a pod with scheduling gates out of the queue. Source: schedulinggates/scheduling_gates.go, PreEnqueue. */
export const schedulingGates = {
  name,
  preEnqueue({ schedulingGates: gates }: PodSpec): Status | undefined {
    if (gates.length === 0) return undefined;
    return status(name, "UnschedulableAndUnresolvable", `waiting for scheduling gates: [${gates.join(" ")}]`);
  },
};
