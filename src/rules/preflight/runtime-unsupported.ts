import { dockershim } from "../../facts/feature-removals.ts";
import { containerd, containerdOne, criDockerd, crio, criV1 } from "../../facts/runtimes.ts";
import { dayOf } from "../../lib/day.ts";
import { groupBy } from "../../lib/order.ts";
import { minorOf, parseVersion, type Version } from "../../model/version.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";
import { firstAt, minorData, minorText, wayOf, type UpgradeWay } from "../upgrade-way.ts";

/**
 * Container runtimes that a kubelet of a minor on the way does not start with, is not supported with, or that get no
 * fixes any more. Docker through the kubelet itself is removed-feature's. Source: facts/runtimes.ts.
 */
export const runtimeUnsupported = definePreflightRule({
  id: "runtime-unsupported",
  severity: "warning",
  title: "A node's container runtime is too old for a kubelet, or gets no fixes any more",
  check: (preflight) => {
    if (preflight.scope === "plan" && !preflight.target) return [];
    const way = wayOf(preflight);
    const runtimes = runtimesOf(preflight);
    return [
      ...withoutV1(way, runtimes),
      ...containerdOnes(way, runtimes),
      ...crioMinors(preflight, runtimes),
      ...dockers(preflight, way, runtimes),
      ...(preflight.scope === "plan" ? [] : ended(preflight, runtimes)),
    ];
  },
});

/** The runtime of a node, with its kubelet. */
interface Runtime {
  readonly node: string;
  readonly prefix: string;
  readonly version: Version;
  readonly kubelet: Version;
}

function runtimesOf({ cluster }: Preflight): Runtime[] {
  return cluster.objects.Node.flatMap(({ name: node, info }) => {
    const [prefix = "", text = ""] = info.containerRuntimeVersion.split(/(?<=:\/\/)/);
    // Ubuntu's own packages: `1.2.6-0ubuntu1`; k3s: `1.6.6-k3s1`.
    const version = parseVersion(text);
    const kubelet = parseVersion(info.kubeletVersion);
    return version && kubelet ? [{ node, prefix, version, kubelet }] : [];
  });
}

/** The runtimes of one kind, told by `1.5.2 on node-1 and node-2`. */
function places(runtimes: readonly Runtime[]): string {
  const groups = groupBy(runtimes, ({ version }) => `${minorOf(version)}.${version.patch}`);
  return listed(
    [...groups].map(([version, group]) => `${version} on ${listed(group.map(({ node }) => node))}`),
    3,
  );
}

function namesOf(runtimes: readonly Runtime[]): readonly string[] {
  return runtimes.map(({ node }) => node);
}

/** Runtimes that do not speak what newer kubelets speak: the kubelet does not start. */
function withoutV1(way: UpgradeWay, runtimes: readonly Runtime[]): FindingDraft[] {
  const minor = firstAt(way, criV1.requiredFrom);
  const since = criV1.containerdSince;
  const old = runtimes.filter(
    ({ prefix, version, kubelet }) =>
      prefix === containerd.prefix &&
      (version.major < since.major || (version.major === since.major && version.minor < since.minor)) &&
      kubelet.minor < criV1.requiredFrom,
  );
  if (minor === undefined || old.length === 0) return [];
  return [
    {
      subject: "cri-v1",
      ...(minor === way.own ? {} : { severity: "error" as const }),
      weight: 455 + old.length,
      message: `containerd ${places(old)}: a kubelet of ${minorText(criV1.requiredFrom)} does not start with a containerd before ${since.major}.${since.minor}`,
      details: [
        "It asks for v1 of the runtime interface. Upgrade containerd on each node before its kubelet, or with it.",
        criV1.source,
      ],
      data: { nodes: namesOf(old), requiredFrom: minorText(criV1.requiredFrom), ...minorData(way, minor) },
    },
  ];
}

