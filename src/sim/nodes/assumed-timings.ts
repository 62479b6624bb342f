import { assumptionDefaults as defaults } from "../../facts/assumption-defaults.ts";
import { humanDuration } from "../../lib/duration.ts";
import { median } from "../../lib/statistics.ts";
import type { Cluster } from "../../model/cluster.ts";
import { componentOfPod } from "../../model/components.ts";
import { longImageName } from "../../lib/image.ts";
import type { NodeImage } from "../../model/node.ts";
import { podCondition, type Pod } from "../../model/pod.ts";
import { allContainers } from "../../model/pod-resources.ts";
import { workloadIndex } from "../../model/ownership.ts";
import { formatBytes } from "../../model/quantity.ts";
import { type Assumptions, type Duration, fixed, type WorkloadAssumption } from "../../plan/assumptions.ts";
import type { AssumptionUse } from "../../trace/trace.ts";
import type { Chooser } from "../engine/choice.ts";
import { drawDuration } from "./durations.ts";
import type { Timings } from "./timings.ts";
import { upgradeTiming } from "./upgrade-timings.ts";

/**
 * How long pods take: as the plan says; else as the snapshot's own pods took; else a documented default. What was
 * used is kept, for the report.
 */
export function createTimings(cluster: Cluster, assumptions: Assumptions, chooser: Chooser): Timings {
  const workloadOf = workloadIndex(cluster);
  const measured = measureStarts(cluster, workloadOf);
  const images = imageSizes(cluster);
  const pulls = new Map<string, PullQueue>();
  const uses = new Map<string, AssumptionUse>();

  const note = (use: AssumptionUse): number => {
    const key = `${use.what} ${use.subject}`;
    const known = uses.get(key);
    if (!known || known.millis < use.millis) uses.set(key, use);
    return use.millis;
  };
  const said = (pod: Pod): WorkloadAssumption => ({
    ...assumptions.default,
    ...assumptions.workloads[workloadOf(pod)],
  });
  const draw = (pod: Pod, what: string, duration: Duration): number | undefined => {
    const millis = drawDuration({ chooser }, duration, `${what} ${pod.uid}`);
    return millis === undefined
      ? undefined
      : note({ what, subject: workloadOf(pod), millis, origin: "plan", detail: "assumptions" });
  };

  return {
    running(pod, now) {
      const duration = said(pod).start;
      if (duration) {
        const millis = draw(pod, "start", duration);
        return millis === undefined ? undefined : now + millis;
      }
      return now + pullMillis(pod, now) + startOf(pod).running;
    },
    ready(pod, now) {
      const { ready, start } = said(pod);
      if (ready) {
        const millis = draw(pod, "ready", ready);
        return millis === undefined ? undefined : now + millis;
      }
      return start ? now : now + startOf(pod).ready;
    },
    volumesMoved(pod, now) {
      const { volumeMove } = assumptions;
      const subject = workloadOf(pod);
      if (volumeMove) return now + (draw(pod, "volume", volumeMove) ?? defaults.volumeMoveMillis);
      const millis = defaults.volumeMoveMillis;
      return now + note({ what: "volume", subject, millis, origin: "default", detail: "default" });
    },
    finished(pod, now) {
      const { run } = said(pod);
      const millis = run && draw(pod, "run", run);
      return millis === undefined ? undefined : now + millis;
    },
    stopped(pod, now, graceSeconds) {
      const grace = graceSeconds * 1_000;
      const { termination } = said(pod);
      const subject = workloadOf(pod);
      const lameduck =
        componentOfPod(pod)[0]?.name === "CoreDNS"
          ? cluster.configuration?.coreDNS?.lameduckMillis
          : undefined;
      if (!termination && lameduck !== undefined) {
        const millis = Math.min(grace, lameduck);
        return now + note({ what: "stop", subject, millis, origin: "config", detail: "lameduck of coredns" });
      }
      if (!termination) {
        note({ what: "stop", subject, millis: grace, origin: "spec", detail: "whole grace period" });
        return now + grace;
      }
      return now + Math.min(grace, draw(pod, "stop", termination) ?? grace);
    },
    upgrading: upgradeTiming(assumptions, chooser, note),
    joining(node, own) {
      const duration = own ?? assumptions.join;
      const millis = drawDuration({ chooser }, duration ?? fixed(defaults.joinMillis), `join ${node}`);
      if (millis === undefined) return undefined;
      const origin = duration ? "plan" : "default";
      const detail = own ? "duration" : duration ? "assumptions" : "default";
      return note({ what: "join", subject: "", millis, origin, detail });
    },
    startsEmpty: (node) => void pulls.set(node, { freeAt: 0, endsAt: new Map() }),
    used: () => [...uses.values()],
  };

  /** How long this pod needs to run and then to be Ready. */
  function startOf(pod: Pod): { readonly running: number; readonly ready: number } {
    const subject = workloadOf(pod);
    const found = measured.get(subject);
    if (found) {
      const count = `${found.pods} pod${found.pods === 1 ? "" : "s"}`;
      note({ what: "start", subject, millis: found.total, origin: "measured", detail: `median of ${count}` });
      return { running: found.running, ready: found.total - found.running };
    }
    const probeMillis = Math.max(
      0,
      ...pod.spec.containers.map(({ readinessProbe }) => (readinessProbe?.initialDelaySeconds ?? 0) * 1_000),
    );
    const millis = defaults.startMillis + probeMillis;
    const detail = probeMillis > 0 ? "default + initialDelaySeconds" : "default";
    note({ what: "start", subject, millis, origin: "default", detail });
    return { running: Math.min(1_000, millis), ready: millis - Math.min(1_000, millis) };
  }

  /** Images that the node does not have and whose size another node tells; they are pulled one after another. */
  function pullMillis(pod: Pod, now: number): number {
    const queue = pulls.get(pod.nodeName);
    if (queue) return queuedPull(pod, queue, now);
    const present = images.byNode.get(pod.nodeName);
    if (!present) return 0;
    const missing = new Set(
      allContainers(pod.spec)
        .map(({ image }) => longImageName(image))
        .filter((image) => !present.has(image) && images.sizes.has(image)),
    );
    return pulled(pod, missing);
  }

  /** On a new machine: its kubelet pulls one image after another, each once. Source: serializeImagePulls. */
  function queuedPull(pod: Pod, queue: PullQueue, now: number): number {
    const needed = new Set(
      allContainers(pod.spec)
        .map(({ image }) => longImageName(image))
        .filter((image) => images.sizes.has(image)),
    );
    const missing = new Set([...needed].filter((image) => !queue.endsAt.has(image)));
    if (missing.size > 0) {
      queue.freeAt = Math.max(now, queue.freeAt) + pulled(pod, missing);
      for (const image of missing) queue.endsAt.set(image, queue.freeAt);
    }
    return Math.max(0, ...[...needed].map((image) => queue.endsAt.get(image)! - now));
  }

  /** How long these images take. */
  function pulled(pod: Pod, missing: ReadonlySet<string>): number {
    let bytes = 0;
    for (const image of missing) bytes += images.sizes.get(image)!;
    if (bytes === 0) return 0;
    const rate = assumptions.pullBytesPerSecond ?? defaults.pullBytesPerSecond;
    const millis = Math.round((bytes / rate) * 1_000);
    const origin = assumptions.pullBytesPerSecond === undefined ? "default" : "plan";
    const detail = `${formatBytes(bytes)} not on ${pod.nodeName}, ${humanDuration(millis)} at ${Math.round(rate / 1e6)} MB/s`;
    return note({ what: "pull", subject: workloadOf(pod), millis, origin, detail });
  }
}

