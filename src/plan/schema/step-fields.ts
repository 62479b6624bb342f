import type { z } from "zod";
import { list } from "./fields.ts";
import { failurePolicy, nameText, nodeName, selector, someMillis } from "./values.ts";

/** The fields that steps have in common. */

/** What every step has. */
export const stepFields = {
  name: nameText.exactOptional().describe("What to call the step; without it, its kind and a number"),
  timeout: someMillis.exactOptional().describe("Bounds the whole step: after this long it has failed"),
  onFailure: failurePolicy
    .exactOptional()
    .describe("What happens when the step fails; without it, what the plan's defaults say"),
};

/** How a step says which nodes it is about. */
export const nodeFields = {
  nodes: list(nodeName, "node names").exactOptional().describe("The nodes, by name"),
  selector: selector.exactOptional().describe("The nodes, by label"),
};

/** Refuses nodes and a selector together. */
export function eitherNodesOrSelector(
  value: { readonly nodes?: unknown; readonly selector?: unknown },
  context: z.core.$RefinementCtx,
): void {
  if (value.nodes === undefined || value.selector === undefined) return;
  const message = "expected either nodes or a selector, got both";
  context.addIssue({ code: "custom", path: ["selector"], message });
}
