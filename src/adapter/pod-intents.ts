import type { ActionOf, PodFact } from "../exec/protocol.ts";
import { apiPath } from "../facts/api-resources.ts";
import type { Api } from "./api.ts";
import { failedWith, get, type Intent, type Prepared } from "./intent.ts";
import { resource } from "./node-intents.ts";

/**
 * Evictions and deletions. Both are bound to the pod's UID: another pod under its name, made in the meantime, is not
 * touched. kubectl evicts by name alone; what it waits for is the same. Source: kubectl pkg/drain/drain.go v0.36.0.
 */

export function podPath({ namespace, name }: Pick<PodFact, "namespace" | "name">): string {
  return apiPath(resource("Pod"), { namespace, name });
}

export async function evict(api: Api, action: ActionOf<"evict">): Promise<Prepared> {
  const { pod } = action;
  const path = podPath(pod);
  const gone = await otherThan(api, pod);
  if (gone) return gone;
  const body = {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name: pod.name, namespace: pod.namespace },
    deleteOptions: deleteOptions(action),
  };
  const request: Intent["request"] = { method: "POST", path: `${path}/eviction`, body };
  return { kind: "write", intent: { action, request, proof: { kind: "leaving", path, uid: pod.uid } } };
}

export async function deletePod(api: Api, action: ActionOf<"deletePod">): Promise<Prepared> {
  const path = podPath(action.pod);
  const gone = await otherThan(api, action.pod);
  if (gone) return gone;
  const body = { apiVersion: "v1", kind: "DeleteOptions", ...deleteOptions(action) };
  const request: Intent["request"] = { method: "DELETE", path, body };
  return {
    kind: "write",
    intent: { action, request, proof: { kind: "leaving", path, uid: action.pod.uid } },
  };
}

/**
 * The answer where the pod is gone, or another one has its name. The server looks at an eviction's UID only after the
 * budgets, which would go on refusing for a pod that nobody means.
 */
async function otherThan(api: Api, pod: PodRef): Promise<Prepared | undefined> {
  const found = await get(api, podPath(pod));
  if ("error" in found) return failedWith(found.error);
  if (pod.uid === "" || found.object.metadata?.uid === pod.uid) return undefined;
  const message = `pods "${pod.name}" not found`;
  return failedWith({ code: 404, reason: "NotFound", message, causes: [] });
}

type PodRef = Pick<PodFact, "uid" | "namespace" | "name">;

function deleteOptions({ pod, graceSeconds, dryRun }: Omit<ActionOf<"deletePod">, "kind">) {
  return {
    preconditions: { uid: pod.uid },
    ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
    ...(dryRun ? { dryRun: ["All"] } : {}),
  };
}
