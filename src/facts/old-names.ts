/**
 * Annotations and labels that Kubernetes does not heed any more, or has said that it will not. Minors are those of 1.x.
 */
export interface OldName {
  /** The whole key, or its beginning where it ends in a slash or is followed by a container's name. */
  readonly key: string;
  readonly isPrefix?: true;
  /** From here on it is deprecated. */
  readonly deprecated: number;
  /** The first minor that does not heed it; undefined: all that are known still do. */
  readonly ignored?: number;
  readonly instead: string;
  /** What becomes of an object that still has it. */
  readonly effect?: string;
  readonly source: string;
}

/** Annotations of pods and their templates. */
export const podAnnotations: readonly OldName[] = [
  {
    key: "scheduler.alpha.kubernetes.io/critical-pod",
    deprecated: 13,
    ignored: 16,
    instead: "spec.priorityClassName",
    effect: "its pods are no more critical than any other: others preempt them, and a full node evicts them",
    source: "kubernetes/kubernetes PR #79554",
  },
  {
    key: "seccomp.security.alpha.kubernetes.io/pod",
    deprecated: 19,
    ignored: 27,
    instead: "securityContext.seccompProfile",
    effect: "its new pods run without that seccomp profile",
    source: "kubernetes/kubernetes PR #109819 (1.25: static pods), PR #114947 (1.27)",
  },
  {
    key: "container.seccomp.security.alpha.kubernetes.io/",
    isPrefix: true,
    deprecated: 19,
    ignored: 27,
    instead: "securityContext.seccompProfile",
    effect: "its new pods run without that seccomp profile",
    source: "kubernetes/kubernetes PR #109819 (1.25: static pods), PR #114947 (1.27)",
  },
  {
    key: "container.apparmor.security.beta.kubernetes.io/",
    isPrefix: true,
    deprecated: 30,
    instead: "securityContext.appArmorProfile",
    source: "kubernetes.io, Restrict a Container's Access to Resources with AppArmor; KEP-24",
  },
];

/** Annotations of Services. */
export const serviceAnnotations: readonly OldName[] = [
  {
    key: "service.alpha.kubernetes.io/tolerate-unready-endpoints",
    deprecated: 11,
    ignored: 24,
    instead: "spec.publishNotReadyAddresses",
    effect: "pods of it that are not Ready have no address in DNS any more",
    source: "kubernetes/kubernetes PR #63742, PR #108020",
  },
  {
    key: "service.kubernetes.io/topology-aware-hints",
    deprecated: 27,
    instead: "service.kubernetes.io/topology-mode",
    source: "kubernetes.io, Well-Known Labels, Annotations and Taints",
  },
];

/** Annotations of Ingresses. Who heeds them is the ingress controller. */
export const ingressAnnotations: readonly OldName[] = [
  {
    key: "kubernetes.io/ingress.class",
    deprecated: 18,
    instead: "spec.ingressClassName",
    source: 'kubernetes.io, Ingress, "Deprecated annotation"',
  },
];

const zone = "kubernetes/kubernetes PR #81431, issue #142011 (2026-09: their removal is being prepared)";
const system = "kubernetes/kubernetes PR #73333, issue #89477 (still set by kubelets)";

/** Labels of nodes, which pods and volumes select by. */
export const nodeLabels: readonly OldName[] = [
  { key: "beta.kubernetes.io/os", deprecated: 14, instead: "kubernetes.io/os", source: system },
  { key: "beta.kubernetes.io/arch", deprecated: 14, instead: "kubernetes.io/arch", source: system },
  {
    key: "beta.kubernetes.io/instance-type",
    deprecated: 17,
    instead: "node.kubernetes.io/instance-type",
    source: zone,
  },
  {
    key: "failure-domain.beta.kubernetes.io/zone",
    deprecated: 17,
    instead: "topology.kubernetes.io/zone",
    source: zone,
  },
  {
    key: "failure-domain.beta.kubernetes.io/region",
    deprecated: 17,
    instead: "topology.kubernetes.io/region",
    source: zone,
  },
];

/** Fields and kinds that go on, and are said to go. */
export const deprecatedFields = {
  serviceExternalIPs: {
    key: "Service spec.externalIPs",
    deprecated: 36,
    instead: "a Service of type LoadBalancer, or the Gateway API",
    source: "KEP-5707, kubernetes/kubernetes PR #137293",
  },
  endpoints: {
    key: "Endpoints v1",
    deprecated: 33,
    instead: "EndpointSlice discovery.k8s.io/v1",
    source: "KEP-4974; kubernetes.io, blog, 2025-04-24, Endpoints deprecation",
  },
} as const satisfies Readonly<Record<string, OldName>>;
