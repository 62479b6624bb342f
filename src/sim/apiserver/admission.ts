import { admissionFacts } from "../../facts/admission.ts";
import type { ControlPlaneSettings } from "../../model/control-plane-settings.ts";
import type { Container, Pod, PodSpec, Resources } from "../../model/pod.ts";
import { isFinished } from "../../model/pod.ts";
import type { LimitRange, PriorityClass, ResourceQuota } from "../../model/policy.ts";
import { formatResource } from "../../model/quantity.ts";
import { podRequests } from "../../model/pod-resources.ts";
import { wellKnownTaint, type Toleration } from "../../model/taint.ts";
import { podRequest } from "../../model/webhook.ts";
import type { Sim } from "../sim.ts";
import { webhookRefusal, type WebhookRefusal } from "./webhooks.ts";

/**
 * What the API server does to a pod before it stores it: priority, default tolerations, limit ranges, webhooks, quotas,
 * in this order. Source: plugin/pkg/admission/{priority,defaulttolerationseconds,limitranger,resourcequota};
 * pkg/kubeapiserver/options/plugins.go, AllOrderedPlugins.
 */

export type Admission =
  | { readonly ok: true; readonly pod: Pod }
  | { readonly ok: false; readonly message: string; readonly refusal?: WebhookRefusal };

/** The pod as it would be stored, or why it is refused. */
export function admitPod(sim: Sim, pod: Pod): Admission {
  const { tables } = sim.state;
  const settings = sim.settings.controlPlane;
  const isOn = (plugin: string) => !settings.disabledAdmission.has(plugin);
  const limitRanges = isOn("LimitRanger")
    ? [...tables.LimitRange.values()].filter(({ namespace }) => namespace === pod.namespace)
    : [];
  const spec = admittedSpec(pod.spec, limitRanges, settings);
  const admitted: Pod = {
    ...pod,
    spec,
    ...priorityOf(pod.spec.priorityClassName, [...tables.PriorityClass.values()]),
  };
  if (tables.Namespace.get(pod.namespace)?.phase === "Terminating") {
    const message = `unable to create new content in namespace ${pod.namespace} because it is being terminated`;
    return { ok: false, message: `pods "${pod.name}" is forbidden: ${message}` };
  }
  const asked = { shape: podRequest.create, namespace: pod.namespace, labels: [pod.labels] };
  const unmutated = webhookRefusal(sim, asked, ["mutating"]);
  if (unmutated) return { ok: false, message: unmutated.error.message, refusal: unmutated };
  const limit = limitProblem(admitted, limitRanges);
  if (limit !== undefined) return { ok: false, message: `pods "${pod.name}" is forbidden: ${limit}` };
  const unvalidated = webhookRefusal(sim, asked, ["validating"]);
  if (unvalidated) return { ok: false, message: unvalidated.error.message, refusal: unvalidated };
  for (const quota of isOn("ResourceQuota") ? tables.ResourceQuota.values() : []) {
    const problem = quota.namespace === pod.namespace ? quotaProblem(sim, admitted, quota) : undefined;
    if (problem !== undefined) return { ok: false, message: `pods "${pod.name}" is forbidden: ${problem}` };
  }
  return { ok: true, pod: admitted };
}

/** Pods of one template stay pods of one template: the spec that admission makes of theirs is made once. */
const admittedSpecs = new WeakMap<PodSpec, Map<string, PodSpec>>();

function admittedSpec(
  spec: PodSpec,
  limitRanges: readonly LimitRange[],
  settings: ControlPlaneSettings,
): PodSpec {
  const seconds = defaultTolerationSeconds(settings);
  const ranges = limitRanges.map((range) => range.uid + String(range.generation ?? 0)).join(" ");
  const key = `${Object.values(seconds).join(" ")} ${ranges}`;
  let byRanges = admittedSpecs.get(spec);
  if (!byRanges) admittedSpecs.set(spec, (byRanges = new Map()));
  let admitted = byRanges.get(key);
  if (!admitted) {
    admitted = withLimitDefaults(withDefaultTolerations(spec, seconds), limitRanges);
    byRanges.set(key, admitted);
  }
  return admitted;
}

/** How long pods that say nothing else tolerate these taints, in seconds; none where the plugin is switched off. */
function defaultTolerationSeconds(settings: ControlPlaneSettings): Readonly<Record<string, number>> {
  if (settings.disabledAdmission.has("DefaultTolerationSeconds")) return {};
  return {
    [wellKnownTaint.notReady]: settings.notReadySeconds.value,
    [wellKnownTaint.unreachable]: settings.unreachableSeconds.value,
  };
}

function withDefaultTolerations(spec: PodSpec, seconds: Readonly<Record<string, number>>): PodSpec {
  const missing = Object.entries(seconds).filter(
    ([key]) =>
      !spec.tolerations.some(
        (each) =>
          (each.key === key || each.key === "") && (each.effect === "NoExecute" || each.effect === ""),
      ),
  );
  if (missing.length === 0) return spec;
  const added = missing.map(([key, tolerationSeconds]): Toleration => ({
    key,
    operator: "Exists",
    value: "",
    effect: "NoExecute",
    tolerationSeconds,
  }));
  return { ...spec, tolerations: [...spec.tolerations, ...added] };
}

