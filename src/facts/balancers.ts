/**
 * What stands between clients and a Service of type LoadBalancer or NodePort, as far as Kubernetes itself says.
 */
export const balancerFacts = {
  /**
   * Whether kube-proxy goes on using endpoints that are Ready and terminating where a node has no others.
   * Source: kubernetes/enhancements keps/sig-network/1669-proxy-terminating-endpoints (beta, on: 1.26; stable: 1.28).
   */
  usesTerminatingEndpoints: (minor: number): boolean => minor >= 26,
} as const;

/**
 * Annotations by which a balancer sends to pods instead of nodes: then no node is a target. Sources:
 * kubernetes-sigs/aws-load-balancer-controller docs/guide/service/annotations.md; cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg.
 */
const podTargets: readonly (readonly [key: string, value: RegExp])[] = [
  ["service.beta.kubernetes.io/aws-load-balancer-nlb-target-type", /^ip$/],
  ["service.beta.kubernetes.io/aws-load-balancer-type", /^nlb-ip$/],
  ["cloud.google.com/neg", /./],
];

/** Whether a Service with these annotations has a balancer that sends to its pods themselves. */
export function sendsToPods(annotations: Readonly<Record<string, string>>): boolean {
  return podTargets.some(([key, value]) => Object.hasOwn(annotations, key) && value.test(annotations[key]!));
}
