import { isFinished } from "../../model/pod.ts";
import { podRequests } from "../../model/pod-resources.ts";
import { tolerates } from "../../model/taint.ts";
import { matchesNodeTerms } from "../../model/affinity.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { bindPod, markUnschedulable } from "../state/pod-writes.ts";

// STUB until the scheduler proper lands
export function schedulerRoom(): Room {
  const wakeAll = (sim: Sim, _e: unknown, n: number) => {
    for (const pod of sim.state.pods()) if (pod.nodeName === "" && !pod.deletion) wake(sim, pod.uid, n);
  };
  const wake = (sim: Sim, uid: string, n: number) =>
    sim.after(5, "stub.schedule", uid, n, { priority: priority.scheduler });
  return {
    name: "scheduler",
    start: (sim) => wakeAll(sim, undefined, 0),
    on: {
      "pod.created": (sim, { pod }, n) => wake(sim, pod, n),
      "node.uncordoned": wakeAll,
      "node.untainted": wakeAll,
      "node.tainted": wakeAll,
      "pod.gone": wakeAll,
    },
    tasks: {
      "stub.schedule": (sim, task) => {
        const pod = sim.state.pod(task.subject);
        if (!pod || pod.nodeName !== "" || pod.deletion || isFinished(pod)) return;
        const req = podRequests(pod.spec);
        let best: string | undefined;
        let bestCount = Infinity;
        for (const node of sim.state.tables.Node.values()) {
          if (
            node.unschedulable &&
            !tolerates(pod.spec.tolerations, {
              key: "node.kubernetes.io/unschedulable",
              value: "",
              effect: "NoSchedule",
            })
          )
            continue;
          if (node.taints.some((t) => t.effect !== "PreferNoSchedule" && !tolerates(pod.spec.tolerations, t)))
            continue;
          if (!Object.keys(pod.spec.nodeSelector).every((k) => node.labels[k] === pod.spec.nodeSelector[k]))
            continue;
          if (
            pod.spec.affinity.requiredNodes &&
            !matchesNodeTerms(pod.spec.affinity.requiredNodes, node.labels, node.name)
          )
            continue;
          const pods = sim.state.podsOnNode(node.name).filter((p) => !isFinished(p));
          if (pods.length >= (node.allocatable["pods"] ?? 110)) continue;
          const fits = Object.entries(req).every(
            ([r, a]) =>
              a === 0 ||
              pods.reduce((s, p) => s + (podRequests(p.spec)[r] ?? 0), 0) + a <= (node.allocatable[r] ?? 0),
          );
          if (!fits) continue;
          const count = pods.filter((p) => p.labels["app"] === pod.labels["app"]).length * 100 + pods.length;
          if (count < bestCount) [best, bestCount] = [node.name, count];
        }
        if (best === undefined) markUnschedulable(sim, pod, "no node", task.cause, []);
        else bindPod(sim, pod, best, task.cause);
      },
    },
  };
}
