import { workloadIndex } from "../model/ownership.ts";
import { isReady } from "../model/pod.ts";
import type { PodId, Remover } from "../trace/event.ts";
import type { Trace } from "../trace/trace.ts";

/** What one pod went through in a trace; times in milliseconds, undefined where that did not happen in it. */
export interface PodLife {
  readonly id: PodId;
  readonly namespace: string;
  readonly name: string;
  /** `shop/Deployment/web`; empty for a pod without a controller. */
  readonly workload: string;
  /** Whether it was there before the start. */
  readonly isInitial: boolean;
  /** Where it is or was last bound; empty while it never was. */
  readonly node: string;
  readonly createdAt: number | undefined;
  readonly scheduledAt: number | undefined;
  /** From the moment its volumes could move until they were attached. */
  readonly volumeMillis: number;
  readonly attachedAt: number | undefined;
  readonly runningAt: number | undefined;
  /** When it last became Ready; 0 where it was at the start. */
  readonly readyAt: number | undefined;
  /** When it last stopped being Ready, by itself or with its machine. */
  readonly unreadyAt: number | undefined;
  /** When it was told to go, and by whom. */
  readonly leftAt: number | undefined;
  readonly leftBy: Remover | undefined;
  /** When its containers had ended; its object may stay until someone has counted it. */
  readonly finishedAt: number | undefined;
  readonly goneAt: number | undefined;
}

type Draft = { -readonly [K in keyof PodLife]: PodLife[K] };

const unborn = {
  createdAt: undefined,
  scheduledAt: undefined,
  volumeMillis: 0,
  attachedAt: undefined,
  runningAt: undefined,
  readyAt: undefined,
  unreadyAt: undefined,
  leftAt: undefined,
  leftBy: undefined,
  finishedAt: undefined,
  goneAt: undefined,
} as const;

/** The lives of all pods, those of the snapshot first, then in the order in which they were made. */
export function readLives(trace: Trace): ReadonlyMap<PodId, PodLife> {
  const workloadOf = workloadIndex(trace.header.cluster);
  const lives = new Map<PodId, Draft>();
  const onNode = new Map<string, Set<Draft>>();
  const place = (life: Draft, node: string): void => {
    life.node = node;
    const there = onNode.get(node);
    if (there) there.add(life);
    else onNode.set(node, new Set([life]));
  };
  for (const pod of trace.header.cluster.objects.Pod) {
    const { uid: id, namespace, name } = pod;
    const readyAt = isReady(pod) ? 0 : undefined;
    const life = {
      ...unborn,
      id,
      namespace,
      name,
      workload: workloadOf(pod),
      isInitial: true,
      node: "",
      readyAt,
    };
    lives.set(id, life);
    if (pod.nodeName !== "") place(life, pod.nodeName);
  }
  for (const event of trace.events) {
    if (event.kind === "pod.created") {
      const { pod: id, namespace, name, workload, time } = event;
      lives.set(id, {
        ...unborn,
        id,
        namespace,
        name,
        workload,
        isInitial: false,
        node: "",
        createdAt: time,
      });
    } else if (event.kind === "node.down") {
      // The API says so only later: to clients the pods are away from this moment on.
      for (const life of onNode.get(event.node) ?? []) if (life.goneAt === undefined) lose(life, event.time);
    } else if ("pod" in event) {
      const life = lives.get(event.pod);
      if (!life) continue;
      if (event.kind === "pod.scheduled") place(life, event.node);
      live(life, event);
    }
  }
  return lives;
}

function live(life: Draft, event: Trace["events"][number]): void {
  switch (event.kind) {
    case "pod.scheduled":
      life.scheduledAt = event.time;
      return;
    case "volume.attached":
      life.attachedAt = event.time;
      life.volumeMillis += event.millis;
      return;
    case "pod.running":
      life.runningAt = event.time;
      return;
    case "pod.ready":
      life.readyAt = event.time;
      return;
    case "pod.unready":
      lose(life, event.time);
      return;
    case "pod.finished":
      life.finishedAt ??= event.time;
      return;
    case "pod.terminating":
      life.leftAt ??= event.time;
      life.leftBy ??= event.by;
      return;
    case "pod.gone":
      life.leftAt ??= event.time;
      life.leftBy ??= event.by;
      life.goneAt = event.time;
      return;
    default:
      return;
  }
}

/** It stops being Ready; a machine that was down already took it away before the API learnt of it. */
function lose(life: Draft, time: number): void {
  const { readyAt, unreadyAt } = life;
  if (readyAt !== undefined && (unreadyAt === undefined || unreadyAt <= readyAt)) life.unreadyAt = time;
}
