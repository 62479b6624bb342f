import { describe, expect, test } from "vitest";
import { type ApiObject, object } from "../support/objects.ts";
import { clusterAt, findingsAt, nodeAt } from "../support/versions.ts";

const rule = "removed-api";

describe("custom resources", () => {
  const definition = (storedVersions: readonly string[], ...versions: readonly ApiObject[]) =>
    object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "things.example.com", {
      spec: { group: "example.com", names: { kind: "Thing", plural: "things" }, versions },
      status: { storedVersions },
    });
  const v1 = { name: "v1", served: true, storage: true };
  const alpha = { name: "v1alpha1", served: false, storage: false };
  const thing = (version: string) => ({
    apiVersion: `example.com/${version}`,
    kind: "Thing",
    metadata: { name: "x" },
  });
  const subject = "CustomResourceDefinition/things.example.com";
  const all = (...made: readonly ApiObject[]) =>
    findingsAt(clusterAt("v1.33.0", nodeAt("node-1", "v1.33.0"), ...made), rule).map((each) => [
      each.severity,
      each.subject,
    ]);

  test("objects may be kept in a version that was the storage version before", () => {
    expect(all(definition(["v1"], v1, alpha))).toEqual([]);
    expect(all(definition(["v1alpha1", "v1"], v1, alpha))).toEqual([["info", subject]]);
    expect(all(definition(["v1alpha1", "v1"], v1))).toEqual([["warning", subject]]);
  });

  test("manifests in a version that the definition does not serve", () => {
    expect(all(definition(["v1"], v1, alpha), thing("v1alpha1"))).toEqual([
      ["error", "example.com/v1alpha1/Thing"],
    ]);
    expect(all(definition(["v1"], v1, alpha), thing("v1"))).toEqual([]);
    expect(all(thing("v1alpha1"))).toEqual([]);
  });
});
