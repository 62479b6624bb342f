import { expect, test } from "vitest";
import { type ApiObject, clusterOf, deployment, nodes, object } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "eviction-webhook";

function guarded(webhook: ApiObject) {
  return clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1"]),
    object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "guard", {
      webhooks: [
        {
          name: "guard.example.com",
          clientConfig: { url: "https://guard.example.com" },
          failurePolicy: "Fail",
          ...webhook,
        },
      ],
    }),
  );
}

const about = (resource: string, operation = "CREATE") => ({
  rules: [{ operations: [operation], apiGroups: [""], apiVersions: ["v1"], resources: [resource] }],
});

test("a webhook that is asked about evictions may refuse them: said, as it is not modelled", () => {
  expect(besidePlan(guarded(about("pods/eviction")), drainOf(["node-1"]), rule)).toMatchObject([
    {
      severity: "info",
      subject: "guard",
      message: "is asked about every eviction of a pod in 1 namespace, and may refuse it: not modelled",
      details: [
        "ValidatingWebhookConfiguration, webhook guard.example.com: shop.",
        "failurePolicy Fail for 1 of 1. kubectl retries only what is refused with 429.",
      ],
    },
  ]);
});

test("past the eviction API it is the deletion that is asked about", () => {
  const past = drainOf(["node-1"], { disableEviction: true });
  expect(besidePlan(guarded(about("pods", "DELETE")), past, rule)[0]!.message).toContain("every deletion");
  expect(besidePlan(guarded(about("pods/eviction")), past, rule)).toEqual([]);
});

test("near misses: pods but not evictions, another namespace, a label that no Eviction has", () => {
  const drain = drainOf(["node-1"]);
  expect(besidePlan(guarded(about("pods")), drain, rule)).toEqual([]);
  const elsewhere = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "pay" } } };
  expect(besidePlan(guarded({ ...about("pods/eviction"), ...elsewhere }), drain, rule)).toEqual([]);
  const labelled = { objectSelector: { matchLabels: { app: "web" } } };
  expect(besidePlan(guarded({ ...about("pods/eviction"), ...labelled }), drain, rule)).toEqual([]);
});
