import type { ActionOf, PodFact } from "../exec/protocol.ts";
import { apiPath } from "../facts/api-resources.ts";
import type { Intent, Prepared } from "./intent.ts";
import { resource } from "./node-intents.ts";

/**
 * Evictions and deletions. Both are bound to the pod's UID: another pod under its name, made in the meantime, is not
 * touched. kubectl evicts by name alone; what it waits for is the same. Source: kubectl pkg/drain/drain.go v0.36.0.
 */

export function podPath({ namespace, name }: Pick<PodFact, "namespace" | "name">): string {
  return apiPath(resource("Pod"), { namespace, name });
}

export function evict(action: ActionOf<"evict">): Prepared {
  const { pod } = action;
  const path = podPath(pod);
  const body = {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name: pod.name, namespace: pod.namespace },
    deleteOptions: deleteOptions(action),
  };
  const request: Intent["request"] = { method: "POST", path: `${path}/eviction`, body };
  return { kind: "write", intent: { action, request, proof: { kind: "leaving", path, uid: pod.uid } } };
}

export function deletePod(action: ActionOf<"deletePod">): Prepared {
  const path = podPath(action.pod);
  const body = { apiVersion: "v1", kind: "DeleteOptions", ...deleteOptions(action) };
  const request: Intent["request"] = { method: "DELETE", path, body };
  return {
    kind: "write",
    intent: { action, request, proof: { kind: "leaving", path, uid: action.pod.uid } },
  };
}

function deleteOptions({ pod, graceSeconds, dryRun }: Omit<ActionOf<"deletePod">, "kind">) {
  return {
    preconditions: { uid: pod.uid },
    ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
    ...(dryRun ? { dryRun: ["All"] } : {}),
  };
}
