import { expect, test } from "vitest";
import {
  type ApiObject,
  budget,
  clusterOf,
  deployment,
  nodes,
  object,
  service,
} from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "webhook-on-drained-node";
const two = nodes("node-1", "node-2");
const web = deployment("shop/web", ["node-1"]);

function guard(more: ApiObject = {}): ApiObject[] {
  const webhook = {
    name: "guard.example.com",
    clientConfig: { service: { namespace: "guard", name: "guard" } },
    failurePolicy: "Fail",
    rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
    ...more,
  };
  return [
    service("guard/guard"),
    object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "guard", {
      webhooks: [webhook],
    }),
    object("v1", "Namespace", "guard", {}),
    object("v1", "Namespace", "shop", {}),
  ];
}

const answering = (...on: readonly string[]) => deployment("guard/guard", on);
const notItself = {
  namespaceSelector: {
    matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["guard"] }],
  },
};

test("asked about its own pods too: a circle that nothing ends, link by link", () => {
  const [finding] = ofCluster(clusterOf(two, web, guard(), answering("node-1")), rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "guard/guard",
    message:
      "answers guard (failurePolicy Fail), which is asked about its own new pods too, and its only Ready pod is on node-1",
    data: { isDeadlock: true },
  });
  expect(finding!.details[3]).toBe("      also the one that would answer: nothing ends this by itself.");
});

test("not asked about its own: a gap until a new one is Ready", () => {
  const cluster = clusterOf(two, web, guard(notItself), answering("node-1", "node-1"));
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)[0]!.severity).toBe("info");
  expect(ofCluster(cluster, rule)[0]).toMatchObject({
    severity: "warning",
    message:
      "answers guard (failurePolicy Fail), and its 2 Ready pods are all on node-1: until a new one is Ready, new pods that it is asked about are refused, 1 of those that a drain evicts",
  });
});

test("match conditions are not evaluated: may be", () => {
  const conditions = { matchConditions: [{ name: "some", expression: "true" }] };
  expect(ofCluster(clusterOf(two, guard(conditions), answering("node-1")), rule)[0]!.message).toContain(
    "may be asked",
  );
});

test("near misses: one on another node, fail-open, a budget that makes them take turns, not asked about pods", () => {
  expect(ofCluster(clusterOf(two, guard(), answering("node-1", "node-2")), rule)).toEqual([]);
  expect(ofCluster(clusterOf(two, guard({ failurePolicy: "Ignore" }), answering("node-1")), rule)).toEqual(
    [],
  );
  const turns = budget("guard/guard", { maxUnavailable: 1 });
  expect(ofCluster(clusterOf(two, guard(), answering("node-1", "node-1"), turns), rule)).toEqual([]);
  const rules = [
    { operations: ["CREATE"], apiGroups: ["apps"], apiVersions: ["v1"], resources: ["deployments"] },
  ];
  expect(ofCluster(clusterOf(two, guard({ rules }), answering("node-1")), rule)).toEqual([]);
});

test("near miss: no pod here is subject to it, a note", () => {
  const labelled = { objectSelector: { matchLabels: { guarded: "yes" } } };
  const [finding] = ofCluster(clusterOf(two, web, guard(labelled), answering("node-1")), rule);
  expect(finding!.severity).toBe("info");
});
