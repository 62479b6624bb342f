import type { Node } from "../model/node.ts";
import { controlPlaneOf, versionText } from "../model/control-plane.ts";
import { minorOf, parseVersion } from "../model/version.ts";
import type { Step } from "../plan/plan.ts";
import { selectNodes } from "../plan/selection.ts";
import { stepAt } from "../plan/step-at.ts";
import { allNodes, joinedNodes } from "../trace/all-nodes.ts";
import type { Trace } from "../trace/trace.ts";
import { membersAtStart } from "./etcd-commands.ts";
import type { StepTurn } from "./step-commands.ts";

/** A step as the rehearsal carried it out: what it predicts, and what was known of the nodes when it began. */
export interface Stage {
  /** `plan/1/cp-1/0`. */
  readonly path: string;
  readonly at: number;
  /** Milliseconds; undefined where it does not end in the rehearsal. */
  readonly took: number | undefined;
  readonly what: string;
  /** Undefined for what undoes a step at the end. */
  readonly step: Step | undefined;
  readonly turn: StepTurn;
}

/** The steps that had a turn, each once, in the order in which the rehearsal began them. */
export function stagesOf(trace: Trace): readonly Stage[] {
  const { events } = trace;
  const ends = new Map<string, number>();
  for (const event of events) if (event.kind === "step.ended") ends.set(event.step, event.time);
  const known = new Knowledge(trace);
  const seen = new Set<string>();
  const stages: Stage[] = [];
  const joined = joinedNodes(trace);
  // By new node: the event of the step that asked for it.
  const joiners = new Map(
    events.flatMap((event) => (event.kind === "node.joining" ? [[event.node, event.cause] as const] : [])),
  );
  for (const [number, event] of events.entries()) {
    known.learn(event);
    if (event.kind !== "step.started" || seen.has(event.step)) continue;
    seen.add(event.step);
    const end = ends.get(event.step);
    const step = stepAt(trace.header.plan, event.step);
    stages.push({
      path: event.step,
      at: event.time,
      took: end === undefined ? undefined : end - event.time,
      what: event.what,
      step,
      turn: {
        ...known.turnOf(step, event.node),
        joined: joined.filter(({ name }) => joiners.get(name) === number),
      },
    });
  }
  return stages;
}

/** The turn of a step that was not rehearsed, as if it began at the end of the trace. */
export function turnAtEnd(trace: Trace, step: Step): StepTurn {
  const known = new Knowledge(trace);
  for (const event of trace.events) known.learn(event);
  return known.turnOf(step, "");
}

/** What was done to the nodes so far, as far as commands depend on it. */
class Knowledge {
  readonly #trace: Trace;
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #kubelets: Map<string, string>;
  /** The minor of each node's package repository, once a step has changed it. */
  readonly #repositories = new Map<string, string>();
  /** Versions to which a control-plane node was brought already. */
  readonly #applied = new Set<string>();
  #etcd: string;
  #members: readonly string[];
  #backup = "";

  constructor(trace: Trace) {
    const { cluster } = trace.header;
    this.#trace = trace;
    this.#nodes = new Map(allNodes(trace).map((node) => [node.name, node]));
    this.#kubelets = new Map(Array.from(this.#nodes, ([name, { info }]) => [name, info.kubeletVersion]));
    const etcd = controlPlaneOf(cluster).components.find(({ name }) => name === "etcd");
    this.#members = membersAtStart(cluster);
    this.#etcd = etcd ? versionText(etcd.version, "etcd") : "";
  }

  learn(event: Trace["events"][number]): void {
    if (event.kind === "etcd.backedUp") this.#backup = event.backup;
    if (event.kind === "etcd.memberAdded") this.#members = [...this.#members, event.node];
    if (event.kind === "etcd.memberRemoved" || event.kind === "node.removed")
      this.#members = this.#members.filter((node) => node !== event.node);
    if (event.kind !== "component.upgraded") return;
    if (event.component === "kubelet") this.#kubelets.set(event.node, event.to);
    if (event.component === "etcd") this.#etcd = event.to;
  }

  turnOf(step: Step | undefined, node: string): StepTurn {
    const { cluster } = this.#trace.header;
    const nodes = this.#nodesOf(step, node);
    const to = step?.kind === "upgradeControlPlane" || step?.kind === "upgradeKubelet" ? step.to : "";
    const version = parseVersion(to);
    const minor = version ? minorOf(version) : "";
    const hadRepository = new Set(nodes.filter((each) => this.#repositories.get(each) === minor));
    const first = this.#applied.has(to) ? undefined : nodes[0];
    const kubelets = new Map(nodes.map((each) => [each, this.#kubelets.get(each) ?? ""]));
    if (minor !== "") for (const each of nodes) this.#repositories.set(each, minor);
    if (step?.kind === "upgradeControlPlane") this.#applied.add(to);
    return {
      cluster,
      node,
      nodes,
      objectOf: (each) => this.#nodes.get(each),
      joined: [],
      isFirst: (each) => each === first,
      kubeletVersion: (each) => kubelets.get(each) ?? "",
      hasRepository: (each) => hadRepository.has(each),
      etcdVersion: this.#etcd,
      backup: this.#backup,
      members: this.#members,
      plan: this.#trace.header.plan,
    };
  }

  /** The nodes that a step is about. */
  #nodesOf(step: Step | undefined, node: string): readonly string[] {
    const { cluster } = this.#trace.header;
    if (step && "nodes" in step && step.kind !== "rollout" && step.nodes.kind === "names")
      return step.nodes.names;
    if (step && "nodes" in step && step.kind !== "rollout" && step.nodes.kind === "selector")
      return selectNodes(cluster, step.nodes);
    return node === "" ? [] : [node];
  }
}
