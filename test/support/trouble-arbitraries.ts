import { fc } from "@fast-check/vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import type { Node } from "../../src/model/node.ts";
import type { Pod } from "../../src/model/pod.ts";
import type { ResourceQuota, WebhookConfiguration } from "../../src/model/policy.ts";
import { type Maintenance, maintenances } from "./maintenance-arbitraries.ts";

/** Maintenances of clusters in which something is wrong already, or that let nothing new in. */

interface Trouble {
  readonly unready: readonly number[];
  readonly held: readonly number[];
  readonly silentNode: boolean;
  readonly quota: number | undefined;
  readonly webhook: "none" | "pods" | "evictions" | "everything";
}

const trouble: fc.Arbitrary<Trouble> = fc.record({
  unready: fc.subarray([0, 1, 2, 3]),
  held: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.subarray([1, 4]) }),
  silentNode: fc.oneof(
    { weight: 4, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  quota: fc.option(fc.integer({ min: 0, max: 8 }), { nil: undefined }),
  webhook: fc.constantFrom("none", "none", "pods", "evictions", "everything"),
});

export const troubledMaintenances: fc.Arbitrary<Maintenance> = fc
  .tuple(maintenances, trouble)
  .map(([{ cluster, plan }, wrong]) => ({ cluster: troubled(cluster, wrong), plan }));

function troubled(cluster: Cluster, { unready, held, silentNode, quota, webhook }: Trouble): Cluster {
  const { objects } = cluster;
  const pods = objects.Pod.map((pod, index) => {
    // The pods of a silent node are marked so by its controller.
    const isOnSilent = silentNode && pod.nodeName === objects.Node[0]?.name;
    const ended = unready.includes(index) || isOnSilent ? withoutReady(pod) : pod;
    return held.includes(index) ? { ...ended, finalizers: ["example.com/held"] } : ended;
  });
  const nodes = objects.Node.map((node, index) => (silentNode && index === 0 ? silent(node) : node));
  const configurations = webhook === "none" ? [] : [configuration(webhook)];
  return {
    ...cluster,
    isGenerated: false,
    objects: {
      ...objects,
      Pod: pods,
      Node: nodes,
      ResourceQuota: quota === undefined ? [] : [quotaOf(quota)],
      WebhookConfiguration: configurations,
    },
  };
}

function withoutReady(pod: Pod): Pod {
  const conditions = pod.status.conditions.map((each) =>
    each.type === "Ready" ? { ...each, status: "False" as const } : each,
  );
  return { ...pod, status: { ...pod.status, conditions } };
}

function silent(node: Node): Node {
  const conditions = node.conditions.map((each) =>
    each.type === "Ready" ? { ...each, status: "Unknown" as const } : each,
  );
  const key = "node.kubernetes.io/unreachable";
  const taints = [
    { key, value: "", effect: "NoSchedule" as const },
    { key, value: "", effect: "NoExecute" as const },
  ];
  return { ...node, conditions, taints: [...node.taints, ...taints] };
}

const bare = { uid: "trouble", labels: {}, annotations: {}, owners: [], finalizers: [] };

function quotaOf(pods: number): ResourceQuota {
  return {
    ...bare,
    kind: "ResourceQuota",
    apiVersion: "v1",
    namespace: "default",
    name: "pods",
    hard: { pods },
    scopes: [],
    hasScopeSelector: false,
  };
}

/** A webhook that the pods of app-0 answer, and that is asked about their own too. */
function configuration(about: "pods" | "evictions" | "everything"): WebhookConfiguration {
  const resources = { pods: ["pods"], evictions: ["pods/eviction"], everything: ["*", "*/*"] }[about];
  return {
    ...bare,
    kind: "ValidatingWebhookConfiguration",
    apiVersion: "admissionregistration.k8s.io/v1",
    namespace: "",
    name: "guard",
    webhooks: [
      {
        name: "guard.example.com",
        failurePolicy: "Fail",
        timeoutSeconds: 10,
        service: { namespace: "default", name: "app-0", port: 443, path: "" },
        url: "",
        rules: [{ operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources, scope: "*" }],
        matchPolicy: "Equivalent",
        admissionReviewVersions: ["v1"],
        namespaceSelector: [],
        objectSelector: [],
        matchConditions: 0,
      },
    ],
  };
}
