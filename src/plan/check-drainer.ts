import { drainers, type DrainerFact } from "../facts/drainers.ts";
import type { Problem } from "../model/problem.ts";
import { durationText } from "./duration-text.ts";
import { drainerOf } from "./drainers.ts";
import { stepPlaces } from "./places.ts";
import { drainDefaults, type DrainOptions, type Plan } from "./plan.ts";
import { problemAt, type Source } from "./source.ts";

/** What every other drainer does without being asked: these flags of kubectl's change nothing for it. */
const always: ReadonlySet<string> = new Set(["ignoreDaemonSets", "deleteEmptyDirData", "force"]);

/** Flags of drains that the plan's drainer does not have, or not with these values: it would drain otherwise. */
export function drainerProblems(plan: Plan, source: Source): readonly Problem[] {
  return stepPlaces(plan).flatMap(({ step, path }) => {
    if (step.kind !== "drain") return [];
    const name = drainerOf(step, plan);
    const drainer: DrainerFact = drainers[name];
    const placeOf = (flag: keyof DrainOptions) =>
      plan.defaults.drain[flag] === undefined ? [...path, flag] : ["spec", "defaults", "drain", flag];
    const unknown = unknownFlags(step.options, drainer).map((flag) => {
      const message = `${name} has no ${flag}: ${drainer.title} would drain without it`;
      return problemAt(placeOf(flag), message, source, "Leave it out, or drain by kubectl.");
    });
    const range = outOfRange(step.options, drainer);
    return range === undefined
      ? unknown
      : [...unknown, problemAt(placeOf("timeout"), `${name} takes a timeout ${range}`, source)];
  });
}

/** `from 5m to 24h, got 1m`, where a time-out is one that the drainer's owner refuses. */
function outOfRange({ timeout }: DrainOptions, { timeoutRange }: DrainerFact): string | undefined {
  if (!timeoutRange || timeout === 0) return undefined;
  const [shortest, longest] = timeoutRange;
  if (timeout >= shortest && timeout <= longest) return undefined;
  const range = `from ${durationText(shortest)} to ${durationText(longest)}`;
  return `${range}, got ${durationText(timeout)}`;
}

function unknownFlags(options: DrainOptions, { flags }: DrainerFact): (keyof DrainOptions)[] {
  if (flags === "all") return [];
  const known: ReadonlySet<string> = new Set([...always, ...flags]);
  const all = Object.keys(drainDefaults) as (keyof DrainOptions)[];
  return all.filter(
    (flag) => !known.has(flag) && JSON.stringify(options[flag]) !== JSON.stringify(drainDefaults[flag]),
  );
}
