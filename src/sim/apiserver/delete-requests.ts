import type { Kind, ObjectsByKind } from "../../model/cluster.ts";
import { parseRef } from "../../model/meta.ts";
import type { Sim } from "../sim.ts";
import { removeNode } from "../state/node-writes.ts";
import { deleteObject, patchObject } from "../state/object-writes.ts";
import { deletePod } from "./deletion.ts";
import { type ActionOf, doneBy, notFound, type Reply } from "./reply.ts";
import { find } from "./workload-requests.ts";

/** What the API server does when something is deleted. */

export function removePod(
  sim: Sim,
  { pod: target, graceSeconds, dryRun }: ActionOf<"deletePod">,
  cause: number,
): Reply {
  const pod = sim.state.podNamed(target.namespace, target.name);
  if (!pod) return notFound("pods", target.name);
  if (dryRun) return { fact: { kind: "done", changed: true } };
  const grace = graceSeconds === undefined ? {} : { graceSeconds };
  return doneBy(deletePod(sim, pod, { by: "delete", ...grace }, cause) ?? cause);
}

/** Deletes a node, a namespace (whose pods go later), a pod, or any other object with or without what it owns. */
export function remove(
  sim: Sim,
  { object: text, cascade, graceSeconds }: ActionOf<"delete">,
  cause: number,
): Reply {
  const ref = parseRef(text);
  if (ref?.kind === "Node") {
    const node = sim.state.node(ref.name);
    return node ? doneBy(removeNode(sim, node, cause)) : notFound("nodes", ref.name);
  }
  if (ref?.kind === "Pod") {
    const grace = graceSeconds === undefined ? {} : { graceSeconds };
    return removePod(sim, { kind: "deletePod", pod: { ...ref, uid: "" }, dryRun: false, ...grace }, cause);
  }
  const object = find(sim, text);
  if (!object) return notFound("objects", text);
  if (object.kind === "Namespace")
    return doneBy(patchObject(sim, "Namespace", { ...object, phase: "Terminating" }, "delete", cause));
  if (cascade === "orphan") orphan(sim, object.uid);
  const { kind } = object as { readonly kind: Exclude<Kind, "Pod" | "Node"> };
  return doneBy(deleteObject(sim, kind, object as ObjectsByKind[typeof kind], cause));
}

/** What it owned stays behind without an owner. */
function orphan(sim: Sim, uid: string): void {
  for (const pod of sim.state.podsOwnedBy(uid))
    sim.state.reownPod(
      pod,
      pod.owners.filter((owner) => owner.uid !== uid),
    );
  for (const child of sim.state.childrenOf(uid)) {
    const owners = child.owners.filter((owner) => owner.uid !== uid);
    sim.state.put(child.kind as "ReplicaSet", { ...child, owners } as unknown as ObjectsByKind["ReplicaSet"]);
  }
}
