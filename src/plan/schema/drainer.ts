import { drainers } from "../../facts/drainers.ts";
import type { Drainer } from "../plan.ts";
import { oneOf } from "./fields.ts";

/** Whose rules a rehearsal of this version follows: those that src/facts/drainers.ts tells. */
const rehearsedDrainers = Object.keys(drainers) as [Drainer, ...Drainer[]];
const laterDrainers = ["cluster-autoscaler", "gardener"];

/** The name of somebody who drains nodes. */
export const drainerName = oneOf(rehearsedDrainers, laterDrainers);
