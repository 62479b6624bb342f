import type { PodDisruptionBudget } from "./budget.ts";
import type { Labels } from "./meta.ts";
import type { Container, PodTemplate } from "./pod.ts";
import type { HorizontalPodAutoscaler, ResourceQuota } from "./policy.ts";
import { parseResource } from "./quantity.ts";
import { selectorFrom, selectorFromLabels } from "./selector.ts";
import type { Service } from "./service.ts";
import type { DaemonSet, Deployment, IntOrPercent, StatefulSet } from "./workload.ts";

/**
 * JSON merge patches on `spec`, for the fields that matter here. A patch of another field is refused: a rehearsal
 * that ignored it would be wrong. Containers merge by name, as in kubectl's strategic merge.
 */

export type Patchable =
  | PodDisruptionBudget
  | Deployment
  | StatefulSet
  | DaemonSet
  | HorizontalPodAutoscaler
  | ResourceQuota
  | Service;

export type PatchResult<T> =
  { readonly ok: true; readonly object: T } | { readonly ok: false; readonly message: string };

type Json = Readonly<Record<string, unknown>>;
/** Puts a value into an object; undefined where the value does not fit. */
type Setter<T> = (object: T, value: unknown) => T | undefined;
type Setters<T> = Readonly<Record<string, Setter<T>>>;

/** Applies a merge patch on `spec`; null removes a field, which then has its default. */
export function patchSpec<T extends Patchable>(object: T, patch: Json): PatchResult<T> {
  const setters = settersByKind[object.kind] as unknown as Setters<T>;
  let next = object;
  for (const [path, value] of leaves(patch, setters)) {
    const setter = Object.hasOwn(setters, path) ? setters[path] : undefined;
    if (!setter) return { ok: false, message: `patching spec.${path} of a ${object.kind} is not modelled` };
    const changed = setter(next, value);
    if (!changed) return { ok: false, message: `spec.${path}: ${JSON.stringify(value)} does not fit` };
    next = changed;
  }
  return { ok: true, object: next };
}

/** The fields a patch sets, by path; a path that has a setter is not looked into. */
function* leaves(patch: Json, setters: object, prefix = ""): Iterable<[string, unknown]> {
  for (const [key, value] of Object.entries(patch)) {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    const isSection = typeof value === "object" && value !== null && !Array.isArray(value);
    if (isSection && !Object.hasOwn(setters, path)) yield* leaves(value as Json, setters, path);
    else yield [path, value];
  }
}

function whole<T>(set: (object: T, value: number) => T, fallback: number): Setter<T> {
  return (object, value) => {
    if (value === null) return set(object, fallback);
    return Number.isInteger(value) && (value as number) >= 0 ? set(object, value as number) : undefined;
  };
}

function intOrPercent(value: unknown): IntOrPercent | undefined {
  if (Number.isInteger(value) && (value as number) >= 0) return value as number;
  return typeof value === "string" && /^\d+%$/.test(value) ? value : undefined;
}

function limit<T>(set: (object: T, value: IntOrPercent) => T, fallback: IntOrPercent): Setter<T> {
  return (object, value) => {
    const parsed = value === null ? fallback : intOrPercent(value);
    return parsed === undefined ? undefined : set(object, parsed);
  };
}

/** Merges text entries; null removes one. */
function mergeTexts(map: Labels, value: unknown): Labels | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const merged = new Map(Object.entries(map));
  for (const [key, entry] of Object.entries(value)) {
    if (entry === null) merged.delete(key);
    else if (typeof entry === "string") merged.set(key, entry);
    else return undefined;
  }
  return Object.fromEntries(merged);
}

type Templated = Deployment | StatefulSet | DaemonSet;

function withTemplate<T extends Templated>(object: T, change: Partial<PodTemplate>): T {
  return { ...object, template: { ...object.template, ...change } };
}

