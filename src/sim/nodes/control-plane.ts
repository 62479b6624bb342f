import { staticComponents } from "../../model/control-plane.ts";
import type { LedComponent } from "../../trace/upgrade-event.ts";
import type { Task } from "../engine/task-queue.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import type { EtcdHealth } from "../state/control-plane-state.ts";

/**
 * Whether anybody answers and reacts: API servers on machines that run, with a majority of etcd behind them, and a
 * leader of the controller manager and of the scheduler. Without an API nothing is written and nothing reacts; pods
 * go on running. Source: etcd.io, "What is failure tolerance?"; facts/control-plane.ts.
 */
export const controlPlaneRoom: Room = {
  name: "control-plane",
  worksAlone: true,
  start: begin,
  on: {
    "node.down": (sim, _event, number) => refreshControlPlane(sim, { back: number, gone: number }),
    "node.up": (sim, _event, number) => refreshControlPlane(sim, { back: number, gone: number }),
  },
  tasks: { "control-plane.elect": elect },
};

const led: readonly LedComponent[] = ["kube-controller-manager", "kube-scheduler"];

interface Standing {
  /** How etcd stood when it was looked at last. */
  etcd: EtcdHealth | undefined;
  /** When each lost leader's lease runs out, in virtual milliseconds. */
  readonly leases: Map<LedComponent, number>;
}

const standings = new WeakMap<Sim, Standing>();

/** The cluster answered when it was read: what it says of itself to the contrary does not count. */
function begin(sim: Sim): void {
  const { controlPlane } = sim;
  if (apiProblem(sim) !== undefined) controlPlane.trustStart();
  // Nothing here can tell: a managed control plane, or one whose nodes are all silent.
  if (controlPlane.nodes.length === 0 || apiProblem(sim) !== undefined) return;
  for (const component of led) {
    const up = controlPlane.nodes.filter((node) => sim.state.isNodeUp(node));
    controlPlane.leaders.set(component, up[sim.chooser.choose(`leader ${component}`, up.length)]);
  }
  standings.set(sim, { etcd: etcdHealth(sim), leases: new Map() });
}

/** How etcd stands now; undefined: it is not on this cluster's nodes. */
export function etcdHealth(sim: Sim): EtcdHealth | undefined {
  return sim.controlPlane.etcdHealth((node) => sim.state.isNodeUp(node));
}

/** Why no request is answered; undefined: they are. */
export function apiProblem(sim: Sim): "no-server" | "no-quorum" | undefined {
  const { controlPlane } = sim;
  const isUp = (node: string) => sim.state.isNodeUp(node);
  if (!controlPlane.nodes.some((node) => controlPlane.runs("kube-apiserver", node, isUp))) return "no-server";
  const etcd = etcdHealth(sim);
  return etcd && etcd.healthy < etcd.needed ? "no-quorum" : undefined;
}

/** What has come back and what has gone since the last look, as events; one of them where it is one thing. */
interface Causes {
  readonly back: number;
  readonly gone: number;
}

/** Looks at the control plane again: says what has changed, and stops or sets going what hangs on it. */
export function refreshControlPlane(sim: Sim, causes: Causes): void {
  const standing = standings.get(sim);
  if (!standing) return;
  const etcd = tellEtcd(sim, standing, causes);
  const problem = apiProblem(sim);
  if (problem !== undefined && !sim.isAway("api")) {
    sim.suspend("api");
    sim.emit(
      { kind: "api.down", reason: problem },
      (problem === "no-quorum" ? etcd : undefined) ?? causes.gone,
    );
  } else if (problem === undefined && sim.isAway("api")) {
    sim.emit({ kind: "api.up" }, causes.back);
    sim.resume("api");
  }
  for (const component of led) watchLeader(sim, component, causes);
}

function tellEtcd(sim: Sim, standing: Standing, { back, gone }: Causes): number | undefined {
  const [before, health] = [standing.etcd, etcdHealth(sim)];
  if (!health || (health.healthy === before?.healthy && health.members === before.members)) return undefined;
  const cause = health.healthy > (before?.healthy ?? 0) ? back : gone;
  standing.etcd = health;
  return sim.emit({ kind: "etcd.members", members: health.members, healthy: health.healthy }, cause);
}

function watchLeader(sim: Sim, component: LedComponent, { back, gone }: Causes): void {
  const { controlPlane } = sim;
  const leader = controlPlane.leaders.get(component);
  if (leader === undefined) return tryElection(sim, component, back);
  if (controlPlane.runs(component, leader, (node) => sim.state.isNodeUp(node))) return;
  controlPlane.leaders.set(component, undefined);
  sim.suspend(component);
  const lost = sim.emit({ kind: "leader.lost", component, node: leader }, gone);
  const { lease, retry } = sim.settings.controlPlane.leaders[component];
  const until = sim.now + lease.value + retry.value;
  standings.get(sim)?.leases.set(component, until);
  sim.after(until - sim.now, "control-plane.elect", component, lost, { priority: priority.server });
}

function elect(sim: Sim, task: Task): void {
  tryElection(sim, task.subject as LedComponent, task.cause);
}

/** Another instance takes over once the lease of the one before has run out, and an API server takes it down. */
function tryElection(sim: Sim, component: LedComponent, cause: number): void {
  const { controlPlane } = sim;
  const due = standings.get(sim)?.leases.get(component) ?? 0;
  if (controlPlane.leaders.get(component) !== undefined || sim.isAway("api") || sim.now < due) return;
  const able = controlPlane.nodes.filter((node) =>
    controlPlane.runs(component, node, (each) => sim.state.isNodeUp(each)),
  );
  const node = able[sim.chooser.choose(`leader ${component}`, able.length)];
  if (node === undefined) return;
  controlPlane.leaders.set(component, node);
  sim.emit({ kind: "leader.elected", component, node }, cause);
  sim.resume(component);
}

/** Whether every static pod of the control plane runs, and somebody leads. */
export function isControlPlaneHealthy(sim: Sim): boolean {
  const { controlPlane } = sim;
  if (sim.isAway("api")) return false;
  const isUp = (node: string) => sim.state.isNodeUp(node);
  return (
    led.every((component) => !sim.isAway(component)) &&
    controlPlane.nodes.every((node) =>
      staticComponents.every((component) => controlPlane.runs(component, node, isUp)),
    )
  );
}

/** Whether every member of etcd is healthy; of an etcd elsewhere, nothing is known to the contrary. */
export function isEtcdHealthy(sim: Sim): boolean {
  const health = etcdHealth(sim);
  return health === undefined || health.healthy === health.members;
}
