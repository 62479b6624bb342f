import { describe, expect, test } from "vitest";
import { type ApiObject, object } from "../support/objects.ts";
import { budgetSpec, lastApplied, removedApis, removedSaid } from "../support/removed-apis.ts";
import { annotated } from "../support/versions.ts";

describe("who writes, who owns", () => {
  const managed = (made: ApiObject, ...writers: readonly (readonly [string, string])[]): ApiObject => ({
    ...made,
    metadata: {
      ...(made["metadata"] as ApiObject),
      managedFields: writers.map(([manager, apiVersion]) => ({
        manager,
        apiVersion,
        operation: "Update",
        time: "2024-03-01T10:00:00Z",
      })),
    },
  });
  const live = object("policy/v1", "PodDisruptionBudget", "shop/web", budgetSpec);
  const subject = "written/policy/v1beta1/PodDisruptionBudget";

  test("a program that wrote in the version that goes will do so again", () => {
    const written = managed(live, ["chart-operator", "policy/v1beta1"], ["other", "policy/v1"]);
    expect(removedSaid("v1.24.0", written, "v1.25.0")).toEqual([["warning", subject, "1.25"]]);
    expect(removedSaid("v1.23.0", written, "v1.24.0")).toEqual([]);
    const [found] = removedApis("v1.24.0", written, "v1.25.0");
    expect(found!.data["managers"]).toEqual(["chart-operator"]);
    expect(found!.details[0]).toBe("chart-operator: last on 2024-03-01.");
    // Where it is gone already, nobody can be doing it.
    expect(removedSaid("v1.25.0", written)).toEqual([["info", subject, "1.25"]]);
  });

  test("a person with kubectl may have; components of the cluster follow its version", () => {
    expect(removedSaid("v1.24.0", managed(live, ["kubectl-create", "policy/v1beta1"]), "v1.25.0")).toEqual([
      ["info", subject, "1.25"],
    ]);
    expect(
      removedSaid("v1.24.0", managed(live, ["kube-controller-manager", "policy/v1beta1"]), "v1.25.0"),
    ).toEqual([]);
    const applied = annotated(live, lastApplied("policy/v1beta1"));
    expect(
      removedSaid("v1.24.0", managed(applied, ["kubectl-client-side-apply", "policy/v1beta1"]), "v1.25.0"),
    ).toEqual([["info", "last-applied/policy/v1beta1/PodDisruptionBudget", "1.25"]]);
  });

  test("managed fields of any other shape tell nothing", () => {
    const odd = {
      ...live,
      metadata: { ...(live["metadata"] as ApiObject), managedFields: [null, 1, { manager: 2 }] },
    };
    expect(removedSaid("v1.24.0", odd, "v1.25.0")).toEqual([]);
  });

  test("an owner that is named by a version that goes is not found by the garbage collector", () => {
    const owned = (apiVersion: string) => ({
      ...live,
      metadata: {
        ...(live["metadata"] as ApiObject),
        ownerReferences: [{ apiVersion, kind: "Deployment", name: "web", uid: "d" }],
      },
    });
    expect(removedSaid("v1.15.0", owned("extensions/v1beta1"), "v1.16.0")).toContainEqual([
      "info",
      "owner/extensions/v1beta1/Deployment",
      "1.16",
    ]);
    expect(removedSaid("v1.21.0", owned("apps/v1"), "v1.25.0")).toEqual([]);
  });

  test("releases of Helm are said to be out of sight, where a minor ahead takes versions away", () => {
    const release = annotated(live, {
      "meta.helm.sh/release-name": "web",
      "meta.helm.sh/release-namespace": "shop",
    });
    expect(removedSaid("v1.24.0", release, "v1.25.0")).toEqual([["info", "helm", undefined]]);
    expect(removedSaid("v1.29.0", release, "v1.30.0")).toEqual([]);
    expect(removedSaid("v1.24.0", release)).toEqual([]);
  });
});
