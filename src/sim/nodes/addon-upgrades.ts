import { addonWorkloads } from "../../facts/kubeadm-addons.ts";
import { componentOfPod } from "../../model/components.ts";
import { versionText } from "../../model/control-plane.ts";
import { parseVersion } from "../../model/version.ts";
import { imageName, withVersion } from "../../lib/image.ts";
import type { Container, PodTemplate } from "../../model/pod.ts";
import { type ActionOf, doneBy, type Reply } from "../apiserver/reply.ts";
import { answer } from "../apiserver/requests.ts";
import { find, setImage } from "../apiserver/workload-requests.ts";
import type { Task } from "../engine/task-queue.ts";
import { priority, type Room, type Sim } from "../sim.ts";

/**
 * kubeadm's add-ons: their workload gets a new image, and its controller replaces the pods. Which version a node's
 * kube-proxy has is seen when its pod starts. Source: cmd/kubeadm/app/phases/addons.
 */
export const addonUpgradesRoom: Room = {
  name: "addon-upgrades",
  on: { "pod.running": (sim, { pod }, number) => noteProxy(sim, pod, number) },
  tasks: { "addon-upgrades.write": write },
};

interface Upgrade {
  readonly command: string;
  readonly action: ActionOf<"upgradeAddon">;
}

/** Starts the upgrade of an add-on; where the cluster does not have it, or has this version, nothing is done. */
export function startAddon(
  sim: Sim,
  command: string,
  action: ActionOf<"upgradeAddon">,
  cause: number,
): Reply | undefined {
  const current = containerOf(sim, action)?.image;
  if (current === undefined || withVersion(current, action.to) === current) return doneBy(undefined);
  const millis = sim.timings.upgrading("addon", `upgrade ${action.addon}`, action.duration);
  if (millis === undefined) return undefined;
  const data: Upgrade = { command, action };
  const options = { priority: priority.server, data, weight: "busy" as const };
  sim.after(millis, "addon-upgrades.write", action.addon, cause, options);
  return undefined;
}

/** An add-on's own container: the one whose image is called as the add-on is. */
function containerOf(sim: Sim, { addon }: ActionOf<"upgradeAddon">): Container | undefined {
  const workload = find(sim, addonWorkloads[addon]) as { readonly template?: PodTemplate } | undefined;
  const containers = workload?.template?.spec.containers ?? [];
  return containers.find(({ image }) => imageName(image) === addon);
}

function write(sim: Sim, task: Task): void {
  const { command, action } = task.data as Upgrade;
  const { addon, to } = action;
  const container = containerOf(sim, action);
  if (!container) return answer(sim, command, doneBy(undefined).fact, task.cause);
  const current = container.image;
  const images = { [container.name]: withVersion(current, to) };
  const reply = setImage(sim, { kind: "setImage", workload: addonWorkloads[addon], images }, task.cause);
  const written = reply.event ?? task.cause;
  const from = parseVersion(current.slice(current.lastIndexOf(":") + 1));
  const event =
    addon === "coredns" && from
      ? sim.emit(
          {
            kind: "component.upgraded",
            component: "CoreDNS",
            node: "",
            from: versionText(from, "CoreDNS"),
            to,
          },
          written,
        )
      : written;
  answer(sim, command, reply.fact, event);
}

function noteProxy(sim: Sim, uid: string, cause: number): void {
  const pod = sim.state.pod(uid);
  const [component] = pod ? componentOfPod(pod) : [];
  if (component?.name !== "kube-proxy") return;
  const to = versionText(component.version, "kube-proxy");
  const from = sim.controlPlane.version("kube-proxy", component.node);
  if (from === to) return;
  sim.controlPlane.setVersion("kube-proxy", component.node, to);
  if (from !== undefined)
    sim.emit({ kind: "component.upgraded", component: "kube-proxy", node: component.node, from, to }, cause);
}
