import { expect, test } from "vitest";
import type { Step } from "../../../src/plan/plan.ts";
import { deletePod } from "../../../src/sim/apiserver/deletion.ts";
import type { Room } from "../../../src/sim/sim.ts";
import { boundVolume, clusterOf, nodes, statefulSet } from "../../support/objects.ts";
import { planOf, rehearse } from "../../support/rehearse.ts";

const minute = 60_000;

/** Somebody deletes pod data/db-0 by force. */
function forcedAt(millis: number): Room {
  return {
    name: "somebody",
    start: (sim) => sim.after(millis, "somebody.delete", "db-0", 0),
    tasks: {
      "somebody.delete": (sim, task) => {
        const pod = sim.state.podNamed("data", task.subject)!;
        deletePod(sim, pod, { by: "delete", graceSeconds: 0 }, task.cause);
      },
    },
  };
}

test("a volume of a machine that is down is detached by force six minutes after its last pod is gone", () => {
  const spec = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] };
  const volume = boundVolume("disk", "data/data", ["ReadWriteOnce"]);
  const cluster = clusterOf(nodes("node-1", "node-2"), volume, statefulSet("data/db", ["node-1"], { spec }));
  const lost: Step = {
    kind: "reboot",
    name: "lost",
    nodes: { kind: "names", names: ["node-1"] },
    duration: { kind: "never" },
  };
  const { trace } = rehearse(cluster, planOf([lost]), { rooms: [forcedAt(10 * minute)] });
  const gone = trace.events.find(({ kind }) => kind === "pod.gone")!;
  const attached = trace.events.find(({ kind }) => kind === "volume.attached")!;
  expect(gone.time).toBe(10 * minute);
  // Six minutes, and then the move itself, 20 s by default.
  expect(attached.time - gone.time).toBeGreaterThanOrEqual(6 * minute + 20_000);
  expect(attached.time - gone.time).toBeLessThan(6 * minute + 21_000);
});
