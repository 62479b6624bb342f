import { z } from "zod";
import { type LabelSelector, selectorFromLabels } from "../../model/selector.ts";
import type { Observed, PodFailureRule, Progress } from "../../model/workload.ts";
import {
  countOr,
  fields,
  flag,
  intOrPercentOr,
  labels,
  list,
  oneOf,
  optionalCount,
  optionalLabels,
  optionalSelector,
  requiredText,
  section,
  text,
  time,
} from "./fields.ts";
import { podTemplate } from "./pod.ts";
import { claimSpec } from "./volume.ts";

/**
 * Defaults differ between API versions; the API server converts, a file does not.
 * Source: defaults.go of each version under pkg/apis/apps and pkg/apis/extensions; facts/timing.json, controllers.
 */
const isExtensions = (apiVersion: string) => apiVersion === "extensions/v1beta1";
const isFirstApps = (apiVersion: string) => apiVersion === "apps/v1beta1";

/** Before apps/v1beta2 an object without a selector selected by its template's labels. */
const selectorOr = (selector: LabelSelector | undefined, templateLabels: Readonly<Record<string, string>>) =>
  selector ?? selectorFromLabels(templateLabels);

const replicas = optionalCount.transform((value) => value ?? 1);

/** `status.replicas`; undefined where there is no status. */
const replicaStatus = fields({ replicas: countOr(0) }).nullish();

function observed(
  status: { readonly replicas: number } | null | undefined,
  wanted: number,
): { readonly observed?: Observed } {
  return status ? { observed: { pods: status.replicas, wanted } } : {};
}

function progressOf({ status, reason, lastUpdateTime }: z.output<typeof progressCondition>): Progress {
  const condition = `${status} ${reason}`;
  return lastUpdateTime === undefined ? { condition } : { condition, since: lastUpdateTime };
}

const progressCondition = fields({
  type: text(),
  status: text(),
  reason: text(),
  lastUpdateTime: time,
});

export const deployment = fields({
  apiVersion: text(),
  status: fields({ replicas: countOr(0), conditions: list(progressCondition) }).nullish(),
  spec: fields({
    replicas,
    selector: optionalSelector,
    template: podTemplate,
    strategy: section({
      type: oneOf(["RollingUpdate", "Recreate"], "RollingUpdate"),
      rollingUpdate: section({ maxSurge: intOrPercentOr(-1), maxUnavailable: intOrPercentOr(-1) }),
    }),
    minReadySeconds: countOr(0),
    progressDeadlineSeconds: countOr(600),
    paused: flag(),
  }),
}).transform(({ apiVersion, status, spec: { strategy, selector, ...rest } }) => {
  const fallback = isExtensions(apiVersion) ? 1 : "25%";
  const orDefault = (value: number | string) => (value === -1 ? fallback : value);
  const { maxSurge, maxUnavailable } = strategy.rollingUpdate;
  const progress = status?.conditions.find(({ type }) => type === "Progressing");
  return {
    ...rest,
    ...observed(status, rest.replicas),
    ...(progress ? { progress: progressOf(progress) } : {}),
    selector: selectorOr(selector, rest.template.labels),
    strategy: {
      type: strategy.type,
      maxSurge: orDefault(maxSurge),
      maxUnavailable: orDefault(maxUnavailable),
    },
  };
});

export const replicaSet = fields({
  status: replicaStatus,
  spec: fields({ replicas, selector: optionalSelector, template: podTemplate, minReadySeconds: countOr(0) }),
}).transform(({ status, spec: { selector, ...rest } }) => ({
  ...rest,
  ...observed(status, rest.replicas),
  selector: selectorOr(selector, rest.template.labels),
}));

export const replicationController = fields({
  status: replicaStatus,
  spec: fields({ replicas, selector: optionalLabels, template: podTemplate, minReadySeconds: countOr(0) }),
}).transform(({ status, spec: { selector, ...rest } }) => ({
  ...rest,
  ...observed(status, rest.replicas),
  selector: selectorFromLabels(selector ?? rest.template.labels),
}));

const claimTemplate = fields({
  metadata: fields({ name: requiredText, labels }),
  spec: claimSpec,
}).transform(({ metadata, spec }) => ({ name: metadata.name, labels: metadata.labels, claim: spec.claim }));

