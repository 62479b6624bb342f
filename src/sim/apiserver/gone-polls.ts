import { isFinished } from "../../model/pod.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import type { ActionOf } from "./reply.ts";
import { answer } from "./requests.ts";

/** Clients that look again and again whether a pod is gone. */

interface GonePoll {
  /** Its command. */
  readonly id: string;
  readonly orFinished: boolean;
  readonly persists: boolean;
  readonly since: number;
  readonly pollMillis: number;
}

/** By the pod's UID. */
const polls = perSim(() => new Map<string, readonly GonePoll[]>());

export const gonePollsRoom: Room = {
  name: "gone-polls",
  on: {
    "pod.gone": (sim, { pod }, number) => answerGone(sim, pod, () => true, number),
    "pod.finished": (sim, { pod }, number) => answerGone(sim, pod, ({ orFinished }) => orFinished, number),
  },
};

/** Starts looking; the answer comes with the first look that finds the pod gone, or another one under its name. */
export function awaitGone(
  sim: Sim,
  id: string,
  { pod, pollMillis, orFinished = false, persists }: ActionOf<"awaitPodGone">,
  cause: number,
): void {
  const current = sim.state.podNamed(pod.namespace, pod.name);
  if (!current || current.uid !== pod.uid || (orFinished && isFinished(current)))
    return answer(sim, id, { kind: "done", changed: true }, cause);
  const entry = { id, since: sim.now, pollMillis, orFinished, persists: persists === true };
  polls(sim).set(pod.uid, [...(polls(sim).get(pod.uid) ?? []), entry]);
}

/** Those that wait for this find out at their next look. */
function answerGone(sim: Sim, uid: string, isOver: (poll: GonePoll) => boolean, cause: number): void {
  const waits = polls(sim).get(uid);
  if (!waits) return;
  for (const poll of waits.filter(isOver))
    sim.after(untilNextLook(sim, poll), "client.observe", poll.id, cause, {
      priority: priority.client,
      data: { kind: "done", changed: true },
    });
  keep(
    sim,
    uid,
    waits.filter((poll) => !isOver(poll)),
  );
}

function untilNextLook({ now }: Sim, { since, pollMillis }: GonePoll): number {
  return Math.ceil((now - since) / pollMillis) * pollMillis - (now - since);
}

function keep(sim: Sim, uid: string, left: readonly GonePoll[]): void {
  if (left.length > 0) polls(sim).set(uid, left);
  else polls(sim).delete(uid);
}

/** When each command that ends with a look that nobody answers looks next, in milliseconds from now. */
export function nextLooks(sim: Sim): readonly { readonly id: string; readonly inMillis: number }[] {
  return [...polls(sim).values()].flatMap((waits) =>
    waits
      .filter(({ persists }) => !persists)
      .map((poll) => ({ id: poll.id, inMillis: untilNextLook(sim, poll) })),
  );
}

/** Whether a command still waits. */
export function isLooking(sim: Sim, id: string): boolean {
  return [...polls(sim).values()].some((waits) => waits.some((poll) => poll.id === id));
}

/** A command looks no more. */
export function stopLooking(sim: Sim, id: string): void {
  for (const [uid, waits] of polls(sim))
    if (waits.some((poll) => poll.id === id))
      return keep(
        sim,
        uid,
        waits.filter((poll) => poll.id !== id),
      );
}
