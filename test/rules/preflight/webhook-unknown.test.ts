import { expect, test } from "vitest";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { ofCluster } from "../../support/preflight.ts";
import { guard } from "../../support/webhooks.ts";

const rule = "webhook-unknown";
const two = nodes("node-1", "node-2");
const web = deployment("shop/web", ["node-1"]);
const answering = deployment("guard/guard", ["node-2"]);

test.each([
  ["a URL", guard({ clientConfig: { url: "https://guard.example.com" } }), "a URL answers it"],
  ["no Service", guard().slice(1), "Service guard/guard, which answers it, is not in the input"],
  [
    "conditions",
    guard({ matchConditions: [{ name: "some", expression: "true" }] }),
    "its matchConditions are not evaluated",
  ],
])("%s: it is said that it is not known", (_, objects, why) => {
  const [finding] = ofCluster(clusterOf(two, web, objects, answering), rule);
  expect(finding).toMatchObject({
    severity: "info",
    subject: "ValidatingWebhookConfiguration/guard/guard.example.com",
    data: { why },
  });
});

test("near misses: it is known; it is fail-open; no pod that moves is subject to it", () => {
  expect(ofCluster(clusterOf(two, web, guard(), answering), rule)).toEqual([]);
  const url = { clientConfig: { url: "https://guard.example.com" } };
  expect(ofCluster(clusterOf(two, web, guard({ ...url, failurePolicy: "Ignore" })), rule)).toEqual([]);
  const labelled = { ...url, objectSelector: { matchLabels: { guarded: "yes" } } };
  expect(ofCluster(clusterOf(two, web, guard(labelled)), rule)).toEqual([]);
});
