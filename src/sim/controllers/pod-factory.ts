import { nameSuffix } from "../../lib/hash.ts";
import type { Labels, ObjectMeta } from "../../model/meta.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod, PodSpec, PodTemplate } from "../../model/pod.ts";
import { admitPod } from "../apiserver/admission.ts";
import type { Sim } from "../sim.ts";
import { noteWait, waitOf } from "./retry.ts";
import { createPod } from "../state/pod-writes.ts";

/** What a controller asks for when it makes a pod. */
export interface PodRequest {
  readonly owner: ObjectMeta & { readonly kind: string };
  readonly template: PodTemplate;
  /** Replaces the template's spec, where the controller adds to it. */
  readonly spec?: PodSpec;
  /** The pod's whole name, where it is not made from the owner's. */
  readonly name?: string;
  readonly extraLabels?: Labels;
  readonly finalizers?: readonly string[];
  /** Names the template's revision, for traces. */
  readonly revision: string;
}

/** The labels of a template's pods are one object, so that what selects them is found once. */
const mergedLabels = new WeakMap<PodTemplate, Map<string, Labels>>();

function labelsOf(template: PodTemplate, extra: Labels | undefined): Labels {
  if (!extra) return template.labels;
  let byExtra = mergedLabels.get(template);
  if (!byExtra) mergedLabels.set(template, (byExtra = new Map()));
  const key = JSON.stringify(extra);
  let labels = byExtra.get(key);
  if (!labels) byExtra.set(key, (labels = { ...template.labels, ...extra }));
  return labels;
}

/**
 * Creates a pod from a template. Its UID names it logically (`shop/Deployment/web#7`), so that two rehearsals
 * can be compared; its name looks like Kubernetes' own. False where admission refused it, or has not answered yet.
 */
export function createFromTemplate(sim: Sim, request: PodRequest, cause: number): boolean {
  const { owner } = request;
  if (waitOf(sim, owner.uid) > 0) return false;
  const identity = identityOf(owner);
  const uid = `${identity}#${sim.state.podsSoFar(identity) + 1}`;
  const pod = podOf(request, request.name ?? freeName(sim, owner, uid), uid, sim.epoch());
  const admission = admitPod(sim, pod);
  if (admission.ok) {
    createPod(sim, admission.pod, request.revision, cause);
    return true;
  }
  const { message, refusal } = admission;
  const webhook = refusal ? { webhook: refusal.webhook } : {};
  sim.emit({ kind: "create.denied", workload: identity, message, ...webhook }, cause);
  noteWait(sim, owner.uid, refusal?.waitedMillis ?? 0);
  return false;
}

/** The pod as its controller sends it, before admission. `createdAt` is in epoch milliseconds: the API keeps seconds. */
export function podOf(
  { owner, template, spec = template.spec, extraLabels, finalizers = [] }: Omit<PodRequest, "revision">,
  name: string,
  uid: string,
  createdAt: number,
): Pod {
  return {
    kind: "Pod",
    apiVersion: "v1",
    namespace: owner.namespace,
    name,
    uid,
    labels: labelsOf(template, extraLabels),
    annotations: template.annotations,
    owners: [
      { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name, uid: owner.uid, controller: true },
    ],
    finalizers,
    createdAt: Math.floor(createdAt / 1_000) * 1_000,
    spec,
    nodeName: "",
    priority: 0,
    preemptionPolicy: "PreemptLowerPriority",
    status: {
      phase: "Pending",
      reason: "",
      message: "",
      conditions: [],
      containerStatuses: [],
      initContainerStatuses: [],
      nominatedNodeName: "",
      hasIP: false,
    },
  };
}

/** `shop/Deployment/web` for a ReplicaSet of web, `shop/StatefulSet/db` for itself. */
function identityOf(owner: ObjectMeta & { readonly kind: string }): string {
  const above = owner.kind === "ReplicaSet" ? owner.owners.find(({ controller }) => controller) : undefined;
  const { kind, name } = above ?? owner;
  return `${owner.namespace}/${kind}/${name}`;
}

function freeName(sim: Sim, owner: ObjectMeta, uid: string): string {
  for (let attempt = 0; ; attempt++) {
    const name = `${owner.name}-${nameSuffix(`${keyOf(owner)} ${uid} ${attempt}`, 5)}`;
    if (!sim.state.podNamed(owner.namespace, name)) return name;
  }
}
