import { z } from "zod";
import {
  type HpaCurrentMetric,
  type HpaMetric,
  type HpaScalingRules,
  metricKey,
} from "../../model/policy.ts";
import { parseMilli, parseResource } from "../../model/quantity.ts";
import { countOr, fields, list, oneOf, optionalCount, requiredText, section, text, time } from "./fields.ts";

/** HorizontalPodAutoscalers of every version that was ever served: autoscaling/v1, v2beta1, v2beta2 and v2. */

const quantity = z.union([z.string(), z.number()]).nullish();

/** A target, or what the status has in its place. */
const amount = section({
  type: text(),
  averageUtilization: optionalCount,
  averageValue: quantity,
  value: quantity,
});

/** v2beta1 has the numbers beside the name, and other words in a status. */
const resource = fields({
  name: text(),
  container: text(),
  target: amount,
  current: amount,
  targetAverageUtilization: optionalCount,
  targetAverageValue: quantity,
  currentAverageUtilization: optionalCount,
  currentAverageValue: quantity,
}).nullish();

/** A custom or external metric; v2beta1 names it beside its numbers. */
const custom = fields({
  metric: section({ name: text() }),
  metricName: text(),
  target: z.unknown(),
  current: amount,
  targetValue: quantity,
  targetAverageValue: quantity,
  currentValue: quantity,
  currentAverageValue: quantity,
}).nullish();

const metric = fields({
  type: text(),
  resource,
  containerResource: resource,
  pods: custom,
  object: custom,
  external: custom,
});

type Metric = z.output<typeof metric>;
type Quantity = z.output<typeof quantity>;

function milli(value: Quantity): number | undefined {
  return value === undefined || value === null ? undefined : parseMilli(String(value));
}

function inUnits(name: string, value: Quantity): number | undefined {
  return value === undefined || value === null ? undefined : parseResource(name, String(value));
}

function metricOf(raw: Metric): HpaMetric {
  switch (raw.type) {
    case "Resource":
    case "ContainerResource":
      return resourceMetric(raw, raw.type);
    case "Pods":
      return customMetric(raw.pods, raw.type);
    case "Object":
      return customMetric(raw.object, raw.type);
    case "External":
      return customMetric(raw.external, raw.type);
    default:
      return { type: "other", name: raw.type };
  }
}

function resourceMetric(raw: Metric, type: "Resource" | "ContainerResource"): HpaMetric {
  const found = type === "Resource" ? raw.resource : raw.containerResource;
  if (!found) return { type: "other", name: type };
  const { name, container, target } = found;
  const utilization = target.averageUtilization ?? found.targetAverageUtilization;
  if (utilization !== undefined) return { type, name, container, target: "Utilization", value: utilization };
  const value = inUnits(name, target.averageValue ?? found.targetAverageValue);
  if (value === undefined) return { type: "other", name: `${type} ${name}` };
  return { type, name, container, target: "AverageValue", value };
}

function customMetric(found: Metric["pods"], type: "Pods" | "Object" | "External"): HpaMetric {
  if (!found) return { type: "other", name: type };
  const name = nameOf(found);
  // In v2beta1 the target of an Object metric is the object itself.
  const target = amount.safeParse(found.target).data;
  const average = milli(target?.averageValue ?? found.targetAverageValue);
  const value = milli(target?.value ?? found.targetValue);
  if (average !== undefined && type === "Pods")
    return { type, name, container: "", target: "AverageValue", value: average };
  if (type === "Pods") return { type: "other", name: `${type} ${name}` };
  if (average !== undefined) return { type, name, target: "AverageValue", value: average };
  return value === undefined
    ? { type: "other", name: `${type} ${name}` }
    : { type, name, target: "Value", value };
}

function nameOf(found: NonNullable<Metric["pods"]>): string {
  return found.metric.name === "" ? found.metricName : found.metric.name;
}

