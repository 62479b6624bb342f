import { cgroupV1, dockershim, ipvsMode, podSecurityPolicy } from "../../facts/feature-removals.ts";
import type { Node } from "../../model/node.ts";
import { parseVersion } from "../../model/version.ts";
import { inTreeFindings } from "../in-tree-volumes.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { masterFindings } from "../renamed-master.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";
import { atMinor, firstAt, minorData, minorText, wayOf, type UpgradeWay } from "../upgrade-way.ts";

/**
 * What Kubernetes stopped doing at a minor, with the objects of this cluster that depend on it. Source:
 * facts/feature-removals.ts, facts/kubeadm.ts.
 */
export const removedFeature = definePreflightRule({
  id: "removed-feature",
  severity: "error",
  title: "Something that this cluster uses is gone, or goes with an upgrade",
  check: (preflight) => {
    if (preflight.scope === "plan" && !preflight.target) return [];
    const way = wayOf(preflight);
    if (way.minors.length === 0) return [];
    return [
      ...dockerRuntimes(preflight, way),
      ...podPolicies(preflight, way),
      ...inTreeFindings(preflight, way),
      ...masterFindings(preflight, way),
      ...unseenCgroups(preflight, way),
      ...ipvsProxies(preflight, way),
    ];
  },
});

/** Nodes whose kubelet is older than this minor: what it brings is yet to come for them. */
function nodesBefore({ cluster }: Preflight, minor: number): readonly Node[] {
  return cluster.objects.Node.filter(({ info }) => {
    const kubelet = parseVersion(info.kubeletVersion);
    return kubelet !== undefined && kubelet.minor < minor;
  });
}

/** Nodes whose kubelet talks to Docker by itself. One that is newer and reports Docker runs cri-dockerd. */
function dockerRuntimes(preflight: Preflight, way: UpgradeWay): FindingDraft[] {
  const minor = firstAt(way, dockershim.removed);
  const nodes = nodesBefore(preflight, dockershim.removed).filter(({ info }) =>
    info.containerRuntimeVersion.startsWith(dockershim.prefix),
  );
  if (minor === undefined || nodes.length === 0) return [];
  const names = nodes.map(({ name }) => name);
  return [
    {
      subject: "dockershim",
      // Where the control plane is past it already, the kubelets may stay for a while.
      ...(minor === way.own ? { severity: "warning" as const } : {}),
      weight: 460 + nodes.length,
      message: `${counted(nodes.length, "node")} (${listed(names)}) ${verb(nodes.length, "runs", "run")} Docker through the kubelet, which a kubelet of ${minorText(dockershim.removed)} cannot: it does not start`,
      details: [
        "Move each node to containerd or CRI-O, or install cri-dockerd, before its kubelet is upgraded.",
        dockershim.source,
      ],
      data: { nodes: names, removedIn: minorText(dockershim.removed), ...minorData(way, minor) },
    },
  ];
}

/** Policies of pods: after this minor nothing enforces them, and nothing says so. */
function podPolicies({ cluster }: Preflight, way: UpgradeWay): FindingDraft[] {
  const minor = firstAt(way, podSecurityPolicy.removed);
  const count = cluster.unknownKinds
    .filter(
      ({ apiVersion, kind }) =>
        kind === podSecurityPolicy.kind &&
        podSecurityPolicy.groups.some((group) => apiVersion.startsWith(`${group}/`)),
    )
    .reduce((sum, each) => sum + each.count, 0);
  if (minor === undefined || count === 0) return [];
  const isPast = minor === way.own;
  return [
    {
      subject: podSecurityPolicy.kind,
      ...(isPast ? {} : { severity: "warning" as const }),
      weight: 340,
      message: isPast
        ? `${atMinor(way, minor)} knows no PodSecurityPolicy: to apply the ${counted(count, "one")} of the input is refused`
        : `${counted(count, "PodSecurityPolicy", "PodSecurityPolicies")}: from ${minorText(podSecurityPolicy.removed)} on nothing enforces ${verb(count, "it", "them")}, and pods are admitted as they are written`,
      details: [
        "Label namespaces for Pod Security admission, or have a policy webhook in place, before the upgrade. Fields that a policy set by default are then set by nobody.",
        podSecurityPolicy.source,
      ],
      data: { count, removedIn: minorText(podSecurityPolicy.removed), ...minorData(way, minor) },
    },
  ];
}

/** The hierarchy of control groups is in no object: what is asked of whom, and what answers. */
function unseenCgroups(preflight: Preflight, way: UpgradeWay): FindingDraft[] {
  const minor = firstAt(way, cgroupV1.refused);
  const nodes = nodesBefore(preflight, cgroupV1.refused).filter(
    ({ info }) => info.operatingSystem !== "windows",
  );
  if (minor === undefined || nodes.length === 0) return [];
  const isAllowed = preflight.cluster.configuration?.kubelet?.failCgroupV1 === false;
  const systems = [...new Set(nodes.map(({ info }) => info.osImage))].filter((each) => each !== "");
  return [
    {
      subject: "cgroup-v1",
      severity: isAllowed ? "info" : "warning",
      weight: 250,
      message: `whether ${counted(nodes.length, "node")} (${listed(nodes.map(({ name }) => name))}) ${verb(nodes.length, "is", "are")} on cgroup v1 cannot be seen: there a kubelet of ${minorText(cgroupV1.refused)} ${isAllowed ? "starts only by failCgroupV1: false, which kubelet-config sets" : "does not start"}`,
      details: [
        `On each node: ${cgroupV1.command} prints cgroup2fs on v2, and tmpfs on v1.`,
        ...(systems.length > 0 ? [`Their systems: ${listed(systems)}.`] : []),
        ...(isAllowed
          ? []
          : ["failCgroupV1: false in the kubelet's configuration lets it start there for now."]),
        cgroupV1.source,
      ],
      data: {
        nodes: nodes.map(({ name }) => name),
        systems,
        refusedFrom: minorText(cgroupV1.refused),
        command: cgroupV1.command,
        ...minorData(way, minor),
      },
    },
  ];
}

/** A mode of kube-proxy that is to go. Only its ConfigMap tells of it. */
function ipvsProxies({ cluster }: Preflight, way: UpgradeWay): FindingDraft[] {
  const minor = firstAt(way, ipvsMode.deprecated);
  if (minor === undefined || cluster.configuration?.kubeProxy?.mode !== ipvsMode.mode) return [];
  return [
    {
      subject: "kube-proxy-ipvs",
      severity: "info",
      weight: 60,
      message: `kube-proxy runs in IPVS mode, which is deprecated from ${minorText(ipvsMode.deprecated)} on: it still works`,
      details: [
        `Announced: off by default in ${minorText(ipvsMode.offByDefault)}, gone in ${minorText(ipvsMode.removed)}. nftables is to take its place.`,
        ipvsMode.source,
      ],
      data: { mode: ipvsMode.mode, deprecatedIn: minorText(ipvsMode.deprecated), ...minorData(way, minor) },
    },
  ];
}