function templateSetters<T extends Templated>(): Setters<T> {
  return {
    "template.metadata.labels": (object, value) => {
      const labels = mergeTexts(object.template.labels, value);
      return labels && withTemplate(object, { labels });
    },
    "template.metadata.annotations": (object, value) => {
      const annotations = mergeTexts(object.template.annotations, value);
      return annotations && withTemplate(object, { annotations });
    },
    "template.spec.terminationGracePeriodSeconds": whole(
      (object, terminationGracePeriodSeconds) =>
        withTemplate(object, { spec: { ...object.template.spec, terminationGracePeriodSeconds } }),
      30,
    ),
    "template.spec.priorityClassName": (object, value) =>
      typeof value === "string"
        ? withTemplate(object, { spec: { ...object.template.spec, priorityClassName: value } })
        : undefined,
    "template.spec.nodeSelector": (object, value) => {
      const nodeSelector = value === null ? {} : mergeTexts(object.template.spec.nodeSelector, value);
      return nodeSelector && withTemplate(object, { spec: { ...object.template.spec, nodeSelector } });
    },
    "template.spec.containers": (object, value) => {
      const containers = mergeContainers(object.template.spec.containers, value);
      return containers && withTemplate(object, { spec: { ...object.template.spec, containers } });
    },
    minReadySeconds: whole((object, minReadySeconds) => ({ ...object, minReadySeconds }), 0),
  };
}

/** Image and requests of containers that are there, by name. */
function mergeContainers(containers: readonly Container[], value: unknown): readonly Container[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const patches = new Map((value as Json[]).map((each) => [each["name"], each]));
  if ([...patches.keys()].some((name) => !containers.some((each) => each.name === name))) return undefined;
  const merged = containers.map((container) => mergeContainer(container, patches.get(container.name)));
  return merged.includes(undefined) ? undefined : (merged as Container[]);
}

function mergeContainer(container: Container, patch: Json | undefined): Container | undefined {
  if (!patch) return container;
  let next = container;
  for (const [key, value] of Object.entries(patch)) {
    if (key === "name") continue;
    if (key === "image" && typeof value === "string") next = { ...next, image: value };
    else if (key === "resources") {
      const { requests = {}, limits = {} } = value as { requests?: Json; limits?: Json };
      const parsed = [amounts(requests), amounts(limits)];
      if (!parsed[0] || !parsed[1]) return undefined;
      next = {
        ...next,
        requests: { ...next.requests, ...parsed[0] },
        limits: { ...next.limits, ...parsed[1] },
      };
    } else return undefined;
  }
  return next;
}

function amounts(values: Json): Record<string, number> | undefined {
  const parsed: Record<string, number> = {};
  for (const [resource, value] of Object.entries(values)) {
    const amount =
      typeof value === "string" || typeof value === "number"
        ? parseResource(resource, String(value))
        : undefined;
    if (amount === undefined || amount < 0) return undefined;
    parsed[resource] = amount;
  }
  return parsed;
}

const replicas = <T extends { readonly replicas: number }>(): Setter<T> =>
  whole((object, value) => ({ ...object, replicas: value }), 1);

const budgetSetters: Setters<PodDisruptionBudget> = {
  minAvailable: (budget, value) => {
    const { minAvailable: _, ...rest } = budget;
    if (value === null) return rest;
    const minAvailable = intOrPercent(value);
    return minAvailable === undefined ? undefined : { ...rest, minAvailable };
  },
  maxUnavailable: (budget, value) => {
    const { maxUnavailable: _, ...rest } = budget;
    if (value === null) return rest;
    const maxUnavailable = intOrPercent(value);
    return maxUnavailable === undefined ? undefined : { ...rest, maxUnavailable };
  },
  selector: (budget, value) => {
    if (value === null) {
      const { selector: _, ...rest } = budget;
      return rest;
    }
    return typeof value === "object" ? { ...budget, selector: selectorFrom(value) } : undefined;
  },
  unhealthyPodEvictionPolicy: (budget, value) =>
    value === "AlwaysAllow" || value === "IfHealthyBudget" || value === null
      ? { ...budget, unhealthyPodEvictionPolicy: value ?? "IfHealthyBudget" }
      : undefined,
};