/** What the status says of a metric, in the units of its target. */
function currentOf(raw: Metric): HpaCurrentMetric[] {
  const found = raw.resource ?? raw.containerResource;
  if (found) {
    const { name, current } = found;
    const average = inUnits(name, current.averageValue ?? found.currentAverageValue);
    const utilization = current.averageUtilization ?? found.currentAverageUtilization;
    const type = raw.resource ? "Resource" : "ContainerResource";
    const key = metricKey({ type, name, container: found.container, target: "AverageValue", value: 0 });
    return [{ metric: key, ...said("average", average), ...said("utilization", utilization) }];
  }
  const other = raw.pods ?? raw.object ?? raw.external;
  if (!other) return [];
  const average = milli(other.current.averageValue ?? other.currentAverageValue);
  const total = milli(other.current.value ?? other.currentValue);
  return [{ metric: nameOf(other), ...said("average", average), ...said("total", total) }];
}

function said(field: string, value: number | undefined): Readonly<Record<string, number>> {
  return value === undefined ? {} : { [field]: value };
}

const scalingRules = fields({
  stabilizationWindowSeconds: optionalCount,
  selectPolicy: oneOf(["Max", "Min", "Disabled"], "Max"),
  policies: list(
    fields({ type: z.enum(["Pods", "Percent"]), value: countOr(0), periodSeconds: countOr(15) }),
  ),
  tolerance: quantity,
}).transform(({ stabilizationWindowSeconds, tolerance, ...rest }): HpaScalingRules => {
  const ratio = tolerance === undefined || tolerance === null ? undefined : toRatio(String(tolerance));
  return {
    ...rest,
    ...(stabilizationWindowSeconds === undefined ? {} : { stabilizationWindowSeconds }),
    ...(ratio === undefined ? {} : { tolerance: ratio }),
  };
});

/** `50m` is 0.05, as quantities go. */
function toRatio(text: string): number | undefined {
  const value = text.endsWith("m") ? Number(text.slice(0, -1)) / 1_000 : Number(text);
  return Number.isNaN(value) ? undefined : value;
}

const spec = fields({
  scaleTargetRef: fields({ apiVersion: text(), kind: text(), name: requiredText }),
  minReplicas: countOr(1),
  maxReplicas: countOr(1),
  metrics: list(metric.transform(metricOf)),
  targetCPUUtilizationPercentage: optionalCount,
  behavior: fields({ scaleUp: scalingRules.nullish(), scaleDown: scalingRules.nullish() }).nullish(),
});

const status = section({
  currentReplicas: countOr(0),
  desiredReplicas: countOr(0),
  lastScaleTime: time,
  currentMetrics: list(metric.transform(currentOf)),
  currentCPUUtilizationPercentage: optionalCount,
  conditions: list(fields({ type: text(), status: text(), reason: text() })),
});

export const hpa = fields({ spec, status }).transform(({ spec, status }) => {
  const { scaleTargetRef, minReplicas, maxReplicas, behavior } = spec;
  // Source: pkg/apis/autoscaling/v2/defaults.go: 80 % of CPU where no metric is given.
  const target = spec.targetCPUUtilizationPercentage ?? (spec.metrics.length === 0 ? 80 : undefined);
  const cpu: HpaMetric[] =
    target === undefined
      ? []
      : [{ type: "Resource", name: "cpu", container: "", target: "Utilization", value: target }];
  return {
    target: scaleTargetRef,
    minReplicas,
    maxReplicas,
    metrics: [...spec.metrics, ...cpu],
    hasBehavior: behavior !== undefined && behavior !== null,
    ...(behavior?.scaleUp ? { scaleUp: behavior.scaleUp } : {}),
    ...(behavior?.scaleDown ? { scaleDown: behavior.scaleDown } : {}),
    currentReplicas: status.currentReplicas,
    desiredReplicas: status.desiredReplicas,
    ...(status.lastScaleTime === undefined ? {} : { lastScaleAt: status.lastScaleTime }),
    currentMetrics: currentMetrics(status),
    conditions: Object.fromEntries(
      status.conditions.map(({ type, status: state, reason }) => [type, `${state} ${reason}`]),
    ),
  };
});

/** autoscaling/v1 has one number for CPU, of all pods. */
function currentMetrics({
  currentMetrics,
  currentCPUUtilizationPercentage: utilization,
}: z.output<typeof status>): readonly HpaCurrentMetric[] {
  const told = currentMetrics.flat();
  return utilization === undefined ? told : [...told, { metric: "cpu", utilization }];
}
