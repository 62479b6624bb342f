import {
  balancedControlPlanes,
  cloudControllerImage,
  cronTimeZone,
  execProbeTimeout,
  inTreeClouds,
  kubeletFlagFiles,
  removedKubeletFlags,
} from "../facts/behaviour-changes.ts";
import { isGiven } from "../model/cluster.ts";
import { controlPlaneOf } from "../model/control-plane.ts";
import { isByKubeadm } from "../model/components.ts";
import { formatRef, refOf } from "../model/meta.ts";
import { otherThanKubeadm } from "../model/platform.ts";
import type { Container } from "../model/pod.ts";
import { parseVersion } from "../model/version.ts";
import { counted, listed } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import { podTemplatesOf } from "./pod-specs.ts";
import type { FindingDraft, Preflight } from "./rule.ts";
import { atMinor, firstAt, minorData, minorsAhead, minorText, type UpgradeWay } from "./upgrade-way.ts";

/** What components will do differently at a minor ahead, with the objects that it happens to. */
export function behaviourFindings(preflight: Preflight, way: UpgradeWay): FindingDraft[] {
  return [
    ...cronTimeZones(preflight, way),
    ...execProbes(preflight, way),
    ...balancedNodes(preflight, way),
    ...cloudProviders(preflight, way),
    ...kubeletFlags(preflight, way),
  ];
}

/** The minor that brings it, where that is yet to come; of a cluster of unknown version nobody knows whether it is. */
function comes(way: UpgradeWay, from: number): number | undefined {
  if (way.own === undefined || way.own >= from) return undefined;
  return minorsAhead(way).find((minor) => minor >= from);
}

/** Schedules with a time zone in them: such a CronJob goes on, and cannot be made again. */
function cronTimeZones({ cluster }: Preflight, way: UpgradeWay): FindingDraft[] {
  const minor = firstAt(way, cronTimeZone.refusedFrom);
  if (minor === undefined) return [];
  return cluster.objects.CronJob.filter(({ schedule }) => /^\s*(CRON_)?TZ=/.test(schedule)).map((cronJob) => {
    const isManifest = cronJob.createdAt === undefined;
    return {
      subject: formatRef(refOf(cronJob)),
      ...(isManifest ? { severity: "error" as const } : {}),
      weight: isManifest ? 400 : 270,
      message: isManifest
        ? `its schedule names a time zone (${cronJob.schedule}): ${atMinor(way, minor)} refuses to create it`
        : `its schedule names a time zone (${cronJob.schedule}): it goes on, and ${atMinor(way, minor)} refuses to create it again`,
      details: [
        `Write the zone into spec.timeZone, which is there since ${minorText(cronTimeZone.fieldSince)}.`,
        `${cronTimeZone.source}.`,
      ],
      data: { schedule: cronJob.schedule, isManifest, ...minorData(way, minor) },
    };
  });
}

/** Exec probes that have the default time-out: nobody has measured whether they keep it. */
function execProbes(preflight: Preflight, way: UpgradeWay): FindingDraft[] {
  const minor = comes(way, execProbeTimeout.from);
  if (minor === undefined) return [];
  const users = [...podTemplatesOf(preflight)]
    .filter(([, { spec }]) => [...spec.containers, ...spec.initContainers].some(hasShortExecProbe))
    .map(([subject]) => subject);
  if (users.length === 0) return [];
  return [
    {
      subject: "exec-probes",
      weight: 285,
      message: `${listed(users)} ${verb(users.length, "has", "have")} exec probes of at most ${execProbeTimeout.defaultSeconds} s, which is the default: kubelets of ${minorText(execProbeTimeout.from)} and later end them then, older ones let them run`,
      details: [
        "A command that takes longer fails: the container is restarted, or its pod is not Ready. Set timeoutSeconds to what the command needs.",
        `${execProbeTimeout.source}.`,
      ],
      data: { users, ...minorData(way, minor) },
    },
  ];
}

function hasShortExecProbe({ readinessProbe, livenessProbe, startupProbe }: Container): boolean {
  return [readinessProbe, livenessProbe, startupProbe].some(
    (probe) => probe?.isExec === true && probe.timeoutSeconds <= execProbeTimeout.defaultSeconds,
  );
}

