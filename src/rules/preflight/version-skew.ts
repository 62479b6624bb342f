import { etcdBefore36, kubeadmOf } from "../../facts/kubeadm.ts";
import { skewOf, skewRuleOf } from "../../facts/skew.ts";
import { groupBy } from "../../lib/order.ts";
import { componentsOf, isByKubeadm, type Component } from "../../model/components.ts";
import { formatVersion, minorOf, parseVersion } from "../../model/version.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";
import { providerSkews } from "../provider-skew.ts";
import { serversOf, skewsOf, type Skew } from "../skewed-components.ts";
import { minorData, minorsAhead, minorText, wayOf } from "../upgrade-way.ts";

/**
 * Versions of components that are further apart than the skew policy allows: as the cluster stands, and, where it is
 * to go to another version, those that have to move before the control plane does. Source: facts/skew.ts,
 * facts/kubeadm.ts.
 */
export const versionSkew = definePreflightRule({
  id: "version-skew",
  severity: "error",
  title: "Components are further apart than the version skew policy allows",
  check: (preflight) => {
    // How a plan's own versions stand to each other at each moment is rule skew-broken's.
    const standing =
      preflight.scope === "plan"
        ? []
        : [...skewsOf(preflight.cluster).map(asItStands), ...providerSkews(preflight)];
    return [...standing, ...onTheWay(preflight)];
  },
});

function asItStands(skew: Skew): FindingDraft {
  const { rule, components, version, against, direction, by, limit } = skew;
  const name = components[0]!.name;
  const other = rule.against === "kubelet" ? "its node's kubelet" : apiServer(skew);
  return {
    subject: `${name}-${minorOf(version)}`,
    weight: 600 + by,
    message:
      `${name} ${formatVersion(version)}${whereOf(components)} is ${counted(by, "minor")} ${direction} than ` +
      `${other} (${formatVersion(against.version)}): ${limit === 0 ? "none is" : `at most ${limit} ${verb(limit, "is", "are")}`} supported`,
    details: [
      `The rule: ${rule.words}.`,
      `${formatVersion(against.version)} is told by ${against.toldBy}.`,
      rule.source,
    ],
    data: {
      component: name,
      version: formatVersion(version),
      nodes: nodesOf(components),
      against: rule.against,
      againstVersion: formatVersion(against.version),
      direction,
      by,
      limit,
      rule: rule.id,
      source: rule.source,
    },
  };
}

function apiServer({ components, against }: Skew): string {
  if (components[0]!.name === "kube-apiserver") return "another one";
  return against.toldBy.startsWith("pod ") ? `API server ${against.toldBy}` : "the API server";
}

/** ` on node-1`, ` on node-1, node-2 and 5 more`; nothing where no node is known. */
function whereOf(components: readonly Component[]): string {
  const nodes = nodesOf(components);
  return nodes.length === 0 ? "" : ` on ${listed(nodes)}`;
}

function nodesOf(components: readonly Component[]): readonly string[] {
  return [...new Set(components.map(({ node }) => node))].filter((node) => node !== "");
}

/** What has to move before the control plane can: each component at the first minor that is too much for it. */
function onTheWay(preflight: Preflight): FindingDraft[] {
  if (!preflight.target) return [];
  const { cluster } = preflight;
  // What is wrong already is said of the cluster as it stands.
  const wrong = new Set(skewsOf(cluster).flatMap(({ components }) => components));
  const staying = componentsOf(cluster).filter(
    (each) =>
      (each.name === "kubelet" || (each.name === "kube-proxy" && each.evidence === "image")) &&
      ![...wrong].some(({ name, toldBy }) => name === each.name && toldBy === each.toldBy),
  );
  const byKubeadm = isByKubeadm(cluster);
  // A rehearsal shows itself whether the nodes follow in time: rule skew-broken.
  const groups =
    preflight.scope === "plan"
      ? []
      : [...groupBy(staying, ({ name, version }) => `${name} ${minorOf(version)}`).values()];
  return [
    ...groups.flatMap((group) => leftBehind(preflight, group, byKubeadm)),
    ...kubectlOnTheWay(preflight),
    ...(byKubeadm ? [...oldControlPlane(preflight), ...oldEtcd(preflight)] : []),
  ];
}

function leftBehind(preflight: Preflight, group: readonly Component[], byKubeadm: boolean): FindingDraft[] {
  const { name, version } = group[0]!;
  const rule = skewRuleOf(name, "kube-apiserver");
  if (!rule) return [];
  const way = wayOf(preflight);
  const minor = minorsAhead(way).find((each) => skewOf(rule, version.minor, each));
  const refused = minorsAhead(way).find(
    (each) =>
      byKubeadm && name === "kubelet" && version.minor < (kubeadmOf(each)?.oldestKubelet ?? version.minor),
  );
  const subject = `${name}-${minorOf(version)}`;
  const common = { component: name, version: formatVersion(version), nodes: nodesOf(group) };
  const drafts: FindingDraft[] = [];
  if (minor !== undefined)
    drafts.push({
      subject,
      severity: "warning",
      weight: 320,
      message: `${name} ${formatVersion(version)}${whereOf(group)} has to move before the control plane goes to ${minorText(minor)}: it would be ${minor - version.minor} minors older, at most ${skewOf(rule, version.minor, minor)!.limit} are supported`,
      details: [`The rule: ${rule.words}.`, rule.source],
      data: {
        ...common,
        against: "kube-apiserver",
        rule: rule.id,
        source: rule.source,
        ...minorData(way, minor),
      },
    });
  // kubeadm looks at kubelets before it starts: it matters where it is stricter than the policy.
  if (refused !== undefined && (minor === undefined || refused < minor))
    drafts.push({
      subject: `kubeadm-${minorText(refused)}`,
      severity: "warning",
      weight: 310,
      message: `kubeadm ${minorText(refused)} refuses to upgrade while kubelet ${formatVersion(version)} is${whereOf(group)}: it takes kubelets from ${minorText(kubeadmOf(refused)!.oldestKubelet)} on`,
      details: [
        "kubeadm is stricter here than the version skew policy; --force goes past it.",
        "kubernetes/kubernetes PR #120825",
      ],
      data: { ...common, against: "kubeadm", rule: "kubeadm-kubelet", ...minorData(way, refused) },
    });
  return drafts;
}

