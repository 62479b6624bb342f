import { schedulerBehaviour } from "../../src/facts/scheduler.ts";
import type { ClusterObjects } from "../../src/model/cluster.ts";
import type { Node } from "../../src/model/node.ts";
import type { Pod } from "../../src/model/pod.ts";
import { defaultPluginArgs, type PluginArgs } from "../../src/model/scheduler-profile.ts";
import type { Cycle, FilterPlugin, ScorePlugin, Status } from "../../src/sim/plugins/plugin.ts";
import { SchedulerCache } from "../../src/sim/scheduler/cache.ts";
import { listersOf } from "./static-listers.ts";
import { makeObjects } from "./builders.ts";

export interface BenchShape {
  /** 1.36 where it does not matter. */
  readonly minor?: number;
  readonly nodes?: readonly Node[];
  /** Pods on nodes. */
  readonly pods?: readonly Pod[];
  readonly objects?: Partial<ClusterObjects>;
  readonly args?: Partial<PluginArgs>;
}

/** A cluster in which single plugins can be asked. */
export class PluginBench {
  readonly cache: SchedulerCache;
  readonly #args: PluginArgs;

  constructor({ minor = 36, nodes = [], pods = [], objects = {}, args = {} }: BenchShape = {}) {
    const behaviour = schedulerBehaviour({ major: 1, minor });
    this.cache = new SchedulerCache(listersOf(makeObjects(objects)), behaviour);
    this.#args = { ...defaultPluginArgs, ...args };
    for (const node of nodes) this.cache.addNode(node);
    for (const pod of pods) this.cache.addPod(pod);
  }

  cycle(pod: Pod): Cycle {
    const { cache } = this;
    return { pod: cache.infoOf(pod), view: cache, behaviour: cache.behaviour, args: this.#args };
  }

  /** By node: `ok`, or the code and the reasons. One line for a PreFilter that skips the plugin or rejects the pod. */
  filter(plugin: FilterPlugin, pod: Pod): Readonly<Record<string, string>> | string {
    const cycle = this.cycle(pod);
    const outcome = plugin.preFilter?.(cycle);
    if (outcome?.kind === "skip") return "skip";
    if (outcome?.kind === "rejected") return describe(outcome.status);
    const state = outcome?.kind === "state" ? outcome.state : undefined;
    return Object.fromEntries(
      this.cache.nodes.map((node) => [node.name, describe(plugin.filter(cycle, state, node))]),
    );
  }

  /** By node: the normalised score, without its weight. */
  scores(plugin: ScorePlugin, pod: Pod): Readonly<Record<string, number>> | string {
    const cycle = this.cycle(pod);
    const { nodes } = this.cache;
    const prepared = plugin.preScore(cycle, nodes);
    if (prepared === "skip") return "skip";
    if ("code" in prepared) return describe(prepared);
    const scores = nodes.map((node) => plugin.score(cycle, prepared.state, node));
    plugin.normalize?.(cycle, prepared.state, scores, nodes);
    return Object.fromEntries(nodes.map(({ name }, index) => [name, scores[index]!]));
  }
}

const marks = { Unschedulable: "", UnschedulableAndUnresolvable: "! ", Error: "error: " } as const;

/** `ok`; reasons, with `!` before those that preemption does not help against. */
function describe(status: Status | undefined): string {
  return status ? marks[status.code] + status.reasons.join(", ") : "ok";
}
