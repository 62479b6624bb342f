import { z } from "zod";
import { parseDuration } from "../../lib/duration.ts";
import type { Machine } from "../../model/cluster-api.ts";
import { countOr, fields, optionalIntOrPercent, section, text } from "./fields.ts";

/**
 * Objects of Cluster API, as far as they tell how machines are replaced. v1beta1 and v1beta2 have the same in other places.
 * Source: kubernetes-sigs/cluster-api api/core/{v1beta1,v1beta2}, api/controlplane/kubeadm/{v1beta1,v1beta2}.
 */

/** `10m0s` of v1beta1. */
const goDuration = z
  .string("expected a duration such as 10m0s")
  .nullish()
  .transform((value, context) => {
    const millis = parseDuration(value ?? "0");
    if (millis !== undefined) return millis;
    context.addIssue({ code: "custom", message: `expected a duration such as 10m0s, got ${value ?? ""}` });
    return z.NEVER;
  });

const rollingUpdate = section({ maxSurge: optionalIntOrPercent, maxUnavailable: optionalIntOrPercent });
const strategy = section({ type: text(), rollingUpdate });
const machineSpec = section({
  nodeDrainTimeout: goDuration,
  deletion: section({ nodeDrainTimeoutSeconds: countOr(0) }),
});

/** v1beta2's seconds, else v1beta1's duration. */
function drainMillisOf({ nodeDrainTimeout, deletion }: z.output<typeof machineSpec>): number {
  return deletion.nodeDrainTimeoutSeconds * 1_000 || nodeDrainTimeout;
}

export const kubeadmControlPlane = fields({
  spec: section({
    rolloutStrategy: strategy,
    rollout: section({ strategy }),
    machineTemplate: section({ nodeDrainTimeout: goDuration, spec: machineSpec }),
  }),
}).transform(({ spec: { rolloutStrategy, rollout, machineTemplate } }) => {
  const maxSurge = rollout.strategy.rollingUpdate.maxSurge ?? rolloutStrategy.rollingUpdate.maxSurge;
  return {
    ...(maxSurge === undefined ? {} : { maxSurge: Number.parseInt(String(maxSurge), 10) }),
    drainMillis: drainMillisOf(machineTemplate.spec) || machineTemplate.nodeDrainTimeout,
  };
});

export const machineDeployment = fields({
  spec: section({ strategy, rollout: section({ strategy }), template: section({ spec: machineSpec }) }),
}).transform(({ spec: { strategy: before, rollout, template } }) => {
  const { maxSurge = before.rollingUpdate.maxSurge, maxUnavailable = before.rollingUpdate.maxUnavailable } =
    rollout.strategy.rollingUpdate;
  return {
    ...(maxSurge === undefined ? {} : { maxSurge }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
    isOnDelete: (rollout.strategy.type || before.type) === "OnDelete",
    drainMillis: drainMillisOf(template.spec),
  };
});

export const machine = fields({
  metadata: section({
    labels: z.record(z.string(), z.string()).nullish(),
  }),
  status: section({ nodeRef: section({ name: text() }) }),
}).transform(({ metadata: { labels }, status }): Omit<Machine, "cluster" | "namespace"> => {
  const plane = labels?.["cluster.x-k8s.io/control-plane-name"];
  const isPlane = labels?.["cluster.x-k8s.io/control-plane"] !== undefined;
  return {
    node: status.nodeRef.name,
    owner: plane ?? labels?.["cluster.x-k8s.io/deployment-name"] ?? "",
    kind: isPlane ? "KubeadmControlPlane" : "MachineDeployment",
  };
});
