import type { ClusterObjects } from "../../src/model/cluster.ts";
import type { Node } from "../../src/model/node.ts";
import type { Pod } from "../../src/model/pod.ts";
import type { SchedulerConfiguration } from "../../src/model/scheduler-profile.ts";
import type { Chooser } from "../../src/sim/engine/choice.ts";
import { listersOf } from "./static-listers.ts";
import { Scheduler } from "../../src/sim/scheduler/scheduler.ts";
import { makeObjects } from "./builders.ts";

/** Always takes the first. What was asked stands in `asked`. */
export class FirstChooser implements Chooser {
  readonly asked: string[] = [];

  choose(label: string, n: number): number {
    this.asked.push(`${label} of ${n}`);
    return 0;
  }

  order(): number {
    return 0;
  }

  happens(): boolean {
    return false;
  }

  sample(): number {
    return 0;
  }
}

export interface SchedulerShape {
  readonly minor?: number;
  readonly nodes?: readonly Node[];
  readonly pods?: readonly Pod[];
  readonly objects?: Partial<ClusterObjects>;
  readonly configuration?: SchedulerConfiguration;
  readonly percentageOfNodesToScore?: number;
  readonly chooser?: Chooser;
}

/** A scheduler that knows these nodes and pods, and looks at all nodes unless told otherwise. */
export function makeScheduler(shape: SchedulerShape = {}): Scheduler {
  const { minor = 36, nodes = [], pods = [], objects = {}, configuration, percentageOfNodesToScore } = shape;
  const scheduler = new Scheduler({
    version: { major: 1, minor },
    listers: listersOf(makeObjects(objects)),
    chooser: shape.chooser ?? new FirstChooser(),
    percentageOfNodesToScore: percentageOfNodesToScore ?? 100,
    ...(configuration ? { configuration } : {}),
  });
  for (const node of nodes) scheduler.cache.addNode(node);
  for (const pod of pods) scheduler.cache.addPod(pod);
  return scheduler;
}
