import { expect, test } from "vitest";
import { type ApiObject, clusterOf, deployment, nodes, object, service } from "../../support/objects.ts";
import { ofCluster } from "../../support/preflight.ts";

const rule = "webhook-unanswered";
const two = nodes("node-1", "node-2");
const web = deployment("shop/web", ["node-1"]);

function guard(more: ApiObject = {}): ApiObject {
  const webhook = {
    name: "guard.example.com",
    clientConfig: { service: { namespace: "guard", name: "guard" } },
    failurePolicy: "Fail",
    rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
    ...more,
  };
  return object("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "guard", {
    webhooks: [webhook],
  });
}

const down = deployment("guard/guard", ["node-2"], { isReady: false });

test("nobody answers: what is evicted cannot be created again", () => {
  expect(ofCluster(clusterOf(two, web, guard(), service("guard/guard"), down), rule)).toMatchObject([
    {
      severity: "warning",
      subject: "guard/guard",
      message:
        "should answer guard (failurePolicy Fail), and its only pod is not Ready: 2 pods that a drain evicts are subject to it and cannot be created again",
    },
  ]);
});

test("a Service that the input lacks may exist all the same", () => {
  const [finding] = ofCluster(clusterOf(two, web, guard(), service("shop/web")), rule);
  expect(finding!.message).toBe(
    "should answer guard (failurePolicy Fail), and the input has no such Service: if the cluster has none, 1 pod that a drain evicts is subject to it and cannot be created again",
  );
});

test("near misses: a Ready pod, fail-open, Services not given, an answer from outside", () => {
  const up = deployment("guard/guard", ["node-2"]);
  expect(ofCluster(clusterOf(two, web, guard(), service("guard/guard"), up), rule)).toEqual([]);
  const open = guard({ failurePolicy: "Ignore" });
  expect(ofCluster(clusterOf(two, web, open, service("guard/guard"), down), rule)).toEqual([]);
  expect(ofCluster(clusterOf(two, web, guard()), rule)).toEqual([]);
  const outside = guard({ clientConfig: { url: "https://guard.example.com" } });
  expect(ofCluster(clusterOf(two, web, outside, service("shop/web")), rule)).toEqual([]);
});

test("near miss: no pod here is subject to it, a note", () => {
  const labelled = guard({ objectSelector: { matchLabels: { guarded: "yes" } } });
  expect(ofCluster(clusterOf(two, web, labelled, service("guard/guard"), down), rule)[0]!.severity).toBe(
    "info",
  );
});