const deploymentSetters: Setters<Deployment> = {
  ...templateSetters<Deployment>(),
  replicas: replicas(),
  paused: (object, value) =>
    typeof value === "boolean" || value === null ? { ...object, paused: value ?? false } : undefined,
  progressDeadlineSeconds: whole((object, value) => ({ ...object, progressDeadlineSeconds: value }), 600),
  "strategy.type": (object, value) =>
    value === "RollingUpdate" || value === "Recreate"
      ? { ...object, strategy: { ...object.strategy, type: value } }
      : undefined,
  "strategy.rollingUpdate.maxSurge": limit(
    (object, maxSurge) => ({ ...object, strategy: { ...object.strategy, maxSurge } }),
    "25%",
  ),
  "strategy.rollingUpdate.maxUnavailable": limit(
    (object, maxUnavailable) => ({ ...object, strategy: { ...object.strategy, maxUnavailable } }),
    "25%",
  ),
};

const statefulSetSetters: Setters<StatefulSet> = {
  ...templateSetters<StatefulSet>(),
  replicas: replicas(),
  "updateStrategy.type": (object, value) =>
    value === "RollingUpdate" || value === "OnDelete"
      ? { ...object, updateStrategy: { ...object.updateStrategy, type: value } }
      : undefined,
  "updateStrategy.rollingUpdate.partition": whole(
    (object, partition) => ({ ...object, updateStrategy: { ...object.updateStrategy, partition } }),
    0,
  ),
};

const daemonSetSetters: Setters<DaemonSet> = {
  ...templateSetters<DaemonSet>(),
  "updateStrategy.type": (object, value) =>
    value === "RollingUpdate" || value === "OnDelete"
      ? { ...object, updateStrategy: { ...object.updateStrategy, type: value } }
      : undefined,
  "updateStrategy.rollingUpdate.maxUnavailable": limit(
    (object, maxUnavailable) => ({ ...object, updateStrategy: { ...object.updateStrategy, maxUnavailable } }),
    1,
  ),
  "updateStrategy.rollingUpdate.maxSurge": limit(
    (object, maxSurge) => ({ ...object, updateStrategy: { ...object.updateStrategy, maxSurge } }),
    0,
  ),
};

const hpaSetters: Setters<HorizontalPodAutoscaler> = {
  minReplicas: whole((object, minReplicas) => ({ ...object, minReplicas }), 1),
  maxReplicas: whole((object, maxReplicas) => ({ ...object, maxReplicas }), 1),
};

const quotaSetters: Setters<ResourceQuota> = {
  hard: (object, value) => {
    const parsed = typeof value === "object" && value !== null ? amounts(value as Json) : undefined;
    return parsed && { ...object, hard: { ...object.hard, ...parsed } };
  },
};

const serviceSetters: Setters<Service> = {
  selector: (object, value) => {
    const labels = value === null ? undefined : mergeTexts({}, value);
    return labels && { ...object, selector: selectorFromLabels(labels) };
  },
  publishNotReadyAddresses: (object, value) =>
    typeof value === "boolean" ? { ...object, publishNotReadyAddresses: value } : undefined,
};

/** One line here makes a kind patchable. */
const settersByKind: {
  readonly [K in Patchable["kind"]]: Setters<Extract<Patchable, { readonly kind: K }>>;
} = {
  PodDisruptionBudget: budgetSetters,
  Deployment: deploymentSetters,
  StatefulSet: statefulSetSetters,
  DaemonSet: daemonSetSetters,
  HorizontalPodAutoscaler: hpaSetters,
  ResourceQuota: quotaSetters,
  Service: serviceSetters,
};

/** Whether a patch of this kind of object is understood. */
export function isPatchable(object: { readonly kind: string }): object is Patchable {
  return Object.hasOwn(settersByKind, object.kind);
}
