import type { ObjectsByKind } from "../../model/cluster.ts";
import { deletePod } from "../apiserver/deletion.ts";
import type { Task } from "../engine/task-queue.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { deleteObject } from "../state/object-writes.ts";
import { controllerLagMillis } from "./controller.ts";

/**
 * What an object owned goes after it. Only deletions of the rehearsal itself count: an owner that the input does
 * not have may well be there. Source: pkg/controller/garbagecollector.
 */
export const garbageCollectorRoom: Room = {
  name: "garbage-collector",
  on: {
    "object.deleted": (sim, _event, number) => {
      const uid = sim.state.lastDeleted;
      if (uid !== undefined)
        sim.after(controllerLagMillis, "garbage-collector.sweep", uid, number, {
          priority: priority.controller,
        });
    },
  },
  tasks: { "garbage-collector.sweep": sweep },
};

function sweep(sim: Sim, task: Task): void {
  for (const pod of sim.state.podsOwnedBy(task.subject))
    if (!pod.deletion) deletePod(sim, pod, { by: "garbage-collector" }, task.cause);
  for (const child of sim.state.childrenOf(task.subject))
    deleteObject(sim, child.kind as "ReplicaSet", child as ObjectsByKind["ReplicaSet"], task.cause);
}
