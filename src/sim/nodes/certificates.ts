import type { Task } from "../engine/task-queue.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { refreshControlPlane } from "./control-plane.ts";

/**
 * The certificates of the control plane's nodes, as far as somebody tells of them: one that runs out takes its component
 * away, until it is renewed. Those that had run out at the start did not keep the cluster from being read, and take nothing
 * away here. Source: facts/certificates.ts.
 */
export const certificatesRoom: Room = {
  name: "certificates",
  worksAlone: true,
  start: (sim) => {
    for (const { name, node, isAuthority, expiresAt } of sim.cluster.certificates ?? []) {
      if (isAuthority || expiresAt === undefined || !sim.controlPlane.nodes.includes(node)) continue;
      const at = sim.virtual(expiresAt);
      if (at <= 0 || at > sim.settings.horizon) continue;
      // Nobody waits for it: a plan that is over before is over.
      const options = { priority: priority.machine, weight: "tick" as const, data: name };
      sim.after(at, "certificates.lapse", node, 0, options);
    }
  },
  tasks: { "certificates.lapse": lapse },
};

function lapse(sim: Sim, task: Task): void {
  const [node, name] = [task.subject, task.data as string];
  if (!sim.controlPlane.nodes.includes(node)) return;
  if (sim.controlPlane.renewed.has(node) && !isExternal(sim, name, node)) return;
  const event = sim.emit({ kind: "certificate.lapsed", name, node }, task.cause);
  sim.controlPlane.lapsed.add(`${name} ${node}`);
  refreshControlPlane(sim, { back: event, gone: event });
}

/** kubeadm renews all certificates of a node that it can: those are valid for longer than a plan takes. */
export function renewCertificates(sim: Sim, node: string, cause: number): number {
  const own = (sim.cluster.certificates ?? []).filter((each) => each.node === node && !each.isAuthority);
  sim.controlPlane.renewed.add(node);
  for (const { name, isExternal: external } of own)
    if (!external) sim.controlPlane.lapsed.delete(`${name} ${node}`);
  return sim.emit({ kind: "certificates.renewed", node }, cause);
}

function isExternal(sim: Sim, name: string, node: string): boolean {
  return (sim.cluster.certificates ?? []).some(
    (each) => each.name === name && each.node === node && each.isExternal,
  );
}
