import type { TraceEvent } from "./event.ts";
import type { Trace } from "./trace.ts";
import { World } from "./world.ts";

/** Between two keyframes, seeking folds at most this many events. */
const keyframeEvents = 20_000;

/** Goes to any moment of a trace, forwards and backwards, by folding events from the keyframe before it. */
export class Replay {
  readonly trace: Trace;
  readonly #keyframes: World[] = [];

  constructor(trace: Trace) {
    this.trace = trace;
    const world = World.initial(trace.header);
    trace.events.forEach((event, index) => {
      if (index % keyframeEvents === 0) this.#keyframes.push(world.clone());
      world.apply(event);
    });
    if (this.#keyframes.length === 0) this.#keyframes.push(world);
  }

  /** The world after the first `count` events. */
  after(count: number): World {
    const bounded = Math.max(0, Math.min(count, this.trace.events.length));
    const frame = Math.min(Math.floor(bounded / keyframeEvents), this.#keyframes.length - 1);
    const world = this.#keyframes[frame]!.clone();
    for (let index = frame * keyframeEvents; index < bounded; index++) world.apply(this.trace.events[index]!);
    return world;
  }

  /** How many events have happened at or before `time` (milliseconds). */
  countAt(time: number): number {
    const { events } = this.trace;
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (events[middle]!.time <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * A world that is moved to and fro along a trace, and knows which nodes changed on the way: to go on costs as much
 * as the events between, to go back as much as a jump.
 */
export class ReplayCursor {
  readonly #replay: Replay;
  #world: World;
  #count = 0;
  #jumps = 0;
  readonly #revisions = new Map<string, number>();

  constructor(replay: Replay) {
    this.#replay = replay;
    this.#world = replay.after(0);
  }

  /** How many events the world has seen. */
  get count(): number {
    return this.#count;
  }

  /** The world after the first `count` events. It is the cursor's own, and moves with it. */
  seek(count: number): World {
    const { events } = this.#replay.trace;
    const target = Math.max(0, Math.min(count, events.length));
    if (target < this.#count || target - this.#count > keyframeEvents) {
      this.#world = this.#replay.after(target);
      this.#count = target;
      this.#jumps++;
      this.#revisions.clear();
    }
    for (; this.#count < target; this.#count++) this.#apply(events[this.#count]!, this.#count);
    return this.#world;
  }

  /** Differs from what it was before if the node or a pod on it may have changed. A node that is called "" is no node. */
  revisionOf(node: string): string {
    return `${this.#jumps}.${this.#revisions.get(node) ?? -1}`;
  }

  #apply(event: TraceEvent, number: number): void {
    if ("pod" in event) this.#touch(this.#world.pods.get(event.pod)?.node, number);
    this.#world.apply(event);
    if ("pod" in event) this.#touch(this.#world.pods.get(event.pod)?.node, number);
    if ("node" in event) this.#touch(event.node, number);
  }

  #touch(node: string | undefined, number: number): void {
    if (node !== undefined) this.#revisions.set(node, number);
  }
}
