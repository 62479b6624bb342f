import { quorumOf } from "../../trace/control-plane.ts";
import { type ActionOf, doneBy, problem, type Reply } from "../apiserver/reply.ts";
import type { Sim } from "../sim.ts";
import { etcdHealth, refreshControlPlane } from "./control-plane.ts";

/**
 * Changes of etcd's membership. etcd takes none that would leave it without a majority of members that run
 * (--strict-reconfig-check, on by default). Source: etcd-io/etcd server/etcdserver/server.go (mayAddMember,
 * mayRemoveMember), server/etcdserver/api/membership/cluster.go (IsReadyToAddVotingMember, IsReadyToPromoteMember,
 * IsReadyToRemoveVotingMember).
 */

/** Why etcd takes no further voter now; undefined: it does. `runs`: the new one runs already, as a learner. */
export function additionProblem(sim: Sim, runs: boolean): string | undefined {
  const health = etcdHealth(sim);
  if (!health) return undefined;
  const { members, healthy, needed } = health;
  if (healthy < needed) return noMajority(healthy, members, needed);
  // A member that is alone takes a second one, whatever becomes of it.
  if (members === 1) return undefined;
  const wanted = quorumOf(members + 1);
  if (healthy + (runs ? 1 : 0) >= wanted) return undefined;
  return `etcd takes no new member: ${healthy} of ${members} are healthy, and of ${members + 1} it needs ${wanted}`;
}

/** Takes the member of a control-plane node out; its API server has no etcd then. */
export function removeMember(
  sim: Sim,
  { node }: ActionOf<"removeEtcdMember">,
  cause: number,
): Reply | undefined {
  const { controlPlane } = sim;
  if (!controlPlane.members.includes(node)) return problem(`no member of etcd is on ${node}`);
  const refusal = removalProblem(sim, node);
  if (refusal !== undefined) return problem(refusal);
  const removed = sim.emit({ kind: "etcd.memberRemoved", node }, cause);
  controlPlane.removeMember(node);
  controlPlane.leave(node);
  refreshControlPlane(sim, { back: removed, gone: removed });
  return doneBy(removed);
}

function removalProblem(sim: Sim, node: string): string | undefined {
  const health = etcdHealth(sim);
  if (!health) return undefined;
  const { members, healthy, needed } = health;
  if (members === 1) return `${node} is the only member of etcd: it cannot be removed`;
  if (healthy < needed) return noMajority(healthy, members, needed);
  const isHealthy = sim.controlPlane.isHealthyMember(node, (each) => sim.state.isNodeUp(each));
  const left = healthy - (isHealthy ? 1 : 0);
  const wanted = quorumOf(members - 1);
  if (left >= wanted) return undefined;
  return `etcd does not let ${node} go: ${left} of the ${members - 1} others are healthy, and they need ${wanted}`;
}

function noMajority(healthy: number, members: number, needed: number): string {
  return `etcd has no majority: ${healthy} of ${members} are healthy, ${needed} needed`;
}