/** containerd 1.x after the last minor that is supported with it. */
function containerdOnes(way: UpgradeWay, runtimes: readonly Runtime[]): FindingDraft[] {
  const minor = firstAt(way, containerdOne.lastSupported + 1);
  const ones = runtimes.filter(({ prefix, version }) => prefix === containerd.prefix && version.major === 1);
  if (minor === undefined || ones.length === 0) return [];
  return [
    {
      subject: "containerd-1",
      weight: 260,
      message: `containerd ${places(ones)}: ${minorText(containerdOne.lastSupported)} is the last minor that is supported with containerd 1.x`,
      details: [
        `A kubelet of ${minorText(minor)} still starts with it, and takes its own cgroupDriver. It is announced to refuse from ${minorText(containerdOne.announcedEnd)} on, which has been moved before.`,
        "Upgrade containerd to 2.x on each node, drained, before its kubelet or with it.",
        containerdOne.source,
      ],
      data: {
        nodes: namesOf(ones),
        lastSupported: minorText(containerdOne.lastSupported),
        announcedEnd: minorText(containerdOne.announcedEnd),
        ...minorData(way, minor),
      },
    },
  ];
}

/** CRI-O goes with its kubelet, minor by minor. */
function crioMinors({ target }: Preflight, runtimes: readonly Runtime[]): FindingDraft[] {
  const own = runtimes.filter(({ prefix }) => prefix === crio.prefix);
  const apart = own.filter(({ version, kubelet }) => version.minor !== kubelet.minor);
  const behind = target ? own.filter(({ version }) => version.minor < target.minor) : [];
  return [
    ...(apart.length === 0
      ? []
      : [
          {
            subject: "cri-o",
            weight: 180,
            message: `CRI-O ${places(apart)} ${verb(apart.length, "is", "are")} of another minor than the kubelet there: CRI-O is made for the kubelet of its own minor`,
            details: [crio.source],
            data: { nodes: namesOf(apart), isAhead: false },
          },
        ]),
    ...(behind.length === 0 || !target
      ? []
      : [
          {
            subject: "cri-o-upgrade",
            severity: "info" as const,
            weight: 70,
            message: `CRI-O on ${counted(behind.length, "node")} has to go to ${minorText(target.minor)} with the kubelet: it is made for the kubelet of its own minor`,
            details: ["Its packages come from a repository of their own for each minor.", crio.source],
            data: { nodes: namesOf(behind), isAhead: true },
          },
        ]),
  ];
}

/** Docker behind cri-dockerd, which nothing tells the version of. */
function dockers({ target }: Preflight, way: UpgradeWay, runtimes: readonly Runtime[]): FindingDraft[] {
  const own = runtimes.filter(
    ({ prefix, kubelet }) => prefix === criDockerd.prefix && kubelet.minor >= dockershim.removed,
  );
  if (own.length === 0 || !target) return [];
  return [
    {
      subject: "cri-dockerd",
      severity: "info",
      weight: 65,
      message: `Docker on ${counted(own.length, "node")} (${listed(namesOf(own))}) runs behind cri-dockerd, whose version is in no object: it has to fit a kubelet of ${minorText(target.minor)}`,
      details: ["On each node: cri-dockerd --version.", criDockerd.source],
      data: { nodes: namesOf(own), ...minorData(way, target.minor) },
    },
  ];
}

/** Lines of containerd that get no fixes any more. */
function ended({ cluster }: Preflight, runtimes: readonly Runtime[]): FindingDraft[] {
  const day = dayOf(cluster.asOf);
  const own = runtimes.filter(({ prefix }) => prefix === containerd.prefix);
  return [...groupBy(own, ({ version }) => minorOf(version))].flatMap(([line, group]) => {
    const endOfLife = containerd.lines.find((each) => each.line === line)?.endOfLife;
    if (endOfLife === undefined || endOfLife > day) return [];
    return [
      {
        subject: `containerd-${line}`,
        severity: "info" as const,
        weight: 55,
        message: `${counted(group.length, "node")} (${listed(namesOf(group))}): containerd ${line} reached its end of life on ${endOfLife}, as of ${day}`,
        details: [
          "A provider or a distribution may support it for longer.",
          "https://containerd.io/releases/",
        ],
        data: { nodes: namesOf(group), line, endOfLife },
      },
    ];
  });
}
