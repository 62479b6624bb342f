import type { Cluster } from "../model/cluster.ts";
import { labelValue, type ObjectMeta } from "../model/meta.ts";
import type { Ownership } from "../verdict/verdict.ts";

/**
 * Who put an object there and would put it back: a suggestion that Helm or Argo CD undoes an hour later is no fix.
 * Sources: helm.sh/docs/chart_best_practices/labels, argo-cd docs (resource tracking), fluxcd.io/flux/components.
 */
export function ownershipOf(
  object: ObjectMeta & { readonly kind: string },
  cluster: Cluster,
): Ownership | undefined {
  return byGitOps(object) ?? byHelm(object) ?? byAutoscaler(object, cluster) ?? byOperator(object);
}

function byGitOps({ labels, annotations }: ObjectMeta): Ownership | undefined {
  const tracking = labelValue(annotations, "argocd.argoproj.io/tracking-id")?.split(":")[0];
  const instance = tracking ?? labelValue(labels, "argocd.argoproj.io/instance");
  if (instance !== undefined) return { who: `Argo CD application "${instance}"`, reverts: "may undo" };
  const kustomization = labelValue(labels, "kustomize.toolkit.fluxcd.io/name");
  if (kustomization !== undefined)
    return { who: `Flux kustomization "${kustomization}"`, reverts: "will undo" };
  const helmRelease = labelValue(labels, "helm.toolkit.fluxcd.io/name");
  if (helmRelease !== undefined) return { who: `Flux Helm release "${helmRelease}"`, reverts: "may undo" };
  return undefined;
}

function byHelm({ labels, annotations }: ObjectMeta): Ownership | undefined {
  const release = labelValue(annotations, "meta.helm.sh/release-name");
  if (release !== undefined) return { who: `Helm release "${release}"`, reverts: "may undo" };
  if (labelValue(labels, "app.kubernetes.io/managed-by") !== "Helm") return undefined;
  const instance = labelValue(labels, "app.kubernetes.io/instance") ?? labelValue(labels, "release");
  return instance === undefined ? undefined : { who: `Helm release "${instance}"`, reverts: "may undo" };
}

function byAutoscaler(
  object: ObjectMeta & { readonly kind: string },
  cluster: Cluster,
): Ownership | undefined {
  const hpa = cluster.objects.HorizontalPodAutoscaler.find(
    ({ namespace, target }) =>
      namespace === object.namespace && target.kind === object.kind && target.name === object.name,
  );
  return hpa && { who: `HorizontalPodAutoscaler ${hpa.namespace}/${hpa.name}`, reverts: "will undo" };
}

const known = new Set(["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "Node"]);

function byOperator(object: ObjectMeta): Ownership | undefined {
  const owner = object.owners.find(({ controller }) => controller) ?? object.owners[0];
  if (!owner || known.has(owner.kind)) return undefined;
  return { who: `${owner.kind} ${owner.name}, by its operator`, reverts: "will undo" };
}

/** `Helm release "queue" owns it: its next upgrade may undo a change of it.` */
export function ownershipSentence({ who, reverts }: Ownership, what: string): string {
  if (reverts === "will undo") return `${who} owns ${what} and will undo a change of it.`;
  const next = who.includes("Helm") ? "upgrade" : "sync";
  return `${who} owns ${what}: its next ${next} may undo a change of it.`;
}
