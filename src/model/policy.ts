import type { ObjectMeta } from "./meta.ts";
import type { PreemptionPolicy, Resources } from "./pod.ts";
import type { LabelSelector } from "./selector.ts";

export interface Namespace extends ObjectMeta {
  readonly kind: "Namespace";
  readonly phase: "Active" | "Terminating";
}

export interface PriorityClass extends ObjectMeta {
  readonly kind: "PriorityClass";
  readonly value: number;
  readonly globalDefault: boolean;
  readonly preemptionPolicy: PreemptionPolicy;
}

export interface ResourceQuota extends ObjectMeta {
  readonly kind: "ResourceQuota";
  /** Limits by quota resource (`pods`, `requests.cpu`, `count/pods` …), cpu in millicores. */
  readonly hard: Resources;
  readonly scopes: readonly string[];
  readonly hasScopeSelector: boolean;
}

/** The defaults and bounds that a LimitRange sets for one type (Container, Pod, PersistentVolumeClaim). */
export interface LimitRangeItem {
  readonly type: string;
  readonly min: Resources;
  readonly max: Resources;
  readonly defaultLimits: Resources;
  readonly defaultRequests: Resources;
}

export interface LimitRange extends ObjectMeta {
  readonly kind: "LimitRange";
  readonly limits: readonly LimitRangeItem[];
}

export interface Lease extends ObjectMeta {
  readonly kind: "Lease";
  readonly holder: string;
  readonly renewedAt?: number;
}

/** One webhook of a Validating- or MutatingWebhookConfiguration. */
export interface Webhook {
  readonly name: string;
  readonly failurePolicy: "Fail" | "Ignore";
  readonly timeoutSeconds: number;
  /** The Service that answers; undefined where a URL does. */
  readonly service?: {
    readonly namespace: string;
    readonly name: string;
    readonly port: number;
    readonly path: string;
  };
  readonly url: string;
  /** When the last authority runs out that its answers may be signed by: epoch milliseconds. */
  readonly caExpiresAt?: number;
  readonly rules: readonly {
    readonly operations: readonly string[];
    readonly apiGroups: readonly string[];
    readonly apiVersions: readonly string[];
    readonly resources: readonly string[];
    readonly scope: string;
  }[];
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
  /** `Equivalent`: also asked about the same objects in other versions that the API server serves. */
  readonly matchPolicy: "Exact" | "Equivalent";
  /** In which versions of AdmissionReview it can be asked. */
  readonly admissionReviewVersions: readonly string[];
  /** Number of CEL match conditions: they are not evaluated. */
  readonly matchConditions: number;
}

export interface WebhookConfiguration extends ObjectMeta {
  readonly kind: "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration";
  readonly webhooks: readonly Webhook[];
}

export interface APIService extends ObjectMeta {
  readonly kind: "APIService";
  readonly service?: { readonly namespace: string; readonly name: string };
  /** When the last authority runs out that its server may be signed by: epoch milliseconds. */
  readonly caExpiresAt?: number;
  readonly available: boolean;
}

/** A metric of a HorizontalPodAutoscaler, as far as it is understood here. */
export type HpaMetric = HpaPodMetric | HpaTotalMetric | { readonly type: "other"; readonly name: string };

/** What each pod has an amount of: a resource (of one container, where that is named), or a custom metric. */
export interface HpaPodMetric {
  readonly type: "Resource" | "ContainerResource" | "Pods";
  /** The resource, or the custom metric. */
  readonly name: string;
  readonly container: string;
  readonly target: "Utilization" | "AverageValue";
  /** Percent of the requests; or millicores of CPU, bytes of memory, thousandths of a custom metric. */
  readonly value: number;
}

/** One amount for the whole workload: of another object, or of something outside the cluster. */
export interface HpaTotalMetric {
  readonly type: "Object" | "External";
  readonly name: string;
  readonly target: "Value" | "AverageValue";
  /** Thousandths. */
  readonly value: number;
}

/** What an autoscaler's status says of one metric: the average for a pod, or the value of all; units as in the spec. */
export interface HpaCurrentMetric {
  /** As `metricKey` names it. */
  readonly metric: string;
  readonly average?: number;
  readonly total?: number;
  /** Percent of the requests, where no amount is told. */
  readonly utilization?: number;
}

/** Names a metric among those of its workload: `cpu`, `app/cpu` for one container, `http_requests`. */
export function metricKey(metric: HpaMetric): string {
  return metric.type === "ContainerResource" ? `${metric.container}/${metric.name}` : metric.name;
}

export interface HpaScalingRules {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy: "Max" | "Min" | "Disabled";
  readonly policies: readonly {
    readonly type: "Pods" | "Percent";
    readonly value: number;
    readonly periodSeconds: number;
  }[];
  readonly tolerance?: number;
}

export interface HorizontalPodAutoscaler extends ObjectMeta {
  readonly kind: "HorizontalPodAutoscaler";
  readonly target: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metrics: readonly HpaMetric[];
  /** Whether `spec.behavior` was given at all: it changes the limits. */
  readonly hasBehavior: boolean;
  readonly scaleUp?: HpaScalingRules;
  readonly scaleDown?: HpaScalingRules;
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly lastScaleAt?: number;
  readonly currentMetrics: readonly HpaCurrentMetric[];
  /** `STATUS Reason` by type (AbleToScale, ScalingActive, ScalingLimited). */
  readonly conditions: Readonly<Record<string, string>>;
}

/** What metrics.k8s.io measured for a node or a pod. */
export interface Usage extends ObjectMeta {
  readonly kind: "NodeMetrics" | "PodMetrics";
  readonly usage: Resources;
  readonly measuredAt?: number;
}

/** An Event object, as far as a look before maintenance needs it. */
export interface ClusterEvent extends ObjectMeta {
  readonly kind: "Event";
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly about: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly count: number;
  readonly lastAt?: number;
}
