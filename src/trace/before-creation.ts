/** When one pod of a workload did what, in milliseconds; undefined where that did not happen in the trace. */
export interface PodTimes {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number | undefined;
  readonly readyAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly goneAt: number | undefined;
}

/** One thing that a controller waited for before it made a pod, and until when. */
export interface Delay {
  readonly kind: "stop" | "wait" | "back-off";
  /** `stop`, `wait for db-0`, `back-off` */
  readonly name: string;
  readonly until: number;
}

/** More of them one after another are told together. */
const mostNamed = 2;

/**
 * What stood between `from` and a pod's creation. `stop`: a pod before it had to be gone, which is so only where one
 * was gone by then; the rest is the controller's own doing. An ordered StatefulSet makes no pod while one of a lower
 * ordinal is not Ready (pkg/controller/statefulset/stateful_set_control.go, monotonic); a Job waits after each failure,
 * and an eviction is one (pkg/controller/job/backoff_utils.go). `siblings` are the pods of its workload, itself included.
 */
export function delaysBefore(
  workload: string,
  siblings: readonly PodTimes[],
  pod: PodTimes,
  from: number,
): Delay[] {
  const { createdAt } = pod;
  if (createdAt === undefined || createdAt <= from) return [];
  const kind = workload.split("/")[1];
  const isSet = kind === "StatefulSet";
  const before = siblings.filter(({ id, name }) => id !== pod.id && (!isSet || name === pod.name));
  const gone = before.flatMap(({ finishedAt, goneAt }) => {
    // A Job's pod stays as an object until it has been counted: its back-off runs from its end.
    const ended = kind === "Job" ? (finishedAt ?? goneAt) : goneAt;
    return ended !== undefined && ended <= createdAt ? [ended] : [];
  });
  const stop = Math.max(from, ...gone);
  const stopped: Delay[] = stop > from ? [{ kind: "stop", name: "stop", until: stop }] : [];
  if (kind === "Job") return [...stopped, { kind: "back-off", name: "back-off", until: createdAt }];
  if (!isSet) return [...stopped, { kind: "wait", name: "wait", until: createdAt }];
  return [...stopped, ...waitsInOrder(siblings, pod, stop, createdAt)];
}

/** The pods of lower ordinals that became Ready meanwhile, each of which let the next one be made. */
function waitsInOrder(siblings: readonly PodTimes[], pod: PodTimes, from: number, to: number): Delay[] {
  const lower = siblings
    .flatMap(({ name, readyAt }) =>
      ordinalOf(name) < ordinalOf(pod.name) && readyAt !== undefined && readyAt > from && readyAt <= to
        ? [{ name, readyAt }]
        : [],
    )
    .sort((a, b) => a.readyAt - b.readyAt);
  if (lower.length === 0) return [{ kind: "wait", name: "wait", until: to }];
  if (lower.length > mostNamed)
    return [{ kind: "wait", name: `wait for ${lower[0]!.name} to ${lower.at(-1)!.name}`, until: to }];
  return lower.map(({ name, readyAt }, index) => ({
    kind: "wait",
    name: `wait for ${name}`,
    until: index === lower.length - 1 ? to : readyAt,
  }));
}

function ordinalOf(name: string): number {
  const text = name.slice(name.lastIndexOf("-") + 1);
  return /^\d+$/.test(text) ? Number(text) : -1;
}