/**
 * Which kubectl is used is told by the user or by nobody. What is certain is that none is within the rule of more minors
 * than its window has.
 */
function kubectlOnTheWay(preflight: Preflight): FindingDraft[] {
  const rule = skewRuleOf("kubectl", "kube-apiserver");
  const way = wayOf(preflight);
  const first = way.minors[0];
  const last = way.minors.at(-1);
  if (!rule || first === undefined || last === undefined || way.own === undefined) return [];
  const said = parseVersion(preflight.cluster.kubectlVersion ?? "");
  const suits = (kubectl: number) => way.minors.every((each) => skewOf(rule, kubectl, each) === undefined);
  const common = { against: "kube-apiserver", rule: rule.id, source: rule.source };
  if (said) {
    const minor = minorsAhead(way).find((each) => skewOf(rule, said.minor, each));
    const skew = minor === undefined ? undefined : skewOf(rule, said.minor, minor);
    if (minor === undefined || !skew) return [];
    return [
      {
        subject: `kubectl-${minorOf(said)}`,
        severity: "warning",
        weight: 290,
        message: `kubectl ${formatVersion(said)} has to be another before the control plane goes to ${minorText(minor)}: it would be ${skew.by} minors ${skew.direction}, at most ${skew.limit} is supported`,
        details: [`The rule: ${rule.words}.`, rule.source],
        data: { component: "kubectl", version: formatVersion(said), ...common, ...minorData(way, minor) },
      },
    ];
  }
  if (way.minors.some(suits)) return [];
  return [
    {
      subject: "kubectl",
      severity: "info",
      weight: 40,
      message: `no kubectl is supported from ${minorText(first)} to ${minorText(last)}: whoever carries out the plan needs another one on the way`,
      details: [`The rule: ${rule.words}. --kubectl-version says which one it is.`, rule.source],
      data: { component: "kubectl", ...common, ...minorData(way, last) },
    },
  ];
}

/** kubeadm takes the next minor only: an API server that is behind has to be brought up first. */
function oldControlPlane(preflight: Preflight): FindingDraft[] {
  const way = wayOf(preflight);
  const next = minorsAhead(way)[0];
  const oldest = serversOf(preflight.cluster)[0];
  const limit = next === undefined ? undefined : kubeadmOf(next)?.oldestControlPlane;
  if (next === undefined || !oldest || limit === undefined || oldest.version.minor >= limit) return [];
  return [
    {
      subject: `kubeadm-${minorText(next)}-control-plane`,
      severity: "warning",
      weight: 315,
      message: `kubeadm ${minorText(next)} does not upgrade a control plane of ${formatVersion(oldest.version)}: it takes ${minorText(limit)} and later`,
      details: [
        `${formatVersion(oldest.version)} is told by ${oldest.toldBy}.`,
        "kubernetes/kubernetes, cmd/kubeadm/app/constants/constants.go",
      ],
      data: {
        component: "kube-apiserver",
        version: formatVersion(oldest.version),
        against: "kubeadm",
        rule: "kubeadm-control-plane",
        ...minorData(way, next),
      },
    },
  ];
}

/** etcd goes to 3.6 with the control plane: a 3.5 that is too old for that step. */
function oldEtcd(preflight: Preflight): FindingDraft[] {
  const way = wayOf(preflight);
  const step = minorsAhead(way).find((each) =>
    kubeadmOf(each)?.images.some(({ etcd }) => etcd.startsWith(`${etcdBefore36.to}.`)),
  );
  const members = componentsOf(preflight.cluster).filter(
    ({ name, version }) =>
      name === "etcd" && minorOf(version) === etcdBefore36.from && version.patch < etcdBefore36.patch,
  );
  const oldest = members.toSorted((a, b) => a.version.patch - b.version.patch)[0];
  if (step === undefined || !oldest) return [];
  return [
    {
      subject: `etcd-${minorOf(oldest.version)}`,
      severity: "warning",
      weight: 330,
      message: `etcd ${formatVersion(oldest.version)}${whereOf(members)} is to be ${etcdBefore36.from}.${etcdBefore36.patch} or later before kubeadm ${minorText(step)} brings etcd ${etcdBefore36.to}`,
      details: [
        "Older 3.5 patches may keep members that were replaced long ago; 3.6 shows them again, and the upgrade fails.",
        "etcd.io, Upgrade etcd from v3.5 to v3.6",
      ],
      data: {
        component: "etcd",
        version: formatVersion(oldest.version),
        nodes: nodesOf(members),
        rule: "etcd-before-3.6",
        ...minorData(way, step),
      },
    },
  ];
}