function withLimitDefaults(spec: PodSpec, limitRanges: readonly LimitRange[]): PodSpec {
  const items = limitRanges.flatMap(({ limits }) => limits.filter(({ type }) => type === "Container"));
  if (items.length === 0) return spec;
  const complete = (container: Container): Container => {
    let { requests, limits } = container;
    for (const item of items) {
      limits = { ...item.defaultLimits, ...limits };
      requests = { ...item.defaultRequests, ...requests };
    }
    return { ...container, requests, limits };
  };
  return {
    ...spec,
    containers: spec.containers.map(complete),
    initContainers: spec.initContainers.map(complete),
  };
}

function limitProblem(pod: Pod, limitRanges: readonly LimitRange[]): string | undefined {
  for (const item of limitRanges.flatMap(({ limits }) => limits)) {
    if (item.type === "Container") {
      for (const container of pod.spec.containers) {
        const problem = boundsProblem(container.requests, container.limits, item, "Container");
        if (problem !== undefined) return problem;
      }
    } else if (item.type === "Pod") {
      const problem = boundsProblem(podRequests(pod.spec), {}, item, "Pod");
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function boundsProblem(
  requests: Resources,
  limits: Resources,
  item: { readonly min: Resources; readonly max: Resources },
  type: string,
): string | undefined {
  for (const [resource, max] of Object.entries(item.max)) {
    const amount = limits[resource] ?? requests[resource];
    if (amount === undefined || amount <= max) continue;
    return `maximum ${resource} usage per ${type} is ${formatResource(resource, max)}, but limit is ${formatResource(resource, amount)}`;
  }
  for (const [resource, min] of Object.entries(item.min)) {
    const amount = requests[resource];
    if (amount === undefined || amount >= min) continue;
    return `minimum ${resource} usage per ${type} is ${formatResource(resource, min)}, but request is ${formatResource(resource, amount)}`;
  }
  return undefined;
}

/** The priority of a pod of this class, and what its class says about preemption. */
function priorityOf(
  className: string,
  classes: readonly PriorityClass[],
): Pick<Pod, "priority" | "preemptionPolicy"> {
  const named = classes.find(({ name }) => name === className);
  const system = admissionFacts.systemPriorities[className];
  const chosen = className === "" ? classes.find(({ globalDefault }) => globalDefault) : named;
  return {
    priority: chosen?.value ?? system ?? 0,
    preemptionPolicy: chosen?.preemptionPolicy ?? "PreemptLowerPriority",
  };
}

/** Source: plugin/pkg/admission/resourcequota: the sum over the namespace's unfinished pods, terminating ones included. */
function quotaProblem(sim: Sim, pod: Pod, quota: ResourceQuota): string | undefined {
  if (quota.hasScopeSelector || quota.scopes.some((scope) => !inScope(pod, scope))) return undefined;
  const asked = quotaUsage(pod);
  const exceeded: string[] = [];
  const used: string[] = [];
  const limited: string[] = [];
  const peers = sim.state.podsInNamespace(pod.namespace).filter((each) => !isFinished(each));
  for (const [resource, hard] of Object.entries(quota.hard)) {
    const amount = asked[resource];
    if (amount === undefined) continue;
    const sum = peers.reduce((total, each) => total + (quotaUsage(each)[resource] ?? 0), 0);
    if (sum + amount <= hard) continue;
    const unit = resource.split(".").at(-1) ?? resource;
    exceeded.push(`${resource}=${formatQuota(unit, amount)}`);
    used.push(`${resource}=${formatQuota(unit, sum)}`);
    limited.push(`${resource}=${formatQuota(unit, hard)}`);
  }
  if (exceeded.length === 0) return undefined;
  return `exceeded quota: ${quota.name}, requested: ${exceeded.join(",")}, used: ${used.join(",")}, limited: ${limited.join(",")}`;
}

function inScope(pod: Pod, scope: string): boolean {
  const isBestEffort = pod.spec.containers.every(
    ({ requests, limits }) => Object.keys(requests).length === 0 && Object.keys(limits).length === 0,
  );
  if (scope === "BestEffort") return isBestEffort;
  if (scope === "NotBestEffort") return !isBestEffort;
  return scope !== "Terminating";
}

function quotaUsage(pod: Pod): Record<string, number> {
  const usage: Record<string, number> = { pods: 1, "count/pods": 1 };
  for (const [resource, amount] of Object.entries(podRequests(pod.spec))) {
    usage[resource] = amount;
    usage[`requests.${resource}`] = amount;
  }
  for (const container of pod.spec.containers)
    for (const [resource, amount] of Object.entries(container.limits))
      usage[`limits.${resource}`] = (usage[`limits.${resource}`] ?? 0) + amount;
  return usage;
}

function formatQuota(unit: string, amount: number): string {
  return unit === "cpu" && amount % 1_000 !== 0
    ? `${amount}m`
    : unit === "cpu"
      ? String(amount / 1_000)
      : formatResource(unit, amount);
}
