import { clusterAutoscalerFacts as facts } from "../../facts/cluster-autoscaler.ts";
import { addsNodes } from "../../facts/cluster-roles.ts";
import { freeName } from "../../lib/free-name.ts";
import type { Cluster } from "../../model/cluster.ts";
import { isReady, type Pod } from "../../model/pod.ts";
import type { Assumptions } from "../../plan/assumptions.ts";
import { joinedNode, type JoiningNode } from "../../plan/joined-node.ts";
import { plainTemplate } from "../../plan/node-template.ts";
import { type NodePool, nodePools } from "../../plan/node-pools.ts";
import type { AssumptionUse } from "../../trace/trace.ts";
import { isNameTaken, startJoin } from "../nodes/join.ts";
import type { Room, Sim } from "../sim.ts";
import { periodicLook } from "./periodic-look.ts";
import { type Growable, growthFor, waitingPods } from "./pool-fit.ts";
import type { GrowingPool } from "./growing-pool.ts";
import { emptyNodes, removeEmpty } from "./pool-shrink.ts";

/**
 * Who makes node pools larger when pods find no room, and smaller when nodes are empty, as far as the plan or flags tell of
 * the pools: a cluster autoscaler, Karpenter, or something outside of the cluster. One that runs in the cluster does
 * nothing while none of its own pods is Ready. Source: kubernetes/autoscaler cluster-autoscaler/FAQ.md.
 */
export function clusterAutoscalerRoom(assumptions: Assumptions): Room {
  const pools = new WeakMap<Sim, readonly GrowingPool[]>();
  const poolsOf = (sim: Sim) => pools.get(sim) ?? [];
  const scan = periodicLook("cluster-autoscaler.scan", (sim, _key, cause, isStirred) => {
    const own = poolsOf(sim);
    const afterMillis = facts.scanMillis;
    if (!isRunning(sim)) return { afterMillis, atRest: true };
    // Whoever found no room before finds none now, unless something has happened: then nothing is tried.
    if (isStirred && grow(sim, own, cause)) scan.stir(sim, who, cause);
    return { afterMillis, atRest: !removeEmpty(sim, own, cause) };
  });
  const stir = (sim: Sim, _event: unknown, number: number) => scan.stir(sim, who, number);
  return {
    name: "cluster-autoscaler",
    start: (sim) => {
      const found = nodePools(sim.cluster, assumptions).pools;
      if (found.length === 0) return;
      const atStart = emptyNodes(sim);
      pools.set(
        sim,
        found.map((pool) => ({
          pool,
          members: new Set(pool.members),
          arriving: new Map(),
          empty: new Map(),
          leftAlone: atStart,
          lastAdd: -Infinity,
          backoffUntil: -Infinity,
          isFull: false,
        })),
      );
      const delay = sim.chooser.choose(who, facts.scanMillis);
      scan.begin(sim, who, { delay, period: facts.scanMillis, cause: 0 });
    },
    on: {
      "pod.unschedulable": stir,
      "pod.gone": stir,
      "pod.finished": stir,
      "pod.ready": (sim, { pod }, number) => {
        if (pools.has(sim) && isAdder(sim.state.pod(pod))) stir(sim, undefined, number);
      },
      "node.usable": (sim, { node }, number) => {
        for (const { arriving } of poolsOf(sim)) arriving.delete(node);
        stir(sim, undefined, number);
      },
      "node.failed": (sim, { node }, number) => {
        for (const each of poolsOf(sim)) if (each.arriving.delete(node)) giveUp(sim, each, node);
        stir(sim, undefined, number);
      },
      "node.removed": (sim, { node }, number) => {
        for (const { members, arriving } of poolsOf(sim)) {
          members.delete(node);
          arriving.delete(node);
        }
        stir(sim, undefined, number);
      },
      "node.joining": (sim, { node, like }) => {
        // What a plan adds to a pool counts against its limit too.
        for (const { members } of poolsOf(sim)) if (members.has(like)) members.add(node);
      },
    },
    tasks: {
      ...scan.tasks,
      "cluster-autoscaler.retry": (sim, { cause }) => scan.stir(sim, who, cause),
    },
  };
}

const who = "cluster autoscaler";

