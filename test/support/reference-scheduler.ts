import type { SchedulerBehaviour } from "../../src/facts/scheduler.ts";
import type { Node } from "../../src/model/node.ts";
import type { Pod } from "../../src/model/pod.ts";
import type { PluginArgs } from "../../src/model/scheduler-profile.ts";
import type { ClusterView, Cycle, PodMatcher, Status, TermOwners } from "../../src/sim/plugins/plugin.ts";
import { hasTerms } from "../../src/sim/scheduler/affinity-terms.ts";
import { evaluatePlainly } from "../../src/sim/scheduler/evaluation.ts";
import { runScores } from "../../src/sim/scheduler/framework.ts";
import type { SchedulerListers } from "../../src/sim/scheduler/listers.ts";
import { NodeInfo } from "../../src/sim/scheduler/node-info.ts";
import { Nominator } from "../../src/sim/scheduler/nominator.ts";
import { podInfo, type PodInfo } from "../../src/sim/scheduler/pod-info.ts";
import type { Framework } from "../../src/sim/scheduler/profiles.ts";

/**
 * The slow, obvious scheduler: it knows its nodes and pods as plain lists, builds everything anew for each decision
 * and goes through all pods for each question. What keeps counts, columns and logs is compared with it.
 */
export class ReferenceScheduler {
  readonly #behaviour: SchedulerBehaviour;
  readonly #listers: SchedulerListers;
  readonly nodes: Node[] = [];
  readonly pods: Pod[] = [];
  readonly nominated: { readonly pod: Pod; readonly nodeName: string }[] = [];

  constructor(behaviour: SchedulerBehaviour, listers: SchedulerListers) {
    this.#behaviour = behaviour;
    this.#listers = listers;
  }

  /** What comes of a pod when all nodes are looked at. `order`: the names of the nodes, in the scheduler's order. */
  decide(framework: Framework, pod: Pod, order: readonly string[]): ReferenceDecision {
    const view = new ListedView(this.nodes, this.pods, order, this.#listers, this.#behaviour);
    const args: PluginArgs = framework.args;
    const cycle: Cycle = { pod: view.info(pod), view, behaviour: this.#behaviour, args };
    const nominator = new Nominator();
    for (const each of this.nominated) nominator.add(view.info(each.pod), each.nodeName);
    const options = { framework, cycle, nominator, start: 0, percentage: 100 };
    const { feasible, diagnosis } = evaluatePlainly(options);
    const refused = new Map<string, Status>(diagnosis.nodes.entries());
    if (feasible.length < 2)
      return { best: feasible.map(({ name }) => name), feasible: feasible.length, refused };
    const scores = runScores(framework, cycle, feasible);
    if ("code" in scores) return { best: [], feasible: feasible.length, refused };
    const most = Math.max(...scores.totals);
    const best = feasible.filter((_node, index) => scores.totals[index] === most);
    return { best: best.map(({ name }) => name), feasible: feasible.length, refused };
  }
}

export interface ReferenceDecision {
  /** The nodes with the best score, in the scheduler's order. */
  readonly best: readonly string[];
  readonly feasible: number;
  readonly refused: ReadonlyMap<string, Status>;
}

class ListedView implements ClusterView {
  readonly nodes: readonly NodeInfo[];
  readonly listers: SchedulerListers;
  readonly #behaviour: SchedulerBehaviour;
  readonly #byName = new Map<string, NodeInfo>();

  constructor(
    nodes: readonly Node[],
    pods: readonly Pod[],
    order: readonly string[],
    listers: SchedulerListers,
    behaviour: SchedulerBehaviour,
  ) {
    this.listers = listers;
    this.#behaviour = behaviour;
    for (const node of nodes) {
      const info = new NodeInfo(node.name);
      info.node = node;
      for (const pod of pods) if (pod.nodeName === node.name) info.addPod(this.info(pod));
      this.#byName.set(node.name, info);
    }
    this.nodes = order.map((name) => this.#byName.get(name)!);
  }

  info(pod: Pod): PodInfo {
    const labelSet = { key: "", namespace: pod.namespace, labels: pod.labels };
    return podInfo(pod, labelSet, this.#behaviour);
  }

  node(name: string): NodeInfo | undefined {
    return this.#byName.get(name);
  }

  podCounts(matcher: PodMatcher): ReadonlyMap<NodeInfo, number> {
    return this.#count(
      ({ pod, labelSet }) => (matcher.countsTerminating || !pod.deletion) && matcher.matches(labelSet),
    );
  }

  *termOwners(): Iterable<TermOwners> {
    for (const node of this.nodes)
      for (const { terms } of node.pods) if (hasTerms(terms)) yield { terms, nodes: new Map([[node, 1]]) };
  }

  image(name: string): { readonly sizeBytes: number; readonly nodes: ReadonlySet<NodeInfo> } | undefined {
    const having = this.nodes.filter((info) => info.node!.images.some(({ names }) => names.includes(name)));
    const known = having[0]?.node?.images.find(({ names }) => names.includes(name));
    return known && { sizeBytes: known.sizeBytes, nodes: new Set(having) };
  }

  get lowestPriority(): number {
    return Math.min(...this.nodes.flatMap(({ pods }) => pods.map(({ pod }) => pod.priority)));
  }

  isClaimInUse(key: string): boolean {
    const uses = this.#count(({ pod, spec }) =>
      spec.volumes.some(
        (volume) => volume.type === "persistentVolumeClaim" && `${pod.namespace}/${volume.claimName}` === key,
      ),
    );
    return uses.size > 0;
  }

  #count(matches: (info: PodInfo) => boolean): Map<NodeInfo, number> {
    const counts = new Map<NodeInfo, number>();
    for (const node of this.nodes) {
      const count = node.pods.filter(matches).length;
      if (count > 0) counts.set(node, count);
    }
    return counts;
  }
}
