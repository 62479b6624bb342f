import { humanDuration } from "../lib/duration.ts";
import { stepPlaces } from "../plan/places.ts";
import type { EventOf } from "../trace/event.ts";
import type { Trace } from "../trace/trace.ts";

/** The point of an upgrade after which only a restore of etcd leads back. */
interface PointOfNoReturn {
  readonly event: EventOf<"component.upgraded">;
  /** The last backup of etcd before it; undefined: none was taken. */
  readonly backup: EventOf<"etcd.backedUp"> | undefined;
  /** When that backup began: it holds what there was then. */
  readonly takenAt: number;
}

/**
 * The first API server that runs a newer version: from then on it may have written what an older one does not read, and
 * kubeadm goes to no older version. Sources: cmd/kubeadm/app/phases/upgrade/policy.go; etcd.io, Downgrading etcd.
 */
function pointOfNoReturn({ events }: Trace): PointOfNoReturn | undefined {
  let backup: EventOf<"etcd.backedUp"> | undefined;
  for (const event of events) {
    if (event.kind === "etcd.backedUp") backup = event;
    if (event.kind !== "component.upgraded" || event.component !== "kube-apiserver") continue;
    const started = backup && events[backup.cause];
    return { event, backup, takenAt: started?.time ?? 0 };
  }
  return undefined;
}

/** From when on, because of what, and to what; undefined where no API server gets another version. */
export function wayBack(trace: Trace): string | undefined {
  if (stepPlaces(trace.header.plan).some(({ step }) => step.kind === "upgradeManagedControlPlane"))
    return "A provider takes no control plane back to an older minor: what a version breaks has to be mended forward.";
  const point = pointOfNoReturn(trace);
  if (!point) return undefined;
  const { event, backup, takenAt } = point;
  const until = `Way back: until ${humanDuration(event.time)}, when ${event.component} on ${event.node} is ${event.to}; kubeadm takes no older one.`;
  if (!backup) return `${until} Then none: etcd was not backed up.`;
  return `${until} Then only ${backup.backup}: what was written after ${humanDuration(takenAt)} is lost.`;
}
