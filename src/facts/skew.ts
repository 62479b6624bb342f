/**
 * How far apart versions of a cluster's components may be, in minors; patches never matter. Source:
 * kubernetes/website content/en/releases/version-skew-policy.md @01bc09751ea9 (CC-BY-4.0), KEP-3935 for the third
 * minor. The third minor hangs on the version of the *older* component, not on that of the API server: a kubelet or
 * kube-proxy of 1.25 or later may have it.
 */
export interface SkewRule {
  readonly id: string;
  readonly component: string;
  readonly against: string;
  /** The component may be so many minors older: the row with the largest `fromMinor` not above its own minor counts. */
  readonly older: readonly MinorLimit[];
  /** So many minors newer. */
  readonly newer: readonly MinorLimit[];
  /** The rule in words. */
  readonly words: string;
  readonly source: string;
}

export interface MinorLimit {
  /** The component's own 1.x minor. */
  readonly fromMinor: number;
  readonly minors: number;
}

const policy = "https://kubernetes.io/releases/version-skew-policy/";
const always = (minors: number): readonly MinorLimit[] => [{ fromMinor: 0, minors }];
const threeFrom125: readonly MinorLimit[] = [
  { fromMinor: 0, minors: 2 },
  { fromMinor: 25, minors: 3 },
];

export const skewRules: readonly SkewRule[] = [
  {
    id: "kube-apiserver-instances",
    component: "kube-apiserver",
    against: "kube-apiserver",
    older: always(1),
    newer: always(1),
    words: "API servers of one cluster are at most one minor apart",
    source: `${policy}#kube-apiserver`,
  },
  {
    id: "kubelet-apiserver",
    component: "kubelet",
    against: "kube-apiserver",
    older: threeFrom125,
    newer: always(0),
    words:
      "a kubelet is not newer than any API server, and at most three minors older, two where it is older than 1.25",
    source: `${policy}#kubelet`,
  },
  {
    id: "kube-proxy-apiserver",
    component: "kube-proxy",
    against: "kube-apiserver",
    older: threeFrom125,
    newer: always(0),
    words:
      "kube-proxy is not newer than any API server, and at most three minors older, two where it is older than 1.25",
    source: `${policy}#kube-proxy`,
  },
  {
    id: "kube-proxy-kubelet",
    component: "kube-proxy",
    against: "kubelet",
    older: threeFrom125,
    newer: threeFrom125,
    words: "kube-proxy is at most three minors from its node's kubelet, two where it is older than 1.25",
    source: `${policy}#kube-proxy`,
  },
  ...["kube-controller-manager", "kube-scheduler", "cloud-controller-manager"].map((component) => ({
    id: `${component}-apiserver`,
    component,
    against: "kube-apiserver",
    older: always(1),
    newer: always(0),
    words: `${component} is not newer than any API server that it reaches, and at most one minor older`,
    source: `${policy}#kube-controller-manager-kube-scheduler-and-cloud-controller-manager`,
  })),
  {
    id: "kubectl-apiserver",
    component: "kubectl",
    against: "kube-apiserver",
    older: always(1),
    newer: always(1),
    words: "kubectl is at most one minor older or newer than any API server that it reaches",
    source: `${policy}#kubectl`,
  },
];

/** The rule between two components; undefined: there is none. */
export function skewRuleOf(component: string, against: string): SkewRule | undefined {
  return skewRules.find((rule) => rule.component === component && rule.against === against);
}

/** By how many minors the component is too old or too new; undefined: it is within the rule. */
export function skewOf(
  rule: SkewRule,
  own: number,
  other: number,
): { readonly direction: "older" | "newer"; readonly by: number; readonly limit: number } | undefined {
  const by = Math.abs(own - other);
  const direction = own < other ? "older" : "newer";
  const limit = rule[direction].findLast(({ fromMinor }) => fromMinor <= own)?.minors ?? 0;
  return by > limit ? { direction, by, limit } : undefined;
}