/** The images of a machine that had none. */
interface PullQueue {
  /** When its last pull ends. */
  freeAt: number;
  /** By image; it is there from then on. */
  readonly endsAt: Map<string, number>;
}

interface MeasuredStart {
  readonly running: number;
  readonly total: number;
  readonly pods: number;
}

/**
 * By workload: the median time from startTime to Ready of its pods that never restarted; a transition to Ready
 * long after the start is a flap and does not count.
 */
function measureStarts(
  cluster: Cluster,
  workloadOf: (pod: Pod) => string,
): ReadonlyMap<string, MeasuredStart> {
  const samples = new Map<string, { total: number; running: number }[]>();
  for (const pod of cluster.objects.Pod) {
    const { startedAt, containerStatuses } = pod.status;
    const ready = podCondition(pod, "Ready");
    if (startedAt === undefined || ready?.status !== "True" || ready.since === undefined) continue;
    const total = ready.since - startedAt;
    if (total < 0 || total > defaults.longestStartMillis) continue;
    if (containerStatuses.some(({ restartCount }) => restartCount > 0)) continue;
    const starts = containerStatuses.map((status) => status.startedAt).filter((at) => at !== undefined);
    const running = starts.length === 0 ? 0 : Math.min(total, Math.max(0, Math.max(...starts) - startedAt));
    const key = workloadOf(pod);
    const list = samples.get(key);
    if (list) list.push({ total, running });
    else samples.set(key, [{ total, running }]);
  }
  const measured = new Map<string, MeasuredStart>();
  // Pods that were made here took no time to start.
  if (cluster.isGenerated) return measured;
  for (const [key, list] of samples) {
    if (key === "") continue;
    const total = median(list.map((sample) => sample.total))!;
    const running = Math.min(total, median(list.map((sample) => sample.running))!);
    measured.set(key, { running, total, pods: list.length });
  }
  return measured;
}

/** Which images each node reports, and how large they are. Nodes report their 50 largest images only. */
function imageSizes(cluster: Cluster): {
  readonly byNode: ReadonlyMap<string, ReadonlySet<string>>;
  readonly sizes: ReadonlyMap<string, number>;
} {
  const sizes = new Map<string, number>();
  const byNode = new Map<string, ReadonlySet<string>>();
  for (const node of cluster.objects.Node) {
    const names = new Set<string>();
    for (const image of node.images)
      for (const name of namesOf(image)) {
        names.add(name);
        sizes.set(name, image.sizeBytes);
      }
    if (names.size > 0 && node.images.length < 50) byNode.set(node.name, names);
  }
  return { byNode, sizes };
}

function namesOf(image: NodeImage): readonly string[] {
  return image.names.map(longImageName);
}
