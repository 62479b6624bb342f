import { controllerOf } from "../../model/meta.ts";
import type { Pod, PodVolume } from "../../model/pod.ts";
import type { CSINode, PersistentVolumeClaim } from "../../model/volume.ts";
import { classOfClaim, type SchedulerListers } from "../scheduler/listers.ts";
import type { NodeInfo } from "../scheduler/node-info.ts";
import { claimName, type PodInfo } from "../scheduler/pod-info.ts";
import { type Cycle, type FilterPlugin, type PreFilterOutcome, skip, status, type Status } from "./plugin.ts";
import { notFound } from "./volume-restrictions.ts";

const name = "NodeVolumeLimits";
const exceeded = status(name, "Unschedulable", "node(s) exceed max volume count");

/** CSI drivers of the in-tree plugins that were migrated. Source: csi-translation-lib/plugins. */
const migratedDrivers: Readonly<Record<string, string>> = {
  "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
  "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
  "kubernetes.io/azure-disk": "disk.csi.azure.com",
  "kubernetes.io/cinder": "cinder.csi.openstack.org",
};

const inlinePlugins: Partial<Record<PodVolume["type"], string>> = {
  awsElasticBlockStore: "kubernetes.io/aws-ebs",
  gcePersistentDisk: "kubernetes.io/gce-pd",
  azureDisk: "kubernetes.io/azure-disk",
  cinder: "kubernetes.io/cinder",
};

/** The CSI driver that an inline volume was migrated to; undefined for other volumes. */
export function inlineDriver({ type }: PodVolume): string | undefined {
  const plugin = inlinePlugins[type];
  return plugin && migratedDrivers[plugin];
}

/** Volumes that have to be attached: what identifies each, and its driver. */
type Attachable = Map<string, string>;

/** Whether the claim was made for this pod's ephemeral volume. Source: component-helpers/storage/ephemeral. */
export function isClaimOf(pod: Pod, claim: PersistentVolumeClaim): boolean {
  return claim.namespace === pod.namespace && controllerOf(claim)?.uid === pod.uid;
}

export function notOwnerReason(pod: Pod, claim: PersistentVolumeClaim): string {
  return `PVC ${claim.namespace}/${claim.name} was not created for pod ${pod.namespace}/${pod.name} (pod is not owner)`;
}

/**
 * The driver and handle of the volume behind a claim. A claim without a volume counts under its class's driver.
 * The handles of migrated in-tree volumes are not translated: they only have to tell volumes apart.
 */
function driverOf(
  claim: PersistentVolumeClaim,
  csiNode: CSINode | undefined,
  listers: SchedulerListers,
): readonly [driver: string, handle: string] | undefined {
  const volume = claim.volumeName === "" ? undefined : listers.volume(claim.volumeName);
  if (volume) {
    const { type, driver, handle } = volume.source;
    if (type === "csi") return [driver, handle];
    return csiNode && migratedDrivers[driver] ? [migratedDrivers[driver], handle] : undefined;
  }
  const provisioner = listers.storageClass(classOfClaim(claim))?.provisioner;
  if (!provisioner) return undefined;
  const handle = `unbound claim ${claim.namespace}/${claim.name}`;
  if (!migratedDrivers[provisioner]) return [provisioner, handle];
  return csiNode ? [migratedDrivers[provisioner], handle] : undefined;
}

/** Adds the attachable volumes of a pod; a status if one of a pod that is being placed cannot be known. */
function addVolumes(
  attachable: Attachable,
  { pod, spec }: PodInfo,
  isNew: boolean,
  csiNode: CSINode | undefined,
  listers: SchedulerListers,
): Status | undefined {
  for (const volume of spec.volumes) {
    const claimed = claimName(pod, volume);
    const driver = inlineDriver(volume);
    if (claimed === undefined) {
      if (driver !== undefined && csiNode && "id" in volume) attachable.set(`${driver}/${volume.id}`, driver);
      continue;
    }
    const claim = listers.claim(pod.namespace, claimed);
    if (!claim) {
      if (!isNew) continue;
      const reason = `looking up PVC ${pod.namespace}/${claimed}: ${notFound("persistentvolumeclaim", claimed)}`;
      return status(name, "UnschedulableAndUnresolvable", reason);
    }
    if (volume.type === "ephemeral" && !isClaimOf(pod, claim))
      return status(name, "Error", notOwnerReason(pod, claim));
    const [attacher, handle] = driverOf(claim, csiNode, listers) ?? ["", ""];
    if (attacher !== "" && handle !== "") attachable.set(`${attacher}/${handle}`, attacher);
  }
  return undefined;
}

/** How many volumes of each driver are attached to the node, by its pods or by what is left of others. */
function attachedCounts(
  attached: Attachable,
  node: NodeInfo,
  { view: { listers }, behaviour }: Cycle,
): Map<string, number> {
  const all = new Map(attached);
  if (behaviour.volumeAttachmentsCount)
    for (const { attacher, volumeName } of listers.attachments(node.name)) {
      const volume = attacher === "" || volumeName === "" ? undefined : listers.volume(volumeName);
      if (volume?.source.type === "csi") all.set(`${attacher}/${volume.source.handle}`, attacher);
    }
  return countDrivers(all);
}

function countDrivers(volumes: Attachable): Map<string, number> {
  const counts = new Map<string, number>();
  for (const driver of volumes.values()) counts.set(driver, (counts.get(driver) ?? 0) + 1);
  return counts;
}

/** Rejects nodes to which no more volumes of a driver can be attached. Source: nodevolumelimits/csi.go. */
export const nodeVolumeLimits = {
  name,
  filterScope: "volumes",
  preFilter({ pod }): PreFilterOutcome<undefined> {
    const isConcerned = pod.spec.volumes.some(
      (volume) => claimName(pod.pod, volume) !== undefined || inlineDriver(volume) !== undefined,
    );
    return isConcerned ? { kind: "state", state: undefined } : skip;
  },
  filter(cycle, _state, node) {
    const { listers } = cycle.view;
    const csiNode = listers.csiNode(node.name);
    const added: Attachable = new Map();
    const problem = addVolumes(added, cycle.pod, true, csiNode, listers);
    if (problem) return problem;
    const limits = csiNode?.drivers.filter(({ allocatableCount }) => allocatableCount !== undefined) ?? [];
    if (added.size === 0 || limits.length === 0) return undefined;
    const attached: Attachable = new Map();
    for (const other of node.pods) {
      const broken = addVolumes(attached, other, false, csiNode, listers);
      if (broken) return broken;
    }
    for (const volume of attached.keys()) added.delete(volume);
    const before = attachedCounts(attached, node, cycle);
    for (const [driver, count] of countDrivers(added)) {
      const limit = limits.findLast((each) => each.name === driver)?.allocatableCount;
      if (limit !== undefined && (before.get(driver) ?? 0) + count > limit) return exceeded;
    }
    return undefined;
  },
} satisfies FilterPlugin<undefined>;
