import { describe, expect, test } from "vitest";
import {
  apiRemovalOf,
  apiRemovals,
  apiReplacementAt,
  apiServedSince,
  apiVersionOf,
} from "../../src/facts/api-removals.ts";

const kinds = apiRemovals.flatMap((row) =>
  row.kinds.map((kind) => ({ row, kind, apiVersion: apiVersionOf(row) })),
);

describe("removed APIs", () => {
  test.each(kinds)("$apiVersion $kind", ({ row, kind, apiVersion }) => {
    expect(apiRemovalOf(apiVersion, kind)).toBe(row);
    const { introduced = 0, deprecated = row.removed, removed, announced = removed } = row;
    expect(introduced).toBeLessThan(removed);
    expect(introduced).toBeLessThan(deprecated);
    expect(deprecated).toBeLessThanOrEqual(announced);
    expect(row.source).not.toBe("");
    const instead = apiReplacementAt(row, kind, removed);
    // What is to be used instead is another version, and still there when this one is not.
    const name = instead ? apiVersionOf(instead) : "";
    expect(name).not.toBe(apiVersion);
    expect(apiRemovalOf(name, instead?.kind ?? kind)?.removed ?? Infinity).toBeGreaterThan(removed);
  });

  test("each is named once", () => {
    const names = kinds.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test("the names that everybody knows", () => {
    expect(apiRemovalOf("policy/v1beta1", "PodDisruptionBudget")?.removed).toBe(25);
    expect(apiRemovalOf("extensions/v1beta1", "Ingress")?.removed).toBe(22);
    expect(apiRemovalOf("autoscaling/v2beta2", "HorizontalPodAutoscaler")?.removed).toBe(26);
    expect(apiRemovalOf("policy/v1", "PodDisruptionBudget")).toBeUndefined();
    expect(apiServedSince("policy/v1", "PodDisruptionBudget")).toBe(21);
    expect(apiServedSince("v1", "Pod")).toBeUndefined();
  });

  test("a replacement that is gone too is replaced by what came after it", () => {
    const row = apiRemovalOf("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema")!;
    expect(apiReplacementAt(row, "FlowSchema", 26)?.version).toBe("v1beta3");
    expect(apiReplacementAt(row, "FlowSchema", 32)?.version).toBe("v1");
  });
});
