import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, object, service, statefulSet } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";
import { guard, notItself } from "../../support/webhooks.ts";

const rule = "webhook-self-lock";
const three = nodes("node-1", "node-2", "node-3");
const web = deployment("shop/web", ["node-1"]);

test("a webhook that is asked about its own pods: the circle, and what it takes with it", () => {
  const cluster = clusterOf(three, web, guard(), deployment("guard/guard", ["node-1"]));
  const { verdict } = rehearse(cluster, drainOf(["node-1"]));
  const [finding] = findingsOf(verdict, rule);
  expect(finding).toMatchObject({
    severity: "error",
    subject: "guard/Deployment/guard",
    message:
      "never made again: webhook guard.example.com (failurePolicy Fail) refuses the very pods that would answer it",
    data: { refused: ["shop/Deployment/web"] },
  });
  expect(finding!.details.slice(0, 3)).toEqual([
    "guard/Deployment/guard misses 1 of 1 pod,",
    "  which webhook guard.example.com refuses: no Ready pod of Service guard/guard answers it,",
    "  ".repeat(2) + "which waits for guard/Deployment/guard: nothing ends this by itself.",
  ]);
  expect(finding!.suggestions.at(-1)!.commands).toEqual([
    `kubectl patch validatingwebhookconfiguration/guard --type=json -p '[{"op":"add","path":"/webhooks/0/failurePolicy","value":"Ignore"}]'`,
  ]);
  expect(findingsOf(verdict, "service-outage")[0]!.message).toContain("(see webhook-self-lock)");
  // The others are refused because of the circle: they are told of as such.
  expect(findingsOf(verdict, "replacement-denied").map(({ subject }) => subject)).toEqual([
    "shop/Deployment/web",
  ]);
});

test("two that wait for each other are one circle", () => {
  const other = (name: string, by: string, about: string) => [
    service(`${by}/${by}`),
    object("v1", "Namespace", by, {}),
    object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", name, {
      webhooks: [
        {
          name: `${name}.example.com`,
          clientConfig: { service: { namespace: by, name: by } },
          failurePolicy: "Fail",
          rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": about } },
        },
      ],
    }),
    statefulSet(`${by}/${by}`, ["node-1"]),
  ];
  const cluster = clusterOf(three, other("one", "a", "b").flat(), other("two", "b", "a").flat());
  const [finding, ...more] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, rule);
  expect(more).toEqual([]);
  expect(finding!.data).toMatchObject({ workloads: ["a/StatefulSet/a", "b/StatefulSet/b"] });
});

test("near misses: its own namespace left out, a second replica elsewhere", () => {
  const apart = clusterOf(three, web, guard(notItself), deployment("guard/guard", ["node-1"]));
  expect(findingsOf(rehearse(apart, drainOf(["node-1"])).verdict, rule)).toEqual([]);
  const two = clusterOf(three, web, guard(), deployment("guard/guard", ["node-1", "node-2"]));
  expect(findingsOf(rehearse(two, drainOf(["node-1"])).verdict, rule)).toEqual([]);
});
