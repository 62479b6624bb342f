import { labelValue } from "../src/model/meta.ts";
import type { Pod } from "../src/model/pod.ts";
import type { Timings } from "../src/sim/nodes/timings.ts";

/**
 * How long things take with the lab's kubelets: as pods say in annotations, in whole seconds, reckoned from a time in
 * the object that is cut to the second. So each delay ends on a whole second of a trace that begins on one.
 */
export function labTimings(annotation: (what: LabDelay) => string): Timings {
  const seconds = (pod: Pod, what: LabDelay) => labelValue(pod.annotations, annotation(what));
  const after = (now: number, count: number) =>
    Math.max(now, Math.floor(now / 1_000) * 1_000 + count * 1_000);
  return {
    volumesMoved: (_pod, now) => now,
    running: (pod, now) => after(now, Number(seconds(pod, "start") ?? 0)),
    ready: (pod, now) => {
      const delay = seconds(pod, "ready");
      return delay === "never" ? undefined : after(now, Number(delay ?? 0));
    },
    finished: (pod, now) => {
      const isJob = pod.owners.some(({ kind }) => kind === "Job");
      return isJob ? after(now, Number(seconds(pod, "run") ?? 0)) : undefined;
    },
    stopped: (pod, now, grace) => after(now, Math.min(grace, Number(seconds(pod, "stop") ?? grace))),
    upgrading: () => 0,
    joining: () => 0,
    startsEmpty: () => undefined,
    used: () => [],
  };
}

/** From its place until it runs, from then until it is Ready, from its deletion until it has ended, a Job's work. */
export type LabDelay = "start" | "ready" | "run" | "stop";
