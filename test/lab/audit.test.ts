import { join } from "node:path";
import { expect, test } from "vitest";
import type { LabControlPlane } from "../../lab/control-plane.ts";
import { folderWith } from "../support/command-line.ts";
import { auditOf } from "./audit.ts";

/** The check that every run in the lab has to pass does fail where it should. */

const plan = `apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: test }
spec:
  steps:
    - drain: { nodes: [n1] }
    - rollout: { nodes: [n3], perNode: [{ drain: {} }, { uncordon: {} }] }
    - scale: { workload: shop/StatefulSet/db, by: 1 }
`;

const role = (name: string, rules: string, namespace = "") => `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: ${name}${namespace} }
rules: [${rules}]
`;
const printed = [
  role(
    "a",
    '{ apiGroups: [""], resources: [nodes, pods], verbs: [list, patch] }, { apiGroups: [""], resources: [pods/eviction, secrets], verbs: [create] }, { apiGroups: [apps], resources: [statefulsets/scale], verbs: [patch] }',
  ),
  role(
    "b",
    "{ apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [seatrial-execute], verbs: [update] }",
    ", namespace: kube-system",
  ),
].join("---\n");

const request = (verb: string, resource: string, more: object = {}, rest: object = {}) => ({
  verb,
  user: { username: "seatrial" },
  requestURI: "/",
  objectRef: { resource, ...more },
  responseStatus: { code: 200 },
  ...rest,
});
const binding = (uid: string, node: string) => ({
  ...request(
    "create",
    "pods",
    { subresource: "binding" },
    { requestObject: { metadata: { uid }, target: { name: node } } },
  ),
  user: { username: "system:kube-scheduler" },
});
const eviction = (uid: string) =>
  request(
    "create",
    "pods",
    { subresource: "eviction", namespace: "shop", name: "web" },
    { requestObject: { deleteOptions: { preconditions: { uid } } } },
  );

const good = [
  request("list", "pods"),
  request("patch", "nodes", { name: "n1" }),
  request("patch", "nodes", { name: "n3" }),
  binding("u1", "n1"),
  eviction("u1"),
  request("patch", "statefulsets", { subresource: "scale", apiGroup: "apps", namespace: "shop", name: "db" }),
  request("update", "leases", {
    apiGroup: "coordination.k8s.io",
    namespace: "kube-system",
    name: "seatrial-execute",
  }),
  { ...request("get", ""), objectRef: undefined, requestURI: "/version" },
];

/** Holds what was asked for against the plan; `mayBeRefused` as a test says it that takes a right away. */
function check(events: readonly object[], mayBeRefused = false): void {
  const text = `${events.map((event) => JSON.stringify(event)).join("\n")}\n`;
  const folder = folderWith({ "audit.log": text, "plan.yaml": plan });
  const audit = auditOf({ auditLog: join(folder, "audit.log") } as LabControlPlane);
  audit.granted(printed, join(folder, "plan.yaml"));
  if (mayBeRefused) audit.mayBeRefused();
  audit.check();
}

test("a run that keeps to its plan and its rights", () => {
  expect(() => check(good)).not.toThrow();
});

test.each([
  ["a right that no role grants", "no role grants", request("delete", "nodes", { name: "n1" })],
  [
    "a lease of another name",
    "no role grants",
    request("update", "leases", { apiGroup: "coordination.k8s.io", namespace: "kube-system", name: "x" }),
  ],
  [
    "a role of one namespace in another one",
    "no role grants",
    request("update", "leases", {
      apiGroup: "coordination.k8s.io",
      namespace: "shop",
      name: "seatrial-execute",
    }),
  ],
  [
    "a path that is not everybody's",
    "no role grants",
    { ...request("get", ""), objectRef: undefined, requestURI: "/metrics" },
  ],
  ["a node that is none of the plan's", "is no plan's business", request("patch", "nodes", { name: "n2" })],
  [
    "a workload that is none of the plan's",
    "is no plan's business",
    request("patch", "statefulsets", {
      subresource: "scale",
      apiGroup: "apps",
      namespace: "shop",
      name: "other",
    }),
  ],
  [
    "an object of no plan",
    "is no plan's business",
    request("create", "secrets", { namespace: "shop", name: "x" }),
  ],
  ["a pod that never was on the node", "is no plan's business", eviction("u2")],
  ["a pod by its name alone", "is no plan's business", { ...eviction("u1"), requestObject: {} }],
  ["a refusal", "was refused", { ...request("list", "pods"), responseStatus: { code: 403 } }],
])("near miss: %s", (_what, message, event) => {
  expect(() => check([...good, binding("u2", "n2"), event])).toThrow(message);
});

test("a refusal where a right was taken away", () => {
  expect(() =>
    check([...good, { ...request("list", "pods"), responseStatus: { code: 403 } }], true),
  ).not.toThrow();
});
