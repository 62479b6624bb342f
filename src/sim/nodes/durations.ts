import type { Duration } from "../../plan/assumptions.ts";
import type { Sim } from "../sim.ts";

/** How long it takes this time, in milliseconds; undefined: it never ends. */
export function drawDuration(
  sim: Pick<Sim, "chooser">,
  duration: Duration,
  label: string,
): number | undefined {
  switch (duration.kind) {
    case "fixed":
      return duration.millis;
    case "distribution":
      return sim.chooser.sample(label, duration.table);
    case "never":
      return undefined;
  }
}
