import { allKinds, type Cluster, type Kind } from "../../src/model/cluster.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { repair } from "../../src/planner/repair.ts";
import { layOut, unpainted } from "../../src/report/layout.ts";
import { screenOf, type ScreenInput } from "../../src/report/screen.ts";
import type { SimulateOptions } from "../../src/sim/simulate.ts";
import { rehearse } from "../support/rehearse.ts";

/** A rehearsal as a report shows it. */

/** The cluster with every kind given but these. */
export function whole(cluster: Cluster, ...notGiven: readonly Kind[]): Cluster {
  return { ...cluster, given: allKinds.filter((kind) => !notGiven.includes(kind)) };
}

/** All that a report shows of this plan on this cluster, its fixes rehearsed. */
export function reportOf(
  cluster: Cluster,
  plan: Plan,
  options: Partial<SimulateOptions> = {},
  more: Partial<ScreenInput> = {},
): ScreenInput {
  const { trace, verdict } = rehearse(cluster, plan, options);
  return {
    trace,
    verdict,
    repairs: repair(cluster, plan, verdict, (edited) => rehearse(cluster, edited, options).verdict),
    subject: { command: "drain", hasTimeout: false },
    failOn: "error",
    next: [],
    verbose: false,
    ...more,
  };
}

/** The screen as it stands in a pipe. */
export function textOf(input: ScreenInput): string {
  return layOut(screenOf(input), 80, unpainted).join("\n");
}
