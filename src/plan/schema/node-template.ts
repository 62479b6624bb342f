import { z } from "zod";
import { parseResource } from "../../model/quantity.ts";
import type { Resources } from "../../model/pod.ts";
import { expected, list, oneOf, sentence, strict } from "./fields.ts";
import { version } from "./version.ts";
import { labelKey, labelValue, nodeName } from "./values.ts";

/** How a node that joins looks, as the file says it: src/plan/node-template.ts. */

const aName = expected("the name of a template (small letters, digits, dashes)");

/** Names of nodes are made from it. */
export const templateName = z.string(aName).regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, aName);

const aQuantity = expected('an amount such as 8, "500m" or 32Gi');

const capacity = z
  .record(
    labelKey,
    z.union([z.number(aQuantity), z.string(aQuantity)], aQuantity),
    expected("amounts by resource (cpu: 8, memory: 32Gi)"),
  )
  .transform((value, context): Resources => {
    const amounts: [string, number][] = [];
    for (const [name, text] of Object.entries(value)) {
      const amount = parseResource(name, String(text));
      if (amount !== undefined && amount >= 0 && Number.isSafeInteger(amount)) amounts.push([name, amount]);
      else
        context.addIssue({
          code: "custom",
          path: [name],
          message: sentence('an amount such as 8, "500m" or 32Gi', text),
        });
    }
    return Object.fromEntries(amounts);
  });

const taint = strict("a taint", {
  key: labelKey.describe("The taint's key"),
  value: labelValue.prefault("").describe("The taint's value"),
  effect: oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"]).describe("What it does to pods"),
});

export const nodeTemplate = strict("a node template", {
  like: nodeName
    .exactOptional()
    .describe("The node whose shape it has; without it, the node whose turn it is"),
  version: version.exactOptional().describe("The kubelet's version; without it, the pattern's"),
  labels: z
    .record(
      labelKey,
      labelValue.nullable(),
      expected("labels (a map from text to text; null leaves a label out)"),
    )
    .prefault({})
    .describe("Labels besides the pattern's, or in place of them; null leaves one out"),
  taints: list(taint, "taints", 0).exactOptional().describe("The taints, in place of the pattern's"),
  startupTaints: list(taint, "taints", 0)
    .prefault([])
    .describe("Taints that it has until its agents are Ready"),
  zone: labelValue
    .exactOptional()
    .describe("The zone; without it, that of the node it replaces, else the pattern's"),
  capacity: capacity.exactOptional().describe("What its machine has, in place of the pattern's amounts"),
});
