import { drainers, type DrainerFact } from "../facts/drainers.ts";
import type { Problem } from "../model/problem.ts";
import { stepPlaces } from "./places.ts";
import { drainDefaults, type DrainOptions, type Plan } from "./plan.ts";
import { problemAt, type Source } from "./source.ts";

/** What every other drainer does without being asked: these flags of kubectl's change nothing for it. */
const always: ReadonlySet<string> = new Set(["ignoreDaemonSets", "deleteEmptyDirData", "force"]);

/** Flags of drains that the plan's drainer does not have: it would drain as though they were not there. */
export function drainerProblems(plan: Plan, source: Source): readonly Problem[] {
  const drainer: DrainerFact = drainers[plan.drainer];
  const places = stepPlaces(plan).flatMap(({ step, path }) =>
    step.kind === "drain" ? unknownFlags(step.options, drainer).map((flag) => ({ flag, path })) : [],
  );
  return places.map(({ flag, path }) => {
    const message = `${plan.drainer} has no ${flag}: ${drainer.title} would drain without it`;
    const isDefault = plan.defaults.drain[flag] !== undefined;
    const at = isDefault ? ["spec", "defaults", "drain", flag] : [...path, flag];
    return problemAt(at, message, source, "Leave it out, or drain by kubectl.");
  });
}

function unknownFlags(options: DrainOptions, { flags }: DrainerFact): (keyof DrainOptions)[] {
  if (flags === "all") return [];
  const known: ReadonlySet<string> = new Set([...always, ...flags]);
  const all = Object.keys(drainDefaults) as (keyof DrainOptions)[];
  return all.filter(
    (flag) => !known.has(flag) && JSON.stringify(options[flag]) !== JSON.stringify(drainDefaults[flag]),
  );
}
