import { describe, expect, test } from "vitest";
import { type ApiObject, object } from "../support/objects.ts";
import { removedApis, removedSaid } from "../support/removed-apis.ts";

describe("autoscalers and webhooks", () => {
  const autoscaler = (apiVersion: string) =>
    object("autoscaling/v1", "HorizontalPodAutoscaler", "shop/web", {
      spec: { scaleTargetRef: { apiVersion, kind: "Deployment", name: "web" }, maxReplicas: 3 },
    });

  test("a target is looked up by group and kind: only a group that is gone is lost", () => {
    expect(removedSaid("v1.15.0", autoscaler("extensions/v1beta1"), "v1.16.0")).toEqual([
      ["error", "shop/HorizontalPodAutoscaler/web", "1.16"],
    ]);
    // The version alone may go: that is information.
    expect(removedSaid("v1.15.0", autoscaler("apps/v1beta1"), "v1.16.0")).toEqual([
      ["info", "shop/HorizontalPodAutoscaler/web", "1.16"],
    ]);
    expect(removedSaid("v1.15.0", autoscaler("apps/v1"), "v1.16.0")).toEqual([]);
  });

  const rules = (group: string, version: string, resource: string) => ({
    operations: ["CREATE"],
    apiGroups: [group],
    apiVersions: [version],
    resources: [resource],
  });
  const webhook = (asked: readonly ApiObject[], more: ApiObject = {}) =>
    object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "guard", {
      webhooks: [
        {
          name: "guard.example.com",
          clientConfig: { url: "https://guard.example.com" },
          rules: asked,
          ...more,
        },
      ],
    });
  const subject = "ValidatingWebhookConfiguration/guard/guard.example.com";
  const onIngress = rules("extensions", "*", "ingresses");

  test("a webhook that asks only about a group that is gone is asked about nothing", () => {
    expect(removedSaid("v1.21.0", webhook([onIngress]), "v1.22.0")).toEqual([["warning", subject, "1.22"]]);
    expect(removedSaid("v1.20.0", webhook([onIngress]), "v1.21.0")).toEqual([]);
    expect(
      removedSaid("v1.21.0", webhook([onIngress, rules("networking.k8s.io", "v1", "ingresses")]), "v1.22.0"),
    ).toEqual([]);
    const both = { ...onIngress, apiGroups: ["extensions", "networking.k8s.io"] };
    expect(removedSaid("v1.21.0", webhook([both]), "v1.22.0")).toEqual([]);
  });

  test("and so is one that names only the version that goes, whatever its matchPolicy", () => {
    const old = rules("policy", "v1beta1", "poddisruptionbudgets");
    for (const matchPolicy of ["Exact", "Equivalent"])
      expect(removedSaid("v1.24.0", webhook([old], { matchPolicy }), "v1.25.0")).toEqual([
        ["warning", subject, "1.25"],
      ]);
    expect(removedSaid("v1.23.0", webhook([old]), "v1.24.0")).toEqual([]);
    expect(removedApis("v1.24.0", webhook([old]), "v1.25.0")[0]!.data["resources"]).toEqual([
      { resource: "poddisruptionbudgets", apiVersion: "policy/v1beta1", replacement: "policy/v1" },
    ]);
  });

  test.each([
    [
      "another version of it",
      [{ ...rules("policy", "v1beta1", "poddisruptionbudgets"), apiVersions: ["v1", "v1beta1"] }],
    ],
    ["any version", [rules("policy", "*", "poddisruptionbudgets")]],
    ["everything", [rules("*", "*", "*")]],
    [
      "the new version in a rule of its own",
      [rules("policy", "v1beta1", "poddisruptionbudgets"), rules("policy", "v1", "*")],
    ],
    ["another resource of that name", [rules("example.com", "v1beta1", "poddisruptionbudgets")]],
  ])("near miss: it asks about %s", (_, asked) => {
    expect(removedSaid("v1.24.0", webhook(asked), "v1.25.0")).toEqual([]);
  });
});
