import type { Finding } from "../../src/verdict/verdict.ts";
import { type ApiObject, object } from "./objects.ts";
import { clusterAt, findingsAt, nodeAt } from "./versions.ts";

/** What removed-api says of single objects in a cluster of one node. */

const rule = "removed-api";

/** A manifest: nothing of it was ever in a cluster. */
export function manifest(apiVersion: string, kind: string, name: string, body: ApiObject = {}): ApiObject {
  return { apiVersion, kind, metadata: { name, namespace: "shop" }, ...body };
}

export const budgetSpec = { spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 1 } };
export const oldBudget = manifest("policy/v1beta1", "PodDisruptionBudget", "web", budgetSpec);
export const liveBudget = object("policy/v1beta1", "PodDisruptionBudget", "shop/web", budgetSpec);
/** What kubectl apply leaves on a budget of this version. */
export const lastApplied = (apiVersion: string) => ({
  "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
    apiVersion,
    kind: "PodDisruptionBudget",
  }),
});

/** The findings about a cluster of this version that has this object, on its way where there is one. */
export function removedApis(version: string, made: ApiObject, to?: string): readonly Finding[] {
  return findingsAt(clusterAt(version, nodeAt("node-1", version), made), rule, to);
}

/** Of each: its severity, its subject, and the minor that does not serve the version. */
export function removedSaid(version: string, made: ApiObject, to?: string): readonly unknown[] {
  return removedApis(version, made, to).map(({ severity, subject, data }) => [
    severity,
    subject,
    data["minor"],
  ]);
}