/** Control-plane nodes that load balancers left out by their role, and will not any more. */
function balancedNodes({ cluster }: Preflight, way: UpgradeWay): FindingDraft[] {
  const minor = comes(way, balancedControlPlanes.from);
  const { roleLabel, excludeLabel, source } = balancedControlPlanes;
  const nodes = cluster.objects.Node.filter(
    ({ labels }) => Object.hasOwn(labels, roleLabel) && !Object.hasOwn(labels, excludeLabel),
  ).map(({ name }) => name);
  const services = cluster.objects.Service.filter(({ type }) => type === "LoadBalancer").map((service) =>
    formatRef(refOf(service)),
  );
  if (minor === undefined || nodes.length === 0 || services.length === 0) return [];
  const isLabelled = isByKubeadm(cluster);
  return [
    {
      subject: excludeLabel,
      ...(isLabelled ? { severity: "info" as const } : {}),
      weight: isLabelled ? 16 : 275,
      message: isLabelled
        ? `kubeadm ${minorText(balancedControlPlanes.from)} sets this label on ${listed(nodes)}: load balancers go on leaving ${verb(nodes.length, "it", "them")} out`
        : `load balancers of ${counted(services.length, "Service")} (${listed(services)}) send to ${listed(nodes)} as well from ${atMinor(way, minor)} on: the role label does not keep them out any more`,
      details: [`The label ${excludeLabel} does.`, `${source}.`],
      data: { nodes, services, ...minorData(way, minor) },
    },
  ];
}

/** Nodes of a cloud whose own controllers are not seen: the components may be doing their work, and will not. */
function cloudProviders({ cluster }: Preflight, way: UpgradeWay): FindingDraft[] {
  // A managed control plane has the cloud's controllers where nobody sees them.
  if (!isGiven(cluster, "Pod") || controlPlaneOf(cluster).nodes.length === 0) return [];
  const hasController = cluster.objects.Pod.some(({ spec }) =>
    spec.containers.some(({ image }) => cloudControllerImage.test(image)),
  );
  if (hasController) return [];
  return inTreeClouds.flatMap(({ prefix, name, goneFrom, source }): FindingDraft[] => {
    const minor = comes(way, goneFrom);
    const nodes = cluster.objects.Node.filter(({ providerID }) => providerID.startsWith(prefix)).map(
      (node) => node.name,
    );
    if (minor === undefined || nodes.length === 0) return [];
    return [
      {
        subject: `cloud-provider/${name}`,
        weight: 295,
        message: `${counted(nodes.length, "node")} (${listed(nodes)}) ${verb(nodes.length, "is", "are")} of ${name}, and no cloud controller manager is seen: ${atMinor(way, minor)} has no ${name} provider of its own`,
        details: [
          `Where components run with --cloud-provider=${prefix.replace("://", "")}, they do not start, or nobody sets addresses, zones and load balancers. With --cloud-provider=external and a cloud controller manager elsewhere nothing changes.`,
          `${source}.`,
        ],
        data: { provider: name, nodes, goneFrom: minorText(goneFrom), ...minorData(way, minor) },
      },
    ];
  });
}

/** The flags of kubelets are in no object: what is asked of whom, and what answers. */
function kubeletFlags({ cluster }: Preflight, way: UpgradeWay): FindingDraft[] {
  const oldest = Math.min(
    ...cluster.objects.Node.flatMap(({ info }) => parseVersion(info.kubeletVersion)?.minor ?? []),
  );
  const last = minorsAhead(way).at(-1);
  const gone = removedKubeletFlags.filter(
    ({ removed }) => last !== undefined && removed > oldest && removed <= last,
  );
  const [first] = gone;
  if (!first || last === undefined) return [];
  const flags = gone.map(({ flag, removed }) => `${flag} (${minorText(removed)})`);
  const other = otherThanKubeadm(cluster);
  return [
    {
      subject: "kubelet-flags",
      severity: "info",
      weight: 26,
      message: `whether kubelets are started with flags that go on the way cannot be seen: ${listed(flags, 6)}; with one of them a kubelet does not start`,
      details: [
        ...(other
          ? [
              `${other.title} starts its kubelets itself: look for flags that its configuration hands on to them.`,
            ]
          : [
              `On each node: grep -roE -- '${[...new Set(gone.map(({ flag }) => flag))].join("|")}' ${kubeletFlagFiles}`,
              "kubeadm takes them out of kubeadm-flags.env when it upgrades a node, and leaves other files as they are.",
            ]),
        `${[...new Set(gone.map(({ source }) => source))].join("; ")}.`,
      ],
      data: {
        flags: gone.map(({ flag, removed }) => ({ flag, removedIn: minorText(removed) })),
        ...minorData(way, last),
      },
    },
  ];
}
