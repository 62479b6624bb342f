import { z } from "zod";
import type { Strategy } from "../strategy.ts";
import { expected, oneOf, strict } from "./fields.ts";
import { countOrPercent, millis } from "./values.ts";

/** How a rollout gets from its old nodes to new ones, as the file says it. */

const someNodes = expected("a number of nodes, or a percentage such as 10%");

/** `0`, `2` or `10%`. */
const countFromNone = z.union(
  [
    z.int(someNodes).min(0, someNodes),
    z.string(someNodes).regex(/^(\d|[1-9]\d|100)%$/, expected("a percentage from 0% to 100%")),
  ],
  someNodes,
);

const surge = strict("surge", {
  maxSurge: countFromNone.prefault(1).describe("How many nodes more there may be; a percentage rounds up"),
  maxUnavailable: countFromNone
    .prefault(0)
    .describe("How many old nodes may go before their replacement comes; a percentage rounds down"),
})
  .superRefine(({ maxSurge, maxUnavailable }, context) => {
    const isNone = (value: number | string) => value === 0 || value === "0%";
    if (!isNone(maxSurge) || !isNone(maxUnavailable)) return;
    const message = "neither a node more nor one less: expected maxSurge or maxUnavailable of 1 or more";
    context.addIssue({ code: "custom", path: ["maxSurge"], message });
  })
  .transform((body): Strategy => ({ kind: "surge", ...body }));

const blueGreen = strict("blueGreen", {
  batch: countOrPercent.prefault(1).describe("How many nodes at a time; a percentage rounds up"),
  batchSoak: millis.prefault("0s").describe("How long to wait after each batch of drains"),
  poolSoak: millis.prefault("0s").describe("How long to wait before the old nodes are deleted"),
}).transform((body): Strategy => ({ kind: "blueGreen", ...body }));

const aStrategy = expected("inPlace, {surge: {…}} or {blueGreen: {…}}");

/** Undefined for `inPlace`: nodes are worked on where they are, and stay. */
export const strategy = z.union(
  [
    oneOf(["inPlace"]).transform((): Strategy | undefined => undefined),
    strict("strategy", {
      inPlace: strict("inPlace", {}).exactOptional(),
      surge: surge.exactOptional().describe("A new node joins, then the old one goes"),
      blueGreen: blueGreen
        .exactOptional()
        .describe("All new nodes join, then the old ones are emptied batch by batch, then they go"),
    }).transform((value, context): Strategy | undefined => {
      const kinds = Object.keys(value);
      if (kinds.length === 1) return value.surge ?? value.blueGreen;
      const message = `expected one of inPlace, surge, blueGreen, got ${kinds.join(" and ") || "none of them"}`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }),
  ],
  aStrategy,
);
