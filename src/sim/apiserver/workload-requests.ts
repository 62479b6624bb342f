import { byText } from "../../lib/order.ts";
import type { Kind, ObjectsByKind } from "../../model/cluster.ts";
import { formatRef, labelValue, type ObjectMeta, parseRef, refOf } from "../../model/meta.ts";
import { matchesSelector } from "../../model/selector.ts";
import { isPatchable, patchSpec } from "../../model/patch.ts";
import type { Pod, PodTemplate } from "../../model/pod.ts";
import type { DaemonSet, Deployment, ReplicaSet, Scalable, StatefulSet } from "../../model/workload.ts";
import type { Sim } from "../sim.ts";
import { createObject, patchObject, scaleWorkload } from "../state/object-writes.ts";
import { type ActionOf, doneBy, notFound, problem, type Reply } from "./reply.ts";

/** What the API server answers to requests about workloads, budgets and other objects. */

type OtherKind = Exclude<Kind, "Pod" | "Node">;

/** The object that a reference names, or undefined. */
export function find(sim: Sim, text: string): ObjectsByKind[OtherKind] | undefined {
  const ref = parseRef(text);
  if (!ref || !Object.hasOwn(sim.state.tables, ref.kind)) return undefined;
  const key = ref.namespace === "" ? ref.name : `${ref.namespace}/${ref.name}`;
  return sim.state.tables[ref.kind as OtherKind].get(key);
}

/** The objects of one kind that a command is about, by name. */
export function listObjects(sim: Sim, { selection }: ActionOf<"listObjects">): Reply {
  const { kind, namespace, names, selector, nodeName } = selection;
  const all: readonly (ObjectMeta & { readonly kind: string })[] =
    kind === "Pod" ? [...sim.state.pods()] : [...(sim.state.tables[kind as OtherKind]?.values() ?? [])];
  const inScope = all.filter(
    (object) =>
      (object.namespace === "" || object.namespace === namespace) &&
      matchesSelector(selector, object.labels) &&
      (nodeName === undefined || (object as Pod).nodeName === nodeName),
  );
  const named = names.map((name) => inScope.find((object) => object.name === name));
  const chosen = names.length > 0 ? named : [...inScope].sort((a, b) => byText(a.name, b.name));
  const objects = chosen
    .filter((object) => object !== undefined)
    .map((object) => ({ ref: formatRef(refOf(object)), uid: object.uid }));
  return { fact: { kind: "objects", objects, missing: names.filter((_, index) => !named[index]) } };
}

export function scale(sim: Sim, { workload, to, by }: ActionOf<"scale">, cause: number): Reply {
  const object = find(sim, workload);
  if (!object) return notFound("workloads", workload);
  if (!("replicas" in object)) return problem(`${workload} has no replicas`);
  const before = object.replicas;
  const replicas = Math.max(0, to ?? before + (by ?? 0));
  const event = scaleWorkload(sim, object, replicas, "client", cause);
  return doneBy(event, { kind: "scale", workload, to: before });
}

export function patch(sim: Sim, { object: ref, set }: ActionOf<"patch">, cause: number): Reply {
  const object = find(sim, ref);
  if (!object) return notFound("objects", ref);
  if (!isPatchable(object)) return problem(`patching a ${object.kind} is not modelled`);
  const result = patchSpec(object, set);
  if (!result.ok) return problem(result.message);
  return doneBy(replace(sim, result.object, JSON.stringify(set), cause), {
    kind: "create",
    object,
    replace: true,
  });
}

/** Writes the next state of an object; a change of replicas is told as what it is. */
function replace(sim: Sim, object: ObjectsByKind[OtherKind], what: string, cause: number): number {
  const before = find(sim, formatRef(refOf(object)));
  const { kind } = object as { readonly kind: OtherKind };
  if (before && isTemplated(before) && isTemplated(object)) remember(sim, before, object.template);
  const replicas = "replicas" in object ? object.replicas : undefined;
  const earlier = before && "replicas" in before ? before.replicas : undefined;
  if (replicas === undefined || replicas === earlier) return patchObject(sim, kind, object, what, cause);
  const event = patchObject(
    sim,
    kind,
    { ...object, replicas: earlier ?? replicas } as typeof object,
    what,
    cause,
  );
  scaleWorkload(sim, find(sim, formatRef(refOf(object))) as Scalable, replicas, "client", event);
  return event;
}

type Templated = Deployment | StatefulSet | DaemonSet;

function isTemplated(object: { readonly kind: string }): object is Templated {
  return object.kind === "Deployment" || object.kind === "StatefulSet" || object.kind === "DaemonSet";
}

