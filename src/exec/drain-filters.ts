import { type DrainerFact, drainerMarks } from "../facts/drainers.ts";
import { labelValue } from "../model/meta.ts";
import { tolerates } from "../model/taint.ts";
import type { DrainOptions } from "../plan/plan.ts";
import type { PodGroup } from "../trace/event.ts";
import type { DrainRules } from "./drain-rules.ts";
import type { PodFact } from "./protocol.ts";

/**
 * kubectl drain's filters: which pods of a node it deletes, which it leaves, and at which it refuses.
 * Source: kubernetes/kubectl pkg/drain/filters.go v0.36.0; facts/drain.json, filters. Other drainers have the same
 * filters, or some of them and their own: facts/drainers.ts.
 */

export type FilterStatus =
  | { readonly kind: "okay" }
  | { readonly kind: "skip" }
  /** `deletes` tells whether the pod is deleted all the same. */
  | { readonly kind: "warning"; readonly deletes: boolean; readonly message: string }
  | { readonly kind: "error"; readonly message: string };

type PodFilter = (pod: PodFact, options: DrainOptions, now: number, drainer: DrainerFact) => FilterStatus;

export const drainMessage = {
  daemonSetFatal: "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)",
  daemonSetWarning: "ignoring DaemonSet-managed Pods",
  localStorageFatal: "Pods with local storage (use --delete-emptydir-data to override)",
  localStorageWarning: "deleting Pods with local storage",
  unmanagedFatal: "Pods that declare no controller (use --force to override)",
  unmanagedWarning: "deleting Pods that declare no controller",
} as const;

/** The flag that a refusal asks for; undefined where no flag helps. */
export function flagAskedFor(message: string): DrainFlag | undefined {
  switch (message) {
    case drainMessage.daemonSetFatal:
      return { flag: "--ignore-daemonsets", option: "ignoreDaemonSets" };
    case drainMessage.localStorageFatal:
      return { flag: "--delete-emptydir-data", option: "deleteEmptyDirData" };
    case drainMessage.unmanagedFatal:
      return { flag: "--force", option: "force" };
    default:
      return message.endsWith("not found") ? { flag: "--force", option: "force" } : undefined;
  }
}

export interface DrainFlag {
  readonly flag: string;
  readonly option: "ignoreDaemonSets" | "deleteEmptyDirData" | "force";
}

const okay: FilterStatus = { kind: "okay" };
const skip: FilterStatus = { kind: "skip" };

/** The deletion timestamp lies in the future by the grace period, so the seconds count from the end of the grace. */
const skipDeleted: PodFilter = (pod, options, now) => {
  const limit = options.skipWaitForDeleteTimeout;
  if (limit <= 0 || pod.deletionAt === undefined) return okay;
  return Math.floor((now - pod.deletionAt) / 1_000) > limit ? skip : okay;
};

