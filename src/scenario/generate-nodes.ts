import { controlPlaneMarks, kubeadmAnnotations } from "../facts/kubeadm.ts";
import { newestMinor } from "../facts/releases.ts";
import { must } from "../lib/assert.ts";
import { longImageName } from "../lib/image.ts";
import { topologyLabel } from "../model/affinity.ts";
import { parseVersion } from "../model/version.ts";
import type { Generated, Raw } from "./generate.ts";
import type { GenerateFile, NodesFile } from "./schema/cluster.ts";

/** The annotation by which a cluster of kubeadm is known. */
const criSocket = must(kubeadmAnnotations[0], "an annotation of kubeadm");

/** The nodes of a generated cluster: those of the control plane, then each group; numbers go on within a name. */
export function nodeObjects({ controlPlane, nodes }: GenerateFile): readonly Generated[] {
  const zones = nodes.find((group) => group.zones)?.zones ?? [];
  const members = Array.from({ length: controlPlane?.members ?? 0 }, (_, index) =>
    controlPlaneNode(index, zones, controlPlane?.version ?? ""),
  );
  const numbers = new Map<string, number>();
  const groups = nodes.map((group, index): Generated => {
    const before = numbers.get(group.name) ?? 0;
    numbers.set(group.name, before + group.count);
    const version = group.version ?? controlPlane?.version ?? "";
    const objects = Array.from({ length: group.count }, (_, each) =>
      worker(group, before + each + 1, each, version),
    );
    return { path: ["nodes", index], objects };
  });
  return [{ path: ["controlPlane"], objects: members }, ...groups];
}

function worker(group: NodesFile, number: number, index: number, version: string): Raw {
  const { name, zones = [], cpu, memory, pods, labels = {}, taints = [], cordoned } = group;
  const { os, arch, images = [] } = group;
  return node({
    name: `${name}-${number}`,
    labels: { ...zoneLabel(zones, index), ...labels },
    spec: { taints, ...(cordoned ? { unschedulable: true } : {}) },
    allocatable: { cpu, memory, pods: String(pods) },
    version,
    os,
    arch,
    images,
  });
}

/** A control-plane node as kubeadm makes it: its static pods are not shown, so that their versions are assumed. */
function controlPlaneNode(index: number, zones: readonly string[], version: string): Raw {
  const { labels, taints } = controlPlaneMarks(parseVersion(version)?.minor ?? newestMinor);
  return node({
    annotations: { [criSocket]: "unix:///run/containerd/containerd.sock" },
    name: `cp-${index + 1}`,
    labels: { ...zoneLabel(zones, index), ...Object.fromEntries(labels.map((key) => [key, ""])) },
    spec: { taints: taints.map((key) => ({ key, effect: "NoSchedule" })) },
    allocatable: { cpu: "4", memory: "16Gi", pods: "110" },
    version,
  });
}

function zoneLabel(zones: readonly string[], index: number): Readonly<Record<string, string>> {
  const zone = zones[index % Math.max(1, zones.length)];
  return zone === undefined ? {} : { [topologyLabel.zone]: zone };
}

/** How large an image is of which only its name is given. */
const pulledBytes = 100 * 2 ** 20;

interface NodeParts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly version: string;
  readonly os?: string;
  readonly arch?: string;
  readonly images?: readonly string[];
}

function node(parts: NodeParts): Raw {
  const { name, labels, annotations = {}, spec, allocatable, version } = parts;
  const { os = "linux", arch = "amd64", images = [] } = parts;
  const own = {
    [topologyLabel.hostname]: name,
    "kubernetes.io/os": os,
    "kubernetes.io/arch": arch,
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { ...own, ...labels }, annotations },
    spec,
    status: {
      allocatable,
      capacity: allocatable,
      images: images.map((image) => ({ names: [longImageName(image)], sizeBytes: pulledBytes })),
      conditions: [{ type: "Ready", status: "True", reason: "KubeletReady" }],
      nodeInfo: {
        kubeletVersion: version,
        kubeProxyVersion: version,
        operatingSystem: os,
        architecture: arch,
      },
    },
  };
}
