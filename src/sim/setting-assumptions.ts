import type { ControlPlaneSettings, Setting } from "../model/control-plane-settings.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { AssumptionUse } from "../trace/trace.ts";

/** Which settings of the control plane mattered in a rehearsal: each once, where what it is about happened. */
export function settingAssumptions(
  settings: ControlPlaneSettings,
  graceMillis: number,
  log: readonly TraceEvent[],
): AssumptionUse[] {
  const uses = new Map<string, AssumptionUse>();
  const note = (what: string, subject: string, setting: Setting, millis: number = setting.value) => {
    const { origin, detail } = setting;
    if (!uses.has(`${what} ${subject}`))
      uses.set(`${what} ${subject}`, { what, subject, millis, origin, detail });
  };
  // Pods of the snapshot carry the tolerations that they got when they were made.
  const made = new Set<string>();
  for (const event of log) {
    if (event.kind === "pod.created") made.add(event.pod);
    if (event.kind === "node.ready" && event.status === "Unknown") {
      // Somebody who replays a recording says this one.
      const isSet = graceMillis === settings.nodeMonitorGrace.value;
      if (isSet) note("node-monitor-grace-period", "", settings.nodeMonitorGrace);
    } else if (event.kind === "leader.lost") {
      note("leader-elect-lease-duration", event.component, settings.leaders[event.component].lease);
    } else if (event.kind === "pod.terminating" && event.by === "taint" && made.has(event.pod)) {
      const { unreachableSeconds } = settings;
      note(
        "default-unreachable-toleration-seconds",
        "",
        unreachableSeconds,
        unreachableSeconds.value * 1_000,
      );
    }
  }
  return [...uses.values()];
}