export const statefulSet = fields({
  apiVersion: text(),
  spec: fields({
    replicas,
    selector: optionalSelector,
    template: podTemplate,
    podManagementPolicy: oneOf(["OrderedReady", "Parallel"], "OrderedReady"),
    updateStrategy: section({
      type: oneOf(["RollingUpdate", "OnDelete", "default"], "default"),
      rollingUpdate: section({ partition: countOr(0), maxUnavailable: intOrPercentOr(1) }),
    }),
    minReadySeconds: countOr(0),
    serviceName: text(),
    ordinals: section({ start: countOr(0) }),
    volumeClaimTemplates: list(claimTemplate),
  }),
  status: fields({ replicas: countOr(0), currentRevision: text(), updateRevision: text() }).nullish(),
}).transform(({ apiVersion, spec, status }) => {
  const { updateStrategy, selector, ordinals, volumeClaimTemplates, ...rest } = spec;
  const fallback = isFirstApps(apiVersion) ? ("OnDelete" as const) : ("RollingUpdate" as const);
  return {
    ...rest,
    selector: selectorOr(selector, rest.template.labels),
    updateStrategy: {
      type: updateStrategy.type === "default" ? fallback : updateStrategy.type,
      ...updateStrategy.rollingUpdate,
    },
    firstOrdinal: ordinals.start,
    claimTemplates: volumeClaimTemplates,
    currentRevision: status?.currentRevision ?? "",
    updateRevision: status?.updateRevision ?? "",
    ...observed(status, rest.replicas),
  };
});

export const daemonSet = fields({
  apiVersion: text(),
  status: fields({ currentNumberScheduled: countOr(0), desiredNumberScheduled: countOr(0) }).nullish(),
  spec: fields({
    selector: optionalSelector,
    template: podTemplate,
    updateStrategy: section({
      type: oneOf(["RollingUpdate", "OnDelete", "default"], "default"),
      rollingUpdate: section({ maxUnavailable: intOrPercentOr(1), maxSurge: intOrPercentOr(0) }),
    }),
    minReadySeconds: countOr(0),
  }),
}).transform(({ apiVersion, status, spec: { updateStrategy, selector, ...rest } }) => {
  const fallback = isExtensions(apiVersion) ? ("OnDelete" as const) : ("RollingUpdate" as const);
  return {
    ...rest,
    ...(status
      ? { observed: { pods: status.currentNumberScheduled, wanted: status.desiredNumberScheduled } }
      : {}),
    selector: selectorOr(selector, rest.template.labels),
    updateStrategy: {
      type: updateStrategy.type === "default" ? fallback : updateStrategy.type,
      ...updateStrategy.rollingUpdate,
    },
  };
});

const failureRule = fields({
  action: z.enum(["FailJob", "Ignore", "Count", "FailIndex"]),
  onPodConditions: list(fields({ type: text(), status: text("True") })),
  onExitCodes: z.unknown().optional(),
}).transform(({ onExitCodes, ...rest }): PodFailureRule => ({
  ...rest,
  onExitCodes: onExitCodes !== undefined && onExitCodes !== null,
}));

const jobSpec = fields({
  parallelism: optionalCount.transform((value) => value ?? 1),
  completions: optionalCount,
  completionMode: oneOf(["NonIndexed", "Indexed"], "NonIndexed"),
  backoffLimit: countOr(6),
  suspend: flag(),
  selector: optionalSelector,
  template: podTemplate,
  podFailurePolicy: section({ rules: list(failureRule) }),
  podReplacementPolicy: oneOf(["TerminatingOrFailed", "Failed", "default"], "default"),
  activeDeadlineSeconds: optionalCount,
});

export const job = fields({
  metadata: section({ uid: text() }),
  spec: jobSpec,
  status: section({
    succeeded: countOr(0),
    failed: countOr(0),
    active: countOr(0),
    conditions: list(fields({ type: text(), status: text() })),
  }),
}).transform(({ metadata, spec, status }) => {
  const { podFailurePolicy, podReplacementPolicy, completions, activeDeadlineSeconds, selector, ...rest } =
    spec;
  const over = status.conditions.find(
    ({ type, status }) => status === "True" && (type === "Complete" || type === "Failed"),
  );
  // Without parallelism and completions the API server sets both to 1.
  const wanted = completions ?? (rest.parallelism === 1 ? 1 : undefined);
  // With a podFailurePolicy the default is Failed, and no other value is allowed.
  const replacement =
    podReplacementPolicy !== "default"
      ? podReplacementPolicy
      : podFailurePolicy.rules.length > 0
        ? "Failed"
        : "TerminatingOrFailed";
  return {
    ...rest,
    ...(wanted === undefined ? {} : { completions: wanted }),
    ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }),
    selector: selector ?? selectorFromLabels({ "controller-uid": metadata.uid }),
    podFailureRules: podFailurePolicy.rules,
    podReplacementPolicy: replacement,
    succeeded: status.succeeded,
    failed: status.failed,
    ...(status.active > 0 ? { observed: { pods: status.active, wanted: status.active } } : {}),
    finished: (over?.type ?? "") as "" | "Complete" | "Failed",
  };
});

export const cronJob = fields({
  spec: fields({
    schedule: text(),
    suspend: flag(),
    jobTemplate: section({ spec: section({ template: podTemplate }) }),
  }),
}).transform(({ spec: { jobTemplate, ...rest } }) => ({ ...rest, template: jobTemplate.spec.template }));
