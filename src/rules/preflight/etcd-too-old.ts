import { etcdHops, etcdImage } from "../../facts/etcd-hops.ts";
import { releaseOf } from "../../facts/releases.ts";
import { controlPlaneOf, etcdVersion, versionText } from "../../model/control-plane.ts";
import { compareVersions, parseVersion, type Version } from "../../model/version.ts";
import { placedSteps } from "../../plan/selection.ts";
import { counted } from "../../lib/counted.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";
import { minorsAhead, minorText, wayOf } from "../upgrade-way.ts";

/**
 * An upgrade brings a line of etcd that its members may only go to from a newer patch than they have then. Source:
 * facts/etcd-hops.ts, facts/kubeadm.ts.
 */
export const etcdTooOld = definePreflightRule({
  id: "etcd-too-old",
  severity: "warning",
  title: "etcd is too old for the next etcd that the upgrade brings",
  check: (preflight) => {
    const { components, assumed } = controlPlaneOf(preflight.cluster);
    const members = components.filter(({ name }) => name === "etcd");
    const [oldest] = members.map(({ version }) => version).sort(compareVersions);
    if (!oldest) return [];
    const isAssumed = assumed.some(({ name }) => name === "etcd");
    return hopsOf(oldest, pathOf(preflight)).flatMap((hop) => finding(hop, members.length, isAssumed));
  },
});

/** The versions of Kubernetes that the control plane gets to, in order. */
function pathOf(preflight: Preflight): Version[] {
  const { cluster, plan, scope, target } = preflight;
  if (scope === "plan")
    return placedSteps(cluster, plan).flatMap(({ step }) =>
      step.kind === "upgradeControlPlane" ? (parseVersion(step.to) ?? []) : [],
    );
  return minorsAhead(wayOf(preflight)).flatMap((minor) => {
    const patch = minor === target?.minor ? target.patch : releaseOf(minor)?.latestPatch;
    return patch === undefined ? [] : [{ major: 1, minor, patch, suffix: "" }];
  });
}

interface Hop {
  readonly from: Version;
  readonly to: Version;
  readonly kubernetes: Version;
}

/** Each change of etcd's version on the way. */
function hopsOf(start: Version, path: readonly Version[]): Hop[] {
  const hops: Hop[] = [];
  let from = start;
  for (const kubernetes of path) {
    const to = etcdVersion(kubernetes);
    if (!to || compareVersions(to, from) <= 0) continue;
    hops.push({ from, to, kubernetes });
    from = to;
  }
  return hops;
}

function finding({ from, to, kubernetes }: Hop, members: number, isAssumed: boolean): FindingDraft[] {
  const rule = etcdHops.find(
    ({ line }) => line.major === to.major && line.minor === to.minor && from.minor < line.minor,
  );
  if (!rule || compareVersions(from, rule.from) >= 0) return [];
  const own = (version: Version) => versionText(version, "etcd").slice(1);
  return [
    {
      subject: "etcd",
      ...(compareVersions(from, rule.fails) < 0 ? { severity: "error" as const } : {}),
      weight: 300,
      message: `${counted(members, "etcd member")} ${members === 1 ? "is" : "are"} at ${own(from)} when ${minorText(kubernetes.minor)} brings ${own(to)}: etcd asks for ${own(rule.from)} or later before that`,
      details: [
        rule.why,
        ...raising(own(rule.from), kubernetes.minor),
        ...(isAssumed
          ? ["No pod shows etcd: that its version is the one that kubeadm brings is assumed."]
          : []),
        rule.source,
      ],
      data: { from: own(from), to: own(to), needed: own(rule.from), minor: minorText(kubernetes.minor) },
    },
  ];
}

/**
 * How kubeadm takes etcd to another patch at the version that the cluster has: it goes by etcd.local.imageTag where that
 * is set, also in the next upgrade. Source: kubernetes v1.33.5 cmd/kubeadm/app/phases/upgrade/staticpods.go
 * (performEtcdStaticPodUpgrade), app/images/images.go (GetEtcdImage).
 */
function raising(patch: string, minor: number): string[] {
  const image = `${etcdImage}:${patch}-0`;
  return [
    `Before ${minorText(minor)}: on a control-plane node, crictl pull ${image} shows whether there is such an image; kubectl -n kube-system edit configmap kubeadm-config, and under etcd.local set imageTag: ${patch}-0.`,
    "Then, at the version that the cluster has, kubeadm upgrade apply VERSION on one control-plane node, and kubeadm upgrade node on the others, one after another.",
    `Take imageTag out again before ${minorText(minor)}: while it is there kubeadm leaves etcd at ${patch}.`,
  ];
}
