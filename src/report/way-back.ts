import { humanDuration } from "../lib/duration.ts";
import { controlPlaneOf } from "../model/control-plane.ts";
import { compareVersions, minorOf, parseVersion, type Version } from "../model/version.ts";
import { stepPlaces } from "../plan/places.ts";
import type { EventOf } from "../trace/event.ts";
import type { Trace } from "../trace/trace.ts";

/** A point of an upgrade after which only a restore of etcd leads back to where it came from. */
export interface PointOfNoReturn {
  /** An API server that is newer than every one before it. */
  readonly event: EventOf<"component.upgraded">;
  /** The last backup of etcd before it; undefined: none was taken. */
  readonly backup: EventOf<"etcd.backedUp"> | undefined;
  /** When that backup began (milliseconds): it holds what there was then. */
  readonly takenAt: number;
}

/**
 * The first API server of each newer version, in order: from then on it may have written what an older one does not read,
 * and kubeadm goes to no older version. Sources: cmd/kubeadm/app/phases/upgrade/policy.go; etcd.io, Downgrading etcd.
 */
export function pointsOfNoReturn({ header, events }: Trace): readonly PointOfNoReturn[] {
  const servers = new Map<string, Version>();
  for (const { name, node, version } of controlPlaneOf(header.cluster).components)
    if (name === "kube-apiserver") servers.set(node, version);
  const points: PointOfNoReturn[] = [];
  let backup: EventOf<"etcd.backedUp"> | undefined;
  for (const event of events) {
    if (event.kind === "etcd.backedUp") backup = event;
    if (event.kind === "node.removed") servers.delete(event.node);
    if (event.kind !== "component.upgraded" || event.component !== "kube-apiserver") continue;
    const version = parseVersion(event.to);
    if (!version) continue;
    const isNewest = [...servers.values()].every((other) => compareVersions(other, version) < 0);
    // Where no pod shows a server its version before is the event's own word.
    const before = parseVersion(event.from);
    servers.set(event.node, version);
    if (!isNewest || (before && compareVersions(before, version) >= 0)) continue;
    points.push({ event, backup, takenAt: backup ? (events[backup.cause]?.time ?? 0) : 0 });
  }
  return points;
}

/** From when on, because of what, and to what, a sentence for each version; none where no API server gets another one. */
export function wayBack(trace: Trace): readonly string[] {
  const kinds = new Set(stepPlaces(trace.header.plan).map(({ step }) => step.kind));
  if (kinds.has("upgradeManagedControlPlane"))
    return [
      "A provider takes no control plane back to an older minor: what a version breaks has to be mended forward.",
    ];
  const [first, ...later] = pointsOfNoReturn(trace);
  if (!first) return [];
  const { event, backup, takenAt } = first;
  const why = kinds.has("upgradeControlPlane")
    ? "kubeadm takes no older one"
    : "an older one may not read what it writes";
  const until = `Way back: until ${humanDuration(event.time)}, when ${event.component} on ${event.node} is ${event.to}; ${why}.`;
  return [
    backup
      ? `${until} Then only ${backup.backup}: what was written after ${humanDuration(takenAt)} is lost.`
      : `${until} Then none: etcd was not backed up.`,
    ...later.map(laterSentence),
  ];
}

function laterSentence({ event, backup, takenAt }: PointOfNoReturn): string {
  const version = parseVersion(event.to);
  const since = `From ${humanDuration(event.time)} (${event.node} is ${version ? minorOf(version) : event.to})`;
  return backup
    ? `${since} only ${backup.backup}, of ${humanDuration(takenAt)}.`
    : `${since} none: etcd was not backed up.`;
}
