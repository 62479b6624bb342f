import { clusterAutoscalerFacts as facts } from "../../facts/cluster-autoscaler.ts";
import { isFinished, type Pod, podCondition } from "../../model/pod.ts";
import type { Node } from "../../model/node.ts";
import type { DaemonSet } from "../../model/workload.ts";
import { parseVersion } from "../../model/version.ts";
import { SeededChooser } from "../engine/choice.ts";
import { evaluatePlainly } from "../scheduler/evaluation.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import { StateListers } from "../scheduler/state-listers.ts";
import type { Sim } from "../sim.ts";
import { daemonFit, daemonSpec } from "./daemonset-fit.ts";
import { podOf } from "./pod-factory.ts";

/** A pool as far as pods that find no room ask for it. */
export interface Growable {
  readonly name: string;
  /** A new node of it as it will be. `number` tells several from each other. */
  readonly template: (number: number) => Node;
  /** How many more nodes it may have. */
  readonly room: number;
}

export interface Growth {
  readonly pool: string;
  readonly nodes: number;
  /** The pods that would find room there. */
  readonly pods: readonly Pod[];
}

/** The pods that the scheduler has found no node for, those first that it tries first. */
export function waitingPods(sim: Sim, counts: (pod: Pod) => boolean): readonly Pod[] {
  const waiting: Pod[] = [];
  for (const pod of sim.state.pods()) {
    if (pod.nodeName !== "" || pod.deletion || isFinished(pod)) continue;
    const placed = podCondition(pod, "PodScheduled");
    if (placed?.status !== "False" || placed.reason !== "Unschedulable") continue;
    if (pod.priority >= facts.expendablePriority && counts(pod)) waiting.push(pod);
  }
  return waiting.sort((a, b) => b.priority - a.priority || (a.createdAt ?? 0) - (b.createdAt ?? 0));
}

/**
 * Which pool grows by how many nodes: pods that would find room on nodes that are there or on their way are left aside;
 * the first pool on whose new nodes one of the others fits is taken, and pods are packed onto its new nodes one after the
 * other. Decided by the scheduler's own filters over the cluster with those nodes.
 * Source: cluster-autoscaler, core/scaleup and estimator/binpacking_estimator.go; its expander is taken to be the first fit.
 */
export function growthFor(
  sim: Sim,
  waiting: readonly Pod[],
  upcoming: readonly Node[],
  pools: readonly Growable[],
): { readonly growth?: Growth; readonly unhelped: readonly Pod[] } {
  const trial = new Trial(sim, upcoming);
  const left = waiting.filter((pod) => !trial.place(pod));
  for (const pool of pools) {
    if (pool.room === 0) continue;
    const names = new Set<string>();
    /** Specs that do not even fit an empty node of the pool. */
    const hopeless = new Set<Pod["spec"]>();
    const helped = left.filter((pod) => {
      if (names.size > 0 && trial.place(pod, names)) return true;
      if (names.size >= pool.room || hopeless.has(pod.spec)) return false;
      const node = pool.template(names.size + 1);
      trial.add(node);
      if (trial.place(pod, new Set([node.name]))) {
        names.add(node.name);
        return true;
      }
      trial.drop(node);
      hopeless.add(pod.spec);
      return false;
    });
    if (helped.length > 0)
      return {
        growth: { pool: pool.name, nodes: names.size, pods: helped },
        unhelped: left.filter((pod) => !helped.includes(pod)),
      };
  }
  return { unhelped: left };
}

/** The cluster as it is, to which nodes and pods can be added. */
class Trial {
  readonly #sim: Sim;
  readonly #scheduler: Scheduler;

  constructor(sim: Sim, upcoming: readonly Node[]) {
    this.#sim = sim;
    const { schedulerConfiguration: configuration } = sim.settings;
    this.#scheduler = new Scheduler({
      version: parseVersion(sim.cluster.version) ?? { major: 1, minor: Infinity },
      listers: new StateListers(sim.state, sim.cluster),
      // Nothing is left to chance here: the first node that fits is taken.
      chooser: new SeededChooser(0, "median"),
      ...(configuration ? { configuration } : {}),
    });
    const { cache } = this.#scheduler;
    const replaced = new Set(upcoming.map(({ name }) => name));
    for (const node of sim.state.tables.Node.values()) if (!replaced.has(node.name)) cache.addNode(node);
    for (const pod of sim.state.pods())
      if (pod.nodeName !== "" && !isFinished(pod) && cache.node(pod.nodeName)) cache.addPod(pod);
    for (const node of upcoming) this.add(node);
  }

  /** Adds a node with the pods of the DaemonSets that will run there. */
  add(node: Node): void {
    const { cache } = this.#scheduler;
    cache.addNode(node);
    for (const set of this.#sim.state.tables.DaemonSet.values())
      if (daemonFit(daemonSpec(set.template), node).shouldRun)
        cache.addPod(daemonPod(this.#sim, set, node.name));
  }

  drop(node: Node): void {
    const { cache } = this.#scheduler;
    const uids = cache.node(node.name)?.pods.map(({ pod }) => pod.uid) ?? [];
    for (const uid of uids) cache.removePod(uid);
    cache.removeNode(node.name);
  }

  /** Puts a pod on the first node that takes it; false if none of them does. */
  place(pod: Pod, only?: ReadonlySet<string>): boolean {
    const framework = this.#scheduler.frameworks.get(pod.spec.schedulerName);
    if (!framework) return false;
    const { cache } = this.#scheduler;
    const cycle = this.#scheduler.cycleOf(pod, framework);
    const options = { framework, cycle, nominator: cache.nominator, start: 0, percentage: 100 };
    const { feasible } = evaluatePlainly(options);
    const found = feasible.find(({ name }) => only?.has(name) ?? true);
    if (!found) return false;
    cache.addPod({ ...pod, nodeName: found.name });
    return true;
  }
}

/** The pod that a DaemonSet will have on a node; its requests count as soon as it is there. */
function daemonPod(sim: Sim, set: DaemonSet, node: string): Pod {
  const { namespace, name, template } = set;
  const request = { owner: set, template, spec: daemonSpec(template) };
  const pod = podOf(request, `${name}-${node}`, `trial ${namespace}/${name} ${node}`, sim.epoch());
  return { ...pod, nodeName: node };
}
