import { groupKind } from "../../facts/owners.ts";
import { controllerOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { controllerLagMillis } from "./controller.ts";
import { createFromTemplate } from "./pod-factory.ts";

/**
 * Operators of which the plan says that they make new pods for those that leave (`assumptions.replacedOwners`): the
 * same pod under the same name, once the old one is gone. What else they do is not modelled.
 */
export function customOwnersRoom(replacedOwners: readonly string[]): Room {
  const kinds = new Set(replacedOwners);
  return {
    name: "custom-owners",
    on: {
      "pod.gone": (sim, _event, number) => {
        const pod = sim.state.lastRemoved;
        const owner = pod && controllerOf(pod);
        if (!owner || sim.state.objectByUid(owner.uid)) return;
        if (!kinds.has(groupKind(owner.apiVersion, owner.kind))) return;
        const options = { priority: priority.controller, data: pod };
        sim.after(controllerLagMillis, "custom-owners.replace", owner.uid, number, options);
      },
    },
    tasks: { "custom-owners.replace": (sim, task) => replace(sim, task.data as Pod, task.cause) },
  };
}

function replace(sim: Sim, pod: Pod, cause: number): void {
  const { labels, annotations, spec, namespace, name } = pod;
  const { apiVersion, kind, name: ownerName, uid } = controllerOf(pod)!;
  const owner = {
    apiVersion,
    kind,
    name: ownerName,
    namespace,
    uid,
    labels: {},
    annotations: {},
    owners: [],
    finalizers: [],
  };
  createFromTemplate(sim, { owner, template: { labels, annotations, spec }, name, revision: "" }, cause);
}
