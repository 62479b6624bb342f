import { z } from "zod";
import type { NodePoolAssumption } from "../assumptions.ts";
import { strict, whole } from "./fields.ts";
import { templateName } from "./node-template.ts";
import { durationOrNever, nodeName, selector, someMillis } from "./values.ts";

/** A pool of nodes that grows when pods find no room: src/plan/node-pools.ts. */
export const nodePool = strict("a node pool", {
  name: templateName.describe("What to call it; its new nodes are NAME-1, NAME-2 and so on"),
  like: nodeName.describe("The node whose shape a new one has"),
  selector: selector
    .exactOptional()
    .describe("Which nodes are in it; without it, those with the labels of the node it is like"),
  min: whole(0).prefault(0).describe("It is never made smaller than this"),
  max: whole(0).describe("It is never made larger than this"),
  join: durationOrNever
    .exactOptional()
    .describe("From the start of a new machine until its kubelet has registered; without it, join"),
  scaleDown: someMillis
    .exactOptional()
    .describe("Takes away nodes that have been empty for so long; without it, none"),
}).transform((pool, context): NodePoolAssumption => {
  if (pool.min <= pool.max) return pool;
  context.addIssue({ code: "custom", path: ["max"], message: `is less than min (${pool.min})` });
  return z.NEVER;
});