function giveUp(sim: Sim, growing: GrowingPool, node: string): void {
  growing.members.delete(node);
  growing.backoffUntil = sim.now + facts.backoffMillis;
  sim.after(facts.backoffMillis, "cluster-autoscaler.retry", node, 0);
}

function isAdder(pod: Pod | undefined): boolean {
  return pod?.spec.containers.some(({ image }) => addsNodes(image)) ?? false;
}

/** Whether one of the programs that add nodes works. Where the cluster has none, it runs elsewhere. */
function isRunning(sim: Sim): boolean {
  if (!sim.cluster.objects.Pod.some(isAdder)) return true;
  for (const pod of sim.state.pods())
    if (isAdder(pod) && isReady(pod) && !pod.deletion && sim.state.isNodeUp(pod.nodeName)) return true;
  return false;
}

/** One scan: the first pool that helps grows; whether another may for the pods that are left. */
function grow(sim: Sim, pools: readonly GrowingPool[], cause: number): boolean {
  // Those that an autoscaler of the snapshot has not helped so far it will not help now.
  const isNew = pools.some(({ pool }) => pool.origin === "plan");
  const waiting = waitingPods(sim, (pod) => isNew || !sim.state.wasPendingAtStart(pod));
  if (waiting.length === 0) return false;
  const upcoming = pools.flatMap(({ arriving }) => [...arriving.values()].map(joinedNode));
  const growable = pools.map((each): Growable => ({
    name: each.pool.name,
    template: (number) => joinedNode(joining(each.pool, `${each.pool.name} ${number}`)),
    room: sim.now < each.backoffUntil ? 0 : Math.max(0, each.pool.max - each.members.size),
  }));
  const { growth, unhelped } = growthFor(sim, waiting, upcoming, growable);
  const growing = growth && pools.find(({ pool }) => pool.name === growth.pool);
  if (growth && growing) add(sim, growing, growth.nodes, growth.pods.length, cause);
  else if (unhelped.length > 0) tellFull(sim, pools, unhelped.length, cause);
  return growth !== undefined && unhelped.length > 0;
}

function joining(pool: NodePool, name: string): JoiningNode {
  return { name, pattern: pool.pattern, template: plainTemplate };
}

function add(sim: Sim, growing: GrowingPool, nodes: number, pods: number, cause: number): void {
  const { pool, members, arriving } = growing;
  const from = members.size;
  const body = { pool: pool.name, from, to: from + nodes, max: pool.max, pods };
  const event = sim.emit({ kind: "nodepool.grown", ...body }, cause);
  growing.lastAdd = sim.now;
  growing.isFull = false;
  for (let count = 0; count < nodes; count++) {
    const name = freeName(`${pool.name}-1`, (each) => isNameTaken(sim, each) || members.has(each));
    const node = joining(pool, name);
    members.add(name);
    arriving.set(name, node);
    const duration = pool.join === undefined ? {} : { duration: pool.join };
    startJoin(sim, { ...node, replaces: "", failureRate: 0, ...duration }, event);
  }
}

/** Says once that pods wait for a node that no pool will bring. */
function tellFull(sim: Sim, pools: readonly GrowingPool[], pods: number, cause: number): void {
  if (pools.every(({ isFull }) => isFull)) return;
  const full = pools.filter(({ pool, members }) => members.size >= pool.max);
  const reason =
    full.length === pools.length
      ? full.map(({ pool }) => `${pool.name} has its ${pool.max} nodes`).join(", ")
      : "they would not fit a new node of any pool that may grow";
  for (const each of pools) each.isFull = true;
  sim.emit({ kind: "nodepool.stuck", pods, reason }, cause);
}

/** The pools that were taken, where one of them changed. */
export function poolAssumptions(
  cluster: Cluster,
  assumptions: Assumptions,
  log: Sim["log"],
): AssumptionUse[] {
  if (!log.some(({ kind }) => kind.startsWith("nodepool."))) return [];
  return nodePools(cluster, assumptions).pools.map(({ name, members, min, max, pattern, origin }) => ({
    what: "pool",
    subject: name,
    millis: 0,
    amount: `of ${members.length} nodes, ${min} to ${max}, like ${pattern.name}`,
    origin,
    detail: origin === "plan" ? "assumptions" : "flag --nodes of the cluster autoscaler",
  }));
}