/** `kubectl rollout restart`: an annotation with the time makes the template another one. */
export function restart(sim: Sim, { workload }: ActionOf<"restart">, cause: number): Reply {
  const object = find(sim, workload);
  if (!object) return notFound("workloads", workload);
  if (!isTemplated(object)) return problem(`a ${object.kind} cannot be restarted`);
  const restartedAt = new Date(sim.epoch()).toISOString();
  const annotations = { ...object.template.annotations, "kubectl.kubernetes.io/restartedAt": restartedAt };
  return doneBy(retemplate(sim, object, { annotations }, "restart", cause));
}

export function setImage(sim: Sim, { workload, images }: ActionOf<"setImage">, cause: number): Reply {
  const object = find(sim, workload);
  if (!object) return notFound("workloads", workload);
  if (!isTemplated(object)) return problem(`a ${object.kind} has no images`);
  const { containers, initContainers } = object.template.spec;
  const unknown = Object.keys(images).find(
    (name) => name !== "*" && ![...containers, ...initContainers].some((each) => each.name === name),
  );
  if (unknown !== undefined) return problem(`unable to find container named "${unknown}"`);
  const withImage = <T extends { readonly name: string; readonly image: string }>(each: T): T => ({
    ...each,
    image: images[each.name] ?? images["*"] ?? each.image,
  });
  const spec = {
    ...object.template.spec,
    containers: containers.map(withImage),
    initContainers: initContainers.map(withImage),
  };
  return doneBy(retemplate(sim, object, { spec }, "image", cause));
}

/** `kubectl rollout undo`: back to the template before this one. */
export function undo(sim: Sim, { workload }: ActionOf<"undo">, cause: number): Reply {
  const object = find(sim, workload);
  if (!object) return notFound("workloads", workload);
  if (!isTemplated(object)) return problem(`a ${object.kind} has no rollouts`);
  const template =
    object.kind === "Deployment" ? previousOfSets(sim, object) : sim.state.history.get(object.uid)?.at(-1);
  if (!template) return problem("no rollout history found");
  return doneBy(retemplate(sim, object, template, "undo", cause));
}

function retemplate(
  sim: Sim,
  object: Templated,
  change: Partial<PodTemplate>,
  what: string,
  cause: number,
): number {
  const template = { ...object.template, ...change };
  remember(sim, object, template);
  return patchObject(sim, object.kind, { ...object, template }, what, cause);
}

/** Keeps the template that another one replaces, for `rollout undo`. */
function remember(sim: Sim, before: Templated, next: PodTemplate): void {
  if (JSON.stringify(before.template) === JSON.stringify(next)) return;
  const history = sim.state.history.get(before.uid) ?? [];
  sim.state.history.set(before.uid, [...history, before.template]);
}

const revisionAnnotation = "deployment.kubernetes.io/revision";

/** The template of the ReplicaSet with the second highest revision, without the hash that the Deployment added. */
function previousOfSets(sim: Sim, deployment: Deployment): PodTemplate | undefined {
  const revision = (set: ReplicaSet) => Number(labelValue(set.annotations, revisionAnnotation) ?? "0");
  const sets = sim.state
    .childrenOf(deployment.uid)
    .filter((each): each is ReplicaSet => each.kind === "ReplicaSet")
    .sort((a, b) => revision(b) - revision(a) || byText(a.name, b.name));
  const template = sets[1]?.template;
  if (!template) return undefined;
  const { "pod-template-hash": _, ...labels } = template.labels;
  return { ...template, labels };
}

/** `kubectl create` and `apply`: a new object, or the next state of one that is there. */
export function create(sim: Sim, { object, replace: mayReplace }: ActionOf<"create">, cause: number): Reply {
  if (object.kind === "Pod" || object.kind === "Node")
    return problem(`creating a ${object.kind} is not modelled here`);
  const ref = formatRef(refOf(object));
  const before = find(sim, ref);
  if (before && !mayReplace) {
    const message = `${object.kind.toLowerCase()} "${object.name}" already exists`;
    return { fact: { kind: "error", error: { code: 409, reason: "AlreadyExists", message, causes: [] } } };
  }
  if (before) {
    const next = { ...object, uid: before.uid, createdAt: before.createdAt } as typeof object;
    return doneBy(replace(sim, next, "apply", cause));
  }
  const { kind } = object as { readonly kind: OtherKind };
  const created = {
    ...object,
    uid: `${ref}@${sim.now}`,
    createdAt: sim.epoch(),
    generation: 1,
  } as typeof object;
  return doneBy(createObject(sim, kind, created, cause));
}
