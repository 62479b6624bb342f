import { type ActionOf, doneBy, notFound, problem, type Reply } from "../apiserver/reply.ts";
import { answer } from "../apiserver/requests.ts";
import type { Task } from "../engine/task-queue.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { setKubeletVersion } from "../state/node-writes.ts";
import { restartKubelet } from "./kubelet-restarts.ts";

/** New packages on a node, and a restart of its kubelet. */
export const kubeletUpgradesRoom: Room = {
  name: "kubelet-upgrades",
  tasks: { "kubelet-upgrades.restart": restart },
};

interface Upgrade {
  readonly to: string;
  /** The commands that wait for its end. */
  readonly commands: string[];
}

/** What is under way, by node. */
const upgradesOf = perSim(() => new Map<string, Upgrade>());

/** Starts the upgrade of a node's kubelet; the answer comes when the new one runs. */
export function startKubelet(
  sim: Sim,
  command: string,
  { node: name, to, duration }: ActionOf<"upgradeKubelet">,
  cause: number,
): Reply | undefined {
  const node = sim.state.node(name);
  if (!node) return notFound("nodes", name);
  if (!sim.state.isNodeUp(name)) return problem("its machine is down");
  const running = upgradesOf(sim).get(name);
  if (running?.to === to) {
    running.commands.push(command);
    return undefined;
  }
  if (running) return problem(`its kubelet is on its way to ${running.to} already`);
  if (node.info.kubeletVersion === to) return doneBy(undefined);
  const event = sim.emit({ kind: "upgrade.started", node: name, what: "kubelet", to }, cause);
  const part = sim.controlPlane.nodes.includes(name) ? "controlPlaneKubelet" : "kubelet";
  const millis = sim.timings.upgrading(part, `upgrade kubelet ${name}`, duration);
  if (millis === undefined) return undefined;
  upgradesOf(sim).set(name, { to, commands: [command] });
  const options = { priority: priority.machine, weight: "busy" as const };
  sim.after(millis, "kubelet-upgrades.restart", name, event, options);
  return undefined;
}

function restart(sim: Sim, task: Task): void {
  const upgrade = upgradesOf(sim).get(task.subject);
  upgradesOf(sim).delete(task.subject);
  const node = sim.state.node(task.subject);
  if (!upgrade || !node) return;
  const event = setKubeletVersion(sim, node, upgrade.to, task.cause);
  restartKubelet(sim, node.name, event);
  for (const command of upgrade.commands) answer(sim, command, { kind: "done", changed: true }, event);
}