const daemonSet: PodFilter = (pod, options) => {
  const { controller } = pod;
  // Custom kinds of that name (OpenKruise) are other things. Source: facts/drain.json, perMinorDifferences 1.34.
  if (controller?.kind !== "DaemonSet" || !/^(apps|extensions)\//.test(controller.apiVersion)) return okay;
  if (pod.isFinished) return okay;
  if (!pod.daemonSetExists) {
    const message = `daemonsets.apps "${controller.name}" not found`;
    return options.force ? { kind: "warning", deletes: true, message } : { kind: "error", message };
  }
  if (!options.ignoreDaemonSets) return { kind: "error", message: drainMessage.daemonSetFatal };
  return { kind: "warning", deletes: false, message: drainMessage.daemonSetWarning };
};

const mirrorPod: PodFilter = (pod) => (pod.isMirror ? skip : okay);

const localStorage: PodFilter = (pod, options) => {
  if (!pod.hasEmptyDir || pod.isFinished) return okay;
  return options.deleteEmptyDirData
    ? { kind: "warning", deletes: true, message: drainMessage.localStorageWarning }
    : { kind: "error", message: drainMessage.localStorageFatal };
};

const unreplicated: PodFilter = (pod, options) => {
  if (pod.isFinished || pod.controller) return okay;
  return options.force
    ? { kind: "warning", deletes: true, message: drainMessage.unmanagedWarning }
    : { kind: "error", message: drainMessage.unmanagedFatal };
};

/**
 * By its label a pod is left alone, or, until it has finished, only waited for.
 * Source: kubernetes-sigs/cluster-api internal/controllers/machine/drain/filters.go, drainLabelFilter.
 */
const drainLabel: PodFilter = (pod) => {
  const behavior = labelValue(pod.labels, drainerMarks.clusterApiDrain)?.toLowerCase();
  return behavior === "skip" || (behavior === "wait-completed" && pod.isFinished) ? skip : okay;
};

/**
 * Pods that Karpenter neither evicts nor waits for: those that have ended, and those that tolerate its taint.
 * Source: kubernetes-sigs/karpenter pkg/utils/pod/scheduling.go, IsWaitingEviction, IsDrainable.
 */
const toleratesTaint: PodFilter = (pod, _options, _now, { taint }) =>
  pod.isFinished || (taint && tolerates(pod.tolerations, taint)) ? skip : okay;

const kubectlFilters: readonly PodFilter[] = [skipDeleted, daemonSet, mirrorPod, localStorage, unreplicated];

const filters: Readonly<Record<DrainerFact["exemptions"], readonly PodFilter[]>> = {
  none: kubectlFilters,
  "cluster-api": [...kubectlFilters, drainLabel],
  // Pods of DaemonSets go too, unless they tolerate the taint.
  karpenter: [skipDeleted, mirrorPod, toleratesTaint],
};

/**
 * Why a drainer does not evict a pod that it waits for, as `key: value`; undefined where it evicts it.
 * Sources: kubernetes-sigs/karpenter pkg/utils/pod/scheduling.go, IsEvictable, HasDoNotDisrupt; cluster-api
 * internal/controllers/machine/drain/filters.go, drainLabelFilter.
 */
export function onlyWaitedFor(pod: PodFact, { exemptions }: DrainerFact): string | undefined {
  const { karpenterDoNotDisrupt, clusterApiDrain } = drainerMarks;
  if (exemptions === "karpenter")
    return labelValue(pod.annotations, karpenterDoNotDisrupt) === "true"
      ? `${karpenterDoNotDisrupt}: "true"`
      : undefined;
  if (exemptions === "none") return undefined;
  return labelValue(pod.labels, clusterApiDrain)?.toLowerCase() === "wait-completed"
    ? `${clusterApiDrain}: wait-completed`
    : undefined;
}

/**
 * What the filters say of one pod. The first that does not delete ends the chain; otherwise only the last
 * status is kept, so the warning about local storage of a managed pod is lost (a known flaw of kubectl's).
 */
export function filterPod(pod: PodFact, { options, drainer }: DrainRules, now: number): FilterStatus {
  let status = okay;
  for (const filter of filters[drainer.exemptions]) {
    status = filter(pod, options, now, drainer);
    if (!deletes(status)) return status;
  }
  return status;
}

function deletes(status: FilterStatus): boolean {
  return status.kind === "okay" || (status.kind === "warning" && status.deletes);
}

/** What a drain does with the pods of a node: any error means that none is evicted. */
export interface DrainSelection {
  readonly pods: readonly PodFact[];
  readonly warnings: readonly PodGroup[];
  readonly errors: readonly PodGroup[];
}

/** Runs the filters over the pods of a node, in the order in which they were listed. */
export function selectPods(pods: readonly PodFact[], rules: DrainRules, now: number): DrainSelection {
  const chosen: PodFact[] = [];
  const warnings = new Map<string, PodFact[]>();
  const errors = new Map<string, PodFact[]>();
  for (const pod of pods) {
    const status = filterPod(pod, rules, now);
    if (deletes(status)) chosen.push(pod);
    if (status.kind === "warning") append(warnings, status.message, pod);
    if (status.kind === "error") append(errors, status.message, pod);
  }
  return { pods: chosen, warnings: groups(warnings), errors: groups(errors) };
}

function append(map: Map<string, PodFact[]>, message: string, pod: PodFact): void {
  const list = map.get(message);
  if (list) list.push(pod);
  else map.set(message, [pod]);
}

function groups(map: ReadonlyMap<string, readonly PodFact[]>): PodGroup[] {
  return [...map].map(([message, pods]) => ({
    message,
    pods: pods.map(({ namespace, name }) => ({ namespace, name })),
  }));
}
