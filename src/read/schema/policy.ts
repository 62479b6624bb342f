import { z } from "zod";
import type { Endpoint } from "../../model/service.ts";
import {
  countOr,
  fields,
  flag,
  labels,
  list,
  oneOf,
  optionalIntOrPercent,
  optionalLabels,
  optionalSelector,
  requiredText,
  resources,
  section,
  text,
  time,
  wholeOr,
} from "./fields.ts";
import { selectorFromLabels } from "../../model/selector.ts";

export const namespace = fields({
  status: section({ phase: text("Active") }),
}).transform(({ status: { phase } }) => ({ phase: phase === "Terminating" ? "Terminating" : "Active" }));

export const budget = fields({
  apiVersion: text(),
  spec: section({
    minAvailable: optionalIntOrPercent,
    maxUnavailable: optionalIntOrPercent,
    selector: optionalSelector,
    unhealthyPodEvictionPolicy: oneOf(["IfHealthyBudget", "AlwaysAllow"], "IfHealthyBudget"),
  }),
  status: fields({
    currentHealthy: countOr(0),
    desiredHealthy: countOr(0),
    disruptionsAllowed: wholeOr(0),
    expectedPods: countOr(0),
    observedGeneration: countOr(0),
    disruptedPods: labels,
  }).nullish(),
}).transform(
  ({ apiVersion, spec: { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy }, status }) => {
    const selectsNone = selector === undefined || (selector.length === 0 && apiVersion === "policy/v1beta1");
    return {
      ...(minAvailable === undefined ? {} : { minAvailable }),
      ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
      ...(selectsNone ? {} : { selector }),
      unhealthyPodEvictionPolicy,
      ...(status ? { status: { ...status, disruptedPods: disruptionTimes(status.disruptedPods) } } : {}),
    };
  },
);

function disruptionTimes(texts: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(Object.keys(texts).map((name) => [name, Date.parse(texts[name]!)]));
}

export const service = fields({
  spec: section({
    type: oneOf(["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"], "ClusterIP"),
    selector: optionalLabels,
    publishNotReadyAddresses: flag(),
    externalTrafficPolicy: oneOf(["Cluster", "Local"], "Cluster"),
    clusterIP: text(),
    externalIPs: list(requiredText),
  }),
}).transform(({ spec: { selector, clusterIP, externalIPs, ...rest } }) => ({
  ...rest,
  ...(externalIPs.length > 0 ? { externalIPs } : {}),
  isHeadless: clusterIP === "None",
  ...(selector && Object.keys(selector).length > 0 ? { selector: selectorFromLabels(selector) } : {}),
}));

const podReference = fields({ kind: text(), name: text() }).nullish();

export const endpointSlice = fields({
  metadata: section({ labels }),
  endpoints: list(
    fields({
      conditions: section({
        ready: z.boolean().nullish(),
        serving: z.boolean().nullish(),
        terminating: z.boolean().nullish(),
      }),
      nodeName: text(),
      // discovery.k8s.io/v1beta1 has the node's name here.
      topology: labels,
      targetRef: podReference,
    }).transform(({ conditions, nodeName, topology, targetRef }): Endpoint => {
      const ready = conditions.ready ?? true;
      return {
        ready,
        serving: conditions.serving ?? ready,
        terminating: conditions.terminating ?? false,
        nodeName: nodeName === "" ? (topology["kubernetes.io/hostname"] ?? "") : nodeName,
        podName: targetRef?.kind === "Pod" ? targetRef.name : "",
      };
    }),
  ),
}).transform(({ metadata, endpoints }) => ({
  serviceName: metadata.labels["kubernetes.io/service-name"] ?? "",
  endpoints,
}));

const endpointAddress = fields({ nodeName: text(), targetRef: podReference });

/** The older Endpoints object, as one slice. */
export const endpoints = fields({
  metadata: section({ name: text() }),
  subsets: list(fields({ addresses: list(endpointAddress), notReadyAddresses: list(endpointAddress) })),
}).transform(({ metadata, subsets }) => ({
  serviceName: metadata.name,
  endpoints: subsets.flatMap(({ addresses, notReadyAddresses }) => [
    ...addresses.map((address) => fromAddress(address, true)),
    ...notReadyAddresses.map((address) => fromAddress(address, false)),
  ]),
}));

function fromAddress(address: z.output<typeof endpointAddress>, ready: boolean): Endpoint {
  const podName = address.targetRef?.kind === "Pod" ? address.targetRef.name : "";
  return { ready, serving: ready, terminating: false, nodeName: address.nodeName, podName };
}

export const priorityClass = fields({
  value: wholeOr(0),
  globalDefault: flag(),
  preemptionPolicy: oneOf(["PreemptLowerPriority", "Never"], "PreemptLowerPriority"),
});

export const resourceQuota = fields({
  spec: section({ hard: resources, scopes: list(requiredText), scopeSelector: z.unknown().optional() }),
}).transform(({ spec: { scopeSelector, ...rest } }) => ({
  ...rest,
  hasScopeSelector: scopeSelector !== undefined && scopeSelector !== null,
}));

export const limitRange = fields({
  spec: section({
    limits: list(
      fields({
        type: text("Container"),
        min: resources,
        max: resources,
        default: resources,
        defaultRequest: resources,
      }).transform(({ type, min, max, default: defaultLimits, defaultRequest }) => ({
        type,
        min,
        max,
        defaultLimits: { ...max, ...defaultLimits },
        defaultRequests: { ...max, ...defaultLimits, ...defaultRequest },
      })),
    ),
  }),
}).transform(({ spec }) => spec);

export const lease = fields({
  spec: section({ holderIdentity: text(), renewTime: time }),
}).transform(({ spec: { holderIdentity, renewTime } }) => ({
  holder: holderIdentity,
  ...(renewTime === undefined ? {} : { renewedAt: renewTime }),
}));

export const nodeMetrics = fields({ usage: resources, timestamp: time }).transform(
  ({ usage, timestamp }) => ({
    usage,
    ...(timestamp === undefined ? {} : { measuredAt: timestamp }),
  }),
);

export const podMetrics = fields({
  containers: list(fields({ usage: resources })),
  timestamp: time,
}).transform(({ containers, timestamp }) => ({
  usage: sum(containers.map(({ usage }) => usage)),
  ...(timestamp === undefined ? {} : { measuredAt: timestamp }),
}));

function sum(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const part of parts) for (const key of Object.keys(part)) total[key] = (total[key] ?? 0) + part[key]!;
  return total;
}

const objectReference = fields({ kind: text(), namespace: text(), name: text() });

/** Both core/v1 and events.k8s.io/v1 events. */
export const event = fields({
  type: text(),
  reason: text(),
  message: text(),
  note: text(),
  involvedObject: objectReference.nullish(),
  regarding: objectReference.nullish(),
  count: countOr(1),
  lastTimestamp: time,
  eventTime: time,
  firstTimestamp: time,
  series: fields({ lastObservedTime: time, count: countOr(1) }).nullish(),
}).transform((raw) => {
  const lastAt = raw.series?.lastObservedTime ?? raw.lastTimestamp ?? raw.eventTime ?? raw.firstTimestamp;
  return {
    type: raw.type,
    reason: raw.reason,
    message: raw.message === "" ? raw.note : raw.message,
    about: raw.involvedObject ?? raw.regarding ?? { kind: "", namespace: "", name: "" },
    count: raw.series?.count ?? raw.count,
    ...(lastAt === undefined ? {} : { lastAt }),
  };
});
