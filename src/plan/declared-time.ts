import type { Duration } from "./assumptions.ts";
import type { GateCondition, Plan, Step } from "./plan.ts";

/**
 * How long a step takes at least by what the plan says of it, in milliseconds: durations as written (of two percentiles the
 * 99th), waits, soaks and assumptions. What nobody has written down, such as how long a drain takes, counts for nothing.
 */
export function declaredMillis(step: Step, plan: Plan): number {
  const { upgrade, join } = plan.assumptions;
  switch (step.kind) {
    case "wait":
    case "hook":
    case "reboot":
    case "deleteNode":
      return longest(step.duration);
    case "joinNode":
      return longest(step.duration ?? join);
    case "upgradeControlPlane":
      return longest(step.duration ?? upgrade?.controlPlane);
    case "upgradeKubelet":
      return longest(step.duration ?? upgrade?.kubelet);
    case "upgradeAddon":
      return longest(step.duration ?? upgrade?.addon);
    case "upgradeManagedControlPlane":
      return longest(step.duration ?? upgrade?.managedControlPlane);
    case "renewCertificates":
      return longest(step.duration ?? upgrade?.certificates);
    case "backupEtcd":
      return longest(step.duration ?? upgrade?.etcdBackup);
    case "restoreEtcd":
      return longest(step.duration ?? upgrade?.etcdRestore);
    case "approve":
      return longest(step.assume);
    case "gate":
      return step.for + Math.max(0, ...step.until.map(assumedMillis));
    case "sequence":
      return declaredTotal(step.steps, plan);
    case "parallel":
      return Math.max(0, ...step.steps.map((each) => declaredMillis(each, plan)));
    default:
      return 0;
  }
}

/** The same of steps one after another. */
export function declaredTotal(steps: readonly Step[], plan: Plan): number {
  return steps.reduce((sum, step) => sum + declaredMillis(step, plan), 0);
}

function assumedMillis(condition: GateCondition): number {
  return "assume" in condition ? longest(condition.assume) : 0;
}

/** `never` is bounded by a time-out, if by anything: it says nothing of how long. */
function longest(duration: Duration | undefined): number {
  if (!duration || duration.kind === "never") return 0;
  return duration.kind === "fixed" ? duration.millis : (duration.table.at(-1)?.[1] ?? 0);
}
