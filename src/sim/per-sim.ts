import type { Sim } from "./sim.ts";

/** What a room keeps of each rehearsal for itself: made when it is first asked for, and gone with the rehearsal. */
export function perSim<T extends object>(make: (sim: Sim) => T): (sim: Sim) => T {
  const all = new WeakMap<Sim, T>();
  return (sim) => {
    let own = all.get(sim);
    if (!own) all.set(sim, (own = make(sim)));
    return own;
  };
}
