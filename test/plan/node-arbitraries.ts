import { fc } from "@fast-check/vitest";
import type { Taint } from "../../src/model/taint.ts";
import type { NodeTemplate } from "../../src/plan/node-template.ts";
import { labelKey, labelValue, nodeName, version } from "./value-arbitraries.ts";

/** Taints, and templates of nodes that join. */

export const taint: fc.Arbitrary<Taint> = fc.record({
  key: labelKey,
  value: labelValue,
  effect: fc.constantFrom("NoSchedule" as const, "PreferNoSchedule" as const, "NoExecute" as const),
});

export const template: fc.Arbitrary<NodeTemplate> = fc.record(
  {
    like: nodeName,
    version,
    labels: fc.dictionary(labelKey, fc.option(labelValue)),
    taints: fc.array(taint, { maxLength: 2 }),
    startupTaints: fc.array(taint, { maxLength: 2 }),
    zone: labelValue,
    capacity: fc.dictionary(fc.constantFrom("cpu", "memory", "pods", "nvidia.com/gpu"), fc.nat(1e12)),
  },
  { requiredKeys: ["labels", "startupTaints"] },
);
