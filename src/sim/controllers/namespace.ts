import { priority, type Room } from "../sim.ts";
import { deletePod } from "../apiserver/deletion.ts";

/**
 * Between a change of a namespace that is being deleted and the next look at what it still contains.
 * Source: pkg/controller/namespace/namespace_controller.go, namespaceDeletionGracePeriod; recording d65 under test/truth.
 */
const sweepMillis = 5_000;

/** The namespace controller: what is in a namespace that is being deleted goes. */
export const namespaceRoom: Room = {
  name: "namespace",
  on: {
    "object.patched": (sim, { object, what }, number) => {
      const [kind, name] = object.split("/");
      if (kind === "Namespace" && what === "delete")
        sim.after(sweepMillis, "namespace.sweep", name!, number, { priority: priority.controller });
    },
  },
  tasks: {
    "namespace.sweep": (sim, task) => {
      const pods = sim.state.podsInNamespace(task.subject);
      if (pods.length === 0) return;
      const object = `Namespace/${task.subject}`;
      const event = sim.emit({ kind: "object.patched", object, what: "sweep" }, task.cause);
      for (const pod of pods) if (!pod.deletion) deletePod(sim, pod, { by: "namespace" }, event);
      // The first look changes the namespace's status, which brings the second; then half the longest grace period.
      const isFirst = task.data === undefined;
      const longest = Math.max(...pods.map((pod) => pod.spec.terminationGracePeriodSeconds));
      const delay = isFirst ? sweepMillis : (Math.floor(longest / 2) + 1) * 1_000;
      sim.after(delay, "namespace.sweep", task.subject, event, {
        priority: priority.controller,
        data: "again",
      });
    },
  },
};
