import type { NodePoolAssumption } from "./assumptions.ts";
import { durationField } from "./duration-text.ts";
import { type Json, optionalText, said, unless } from "./file-fields.ts";

/** A node pool as its file says it; `selector` prints a selector. */
export function poolField(
  { name, like, selector, min, max, join, scaleDown }: NodePoolAssumption,
  selectorField: (selector: NonNullable<NodePoolAssumption["selector"]>) => Json,
): Json {
  return said({
    name,
    like,
    selector: selector && selectorField(selector),
    min: unless(min, 0),
    max,
    join: join && durationField(join),
    scaleDown: optionalText(scaleDown),
  });
}
