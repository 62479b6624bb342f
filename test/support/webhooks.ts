import { type ApiObject, object, service } from "./objects.ts";

/** A fail-closed webhook `guard.example.com` about new pods, answered by Service guard/guard, and its namespaces. */
export function guard(more: ApiObject = {}, kind = "ValidatingWebhookConfiguration"): ApiObject[] {
  const webhook = {
    name: "guard.example.com",
    clientConfig: { service: { namespace: "guard", name: "guard", path: "/pods" } },
    failurePolicy: "Fail",
    rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
    ...more,
  };
  return [
    service("guard/guard"),
    object("admissionregistration.k8s.io/v1", kind, "guard", { webhooks: [webhook] }),
    object("v1", "Namespace", "guard", {}),
    object("v1", "Namespace", "shop", {}),
  ];
}

/** Leaves the webhook's own namespace out. */
export const notItself = {
  namespaceSelector: {
    matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["guard"] }],
  },
};

/** Rules about this resource only. */
export function asksAbout(resource: string, operation = "CREATE", apiGroup = "", scope = "*"): ApiObject {
  const apiVersions = ["v1"];
  return {
    rules: [{ operations: [operation], apiGroups: [apiGroup], apiVersions, resources: [resource], scope }],
  };
}
