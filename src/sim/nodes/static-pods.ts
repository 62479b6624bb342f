import { isMirror, type Pod } from "../../model/pod.ts";
import { isStaticComponent, type StaticComponent } from "../../model/control-plane.ts";
import { labelValue } from "../../model/meta.ts";
import type { Task } from "../engine/task-queue.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { markReady, markUnready, setPodImage } from "../state/pod-writes.ts";

/**
 * What a kubelet writes of the control plane's static pods: their mirror pods are not Ready while they restart, and
 * show the image that runs. While the API is away nothing is written, and afterwards what is so then. A real mirror pod
 * is made anew with another UID. Source: pkg/kubelet/pod/mirror_client.go.
 */
export const staticPodsRoom: Room = {
  name: "static-pods",
  on: {
    "component.down": (sim, { component, node }, number) => plan(sim, component, node, number),
    "component.up": (sim, { component, node }, number) => plan(sim, component, node, number),
    "component.upgraded": (sim, { component, node }, number) => plan(sim, component, node, number),
  },
  tasks: { "static-pods.write": write },
};

function plan(sim: Sim, component: string, node: string, cause: number): void {
  if (!isStaticComponent(component)) return;
  const options = { priority: priority.machine, data: component };
  sim.after(0, "static-pods.write", node, cause, options);
}

function write(sim: Sim, task: Task): void {
  const component = task.data as StaticComponent;
  const pod = mirrorPod(sim, component, task.subject);
  if (!pod) return;
  if (!sim.controlPlane.runs(component, task.subject, (node) => sim.state.isNodeUp(node))) {
    markUnready(sim, pod, "ContainersNotReady", task.cause);
    return;
  }
  const image = imageOf(sim, pod, component);
  if (image !== undefined) setPodImage(sim, pod, component, image, task.cause);
  markReady(sim, sim.state.pod(pod.uid)!, task.cause);
}

function mirrorPod(sim: Sim, component: StaticComponent, node: string): Pod | undefined {
  return sim.state
    .podsOnNode(node)
    .find((pod) => isMirror(pod) && labelValue(pod.labels, "component") === component);
}

/** The image with the tag that runs now; undefined where that is not known, or is there already. */
function imageOf(sim: Sim, pod: Pod, component: StaticComponent): string | undefined {
  const tag = sim.controlPlane.tag(component, pod.nodeName);
  const image = pod.spec.containers.find(({ name }) => name === component)?.image;
  if (tag === undefined || image === undefined) return undefined;
  const next = `${image.replace(/(:[^:@/]*)?(@.*)?$/, "")}:${tag}`;
  return next === image ? undefined : next;
}
