import { isMirror, type Pod } from "../../model/pod.ts";
import { isStaticComponent, type StaticComponent, staticComponents } from "../../model/control-plane.ts";
import { withTag } from "../../lib/image.ts";
import { labelValue } from "../../model/meta.ts";
import type { Task } from "../engine/task-queue.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { bindPod, createPod, markReady, markRunning, markUnready, setPodImage } from "../state/pod-writes.ts";

/**
 * What a kubelet writes of the control plane's static pods: their mirror pods are not Ready while they restart, and
 * show the image that runs. While the API is away nothing is written, and afterwards what is so then. A real mirror pod
 * is made anew with another UID. Source: pkg/kubelet/pod/mirror_client.go.
 */
export const staticPodsRoom: Room = {
  name: "static-pods",
  on: {
    "node.added": (sim, { node }, number) => {
      for (const component of staticComponents)
        if (sim.controlPlane.nodes.includes(node)) plan(sim, component, node, number);
    },
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
  if (!pod) return registered(sim, component, task.subject, task.cause);
  if (!sim.controlPlane.runs(component, task.subject, (node) => sim.state.isNodeUp(node))) {
    markUnready(sim, pod, "ContainersNotReady", task.cause);
    return;
  }
  const image = imageOf(sim, pod, component);
  if (image !== undefined) setPodImage(sim, pod, component, image, task.cause);
  markReady(sim, sim.state.pod(pod.uid)!, task.cause);
}

/** A new control-plane node's static pod: shaped like that of another node, and running already. */
function registered(sim: Sim, component: StaticComponent, name: string, cause: number): void {
  const node = sim.state.node(name);
  const pattern = [...sim.state.pods(), ...sim.cluster.objects.Pod].find(
    (pod) => isMirror(pod) && labelValue(pod.labels, "component") === component,
  );
  const isThere = sim.controlPlane.runs(component, name, (each) => sim.state.isNodeUp(each));
  if (!node || !pattern || !isThere) return;
  const own: Pod = {
    ...pattern,
    name: `${component}-${name}`,
    uid: `mirror ${component} ${name}`,
    nodeName: "",
    owners: [{ apiVersion: "v1", kind: "Node", name, uid: node.uid, controller: true }],
    status: { ...pattern.status, phase: "Running", conditions: [], containerStatuses: [] },
  };
  const image = imageOf(sim, { ...own, nodeName: name }, component);
  const containers = own.spec.containers.map((each) =>
    each.name === component && image !== undefined ? { ...each, image } : each,
  );
  const created = createPod(sim, { ...own, spec: { ...own.spec, containers } }, "", cause);
  const bound = bindPod(sim, sim.state.pod(own.uid)!, name, created);
  // Its kubelet, which has started it before it could tell, says Ready.
  markRunning(sim, sim.state.pod(own.uid)!, bound);
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
  const next = withTag(image, tag);
  return next === image ? undefined : next;
}
