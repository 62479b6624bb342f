import { compareVersions, parseVersion } from "../../model/version.ts";
import { type ActionOf, doneBy, problem, type Reply } from "../apiserver/reply.ts";
import { answer } from "../apiserver/requests.ts";
import type { Task } from "../engine/task-queue.ts";
import { priority, type Room, type Sim } from "../sim.ts";

/**
 * A control plane that its provider runs and upgrades: nothing of it is on a node of the cluster. Its API servers change
 * one after another, or there is only one, and nobody is answered meanwhile. Sources: EKS user guide, Update existing
 * cluster to new Kubernetes version; GKE, Standard cluster upgrades (zonal and regional clusters).
 */
export const managedControlPlaneRoom: Room = {
  name: "managed-control-plane",
  worksAlone: true,
  tasks: { "managed-control-plane.upgraded": upgraded },
};

interface Upgrade {
  readonly to: string;
  readonly api: "answers" | "away";
}

/** Asks the provider for a version; the answer comes when its control plane has it. */
export function startManagedControlPlane(
  sim: Sim,
  command: string,
  { to, api, duration }: ActionOf<"upgradeManagedControlPlane">,
  cause: number,
): Reply | undefined {
  const refusal = refusalOf(sim, to);
  if (refusal !== undefined) return problem(refusal);
  if (sim.controlPlane.clusterVersion === to) return doneBy(undefined);
  const event = sim.emit({ kind: "upgrade.started", node: "", what: "managed", to }, cause);
  const millis = sim.timings.upgrading("managedControlPlane", "upgrade managed control plane", duration);
  if (millis === undefined) return undefined;
  const down = api === "away" ? sim.emit({ kind: "api.down", reason: "managed" }, event) : event;
  if (api === "away") sim.suspend("api");
  const options = {
    priority: priority.machine,
    data: { to, api } satisfies Upgrade,
    weight: "busy" as const,
  };
  sim.after(millis, "managed-control-plane.upgraded", command, down, options);
  return undefined;
}

/** What every provider says no to: a minor skipped, and an older version. */
function refusalOf({ controlPlane }: Sim, to: string): string | undefined {
  if (controlPlane.nodes.length > 0)
    return "its control plane is on nodes of the cluster, where no provider upgrades it: upgradeControlPlane";
  const [from, target] = [parseVersion(controlPlane.clusterVersion), parseVersion(to)];
  if (!from || !target) return undefined;
  const now = `this is ${controlPlane.clusterVersion}`;
  if (target.minor > from.minor + 1) return `the provider refuses ${to}: ${now}, and it skips no minor`;
  return compareVersions(target, from) < 0 ? `the provider refuses ${to}: ${now}, which is newer` : undefined;
}

function upgraded(sim: Sim, task: Task): void {
  const { to, api } = task.data as Upgrade;
  const { controlPlane } = sim;
  const from = controlPlane.clusterVersion;
  controlPlane.clusterVersion = to;
  controlPlane.setVersion("kube-apiserver", "", to);
  const event = sim.emit(
    { kind: "component.upgraded", component: "kube-apiserver", node: "", from, to },
    task.cause,
  );
  if (api === "away") {
    sim.emit({ kind: "api.up" }, event);
    sim.resume("api");
  }
  answer(sim, task.subject, { kind: "done", changed: true }, event);
}
