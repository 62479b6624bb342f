import type { Dice } from "./dice.ts";
import type { Json } from "./selectors.ts";
import { drivers, storageClasses, zones } from "./words.ts";

const gi = (n: number) => `${n}Gi`;
const zoneKey = "topology.kubernetes.io/zone";

/** The storage side of a generated cluster. */
export interface Storage {
  readonly persistentVolumes: Json[];
  readonly persistentVolumeClaims: Json[];
  readonly storageClasses: Json[];
  readonly csiNodes: Json[];
  readonly csiDrivers: Json[];
  readonly csiStorageCapacities: Json[];
  readonly volumeAttachments: Json[];
}

export const noStorage: Storage = {
  persistentVolumes: [],
  persistentVolumeClaims: [],
  storageClasses: [],
  csiNodes: [],
  csiDrivers: [],
  csiStorageCapacities: [],
  volumeAttachments: [],
};

function classes(dice: Dice): Json[] {
  const topology = [{ matchLabelExpressions: [{ key: zoneKey, values: dice.several(zones, 2) }] }];
  const make = (name: string, provisioner: string, volumeBindingMode: string) => ({
    metadata: { name },
    provisioner,
    volumeBindingMode,
    ...dice.maybe(0.3, () => ({ allowedTopologies: topology })),
  });
  return [
    make("fast", drivers[0], "WaitForFirstConsumer"),
    make("local", "kubernetes.io/no-provisioner", "WaitForFirstConsumer"),
    make("immediate", drivers[0], "Immediate"),
    make("csi", drivers[1], "WaitForFirstConsumer"),
    make("limited", drivers[1], "WaitForFirstConsumer"),
  ];
}

function nodeAffinity(dice: Dice, nodeNames: readonly string[]): Json {
  const term = dice.chance(0.6)
    ? { key: "kubernetes.io/hostname", operator: "In", values: dice.several(nodeNames, 3) }
    : { key: zoneKey, operator: "In", values: dice.several(zones, 2) };
  return { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [term] }] } } };
}

function volume(dice: Dice, name: string, nodeNames: readonly string[]): Json {
  const zone = dice.pick(["z1", "z2", "z1__z2", "z1__", "z3"]);
  return {
    metadata: {
      name,
      labels: {
        ...dice.maybe(0.35, () => ({
          [dice.pick([zoneKey, "failure-domain.beta.kubernetes.io/zone"])]: zone,
        })),
        ...dice.maybe(0.3, () => ({ kind: dice.pick(["x", "y"]) })),
      },
      ...dice.maybe(0.03, () => ({ deletionTimestamp: "2026-03-01T10:00:00Z", finalizers: ["x/y"] })),
    },
    spec: {
      capacity: { storage: gi(dice.int(1, 6)) },
      accessModes: dice.several(["ReadWriteOnce", "ReadOnlyMany", "ReadWriteOncePod"], 2),
      storageClassName: dice.pick(storageClasses),
      ...dice.maybe(0.1, () => ({ volumeMode: "Block" })),
      ...dice.maybe(0.5, () => nodeAffinity(dice, nodeNames)),
      csi: { driver: dice.pick(drivers), volumeHandle: `handle-${name}` },
    },
    status: { phase: dice.pick(["Available", "Available", "Bound", "Released"]) },
  };
}

/** Some claims are bound, some name a volume that is not there, some wait, some cannot. */
function claim(
  dice: Dice,
  name: string,
  namespace: string,
  volumes: readonly Json[],
  nodeNames: readonly string[],
): Json {
  const target = dice.pick(volumes);
  const targetName = (target["metadata"] as { name: string }).name;
  const isBound = dice.chance(0.45);
  const annotations: Record<string, string> = {};
  if (isBound && dice.chance(0.9)) annotations["pv.kubernetes.io/bind-completed"] = "yes";
  if (!isBound && dice.chance(0.12)) annotations["volume.kubernetes.io/selected-node"] = dice.pick(nodeNames);
  if (dice.chance(0.04)) annotations["volume.beta.kubernetes.io/storage-class"] = dice.pick(storageClasses);
  if (dice.chance(0.1))
    (target["spec"] as Json)["claimRef"] = {
      namespace,
      name,
      ...dice.maybe(0.7, () => ({ uid: `uid-${name}` })),
    };
  return {
    metadata: {
      name,
      namespace,
      uid: `uid-${name}`,
      annotations,
      ...dice.maybe(0.03, () => ({ deletionTimestamp: "2026-03-01T10:00:00Z", finalizers: ["x/y"] })),
    },
    spec: {
      accessModes: [dice.pick(["ReadWriteOnce", "ReadWriteOnce", "ReadOnlyMany", "ReadWriteOncePod"])],
      ...dice.maybe(0.92, () => ({ storageClassName: dice.chance(0.05) ? "" : dice.pick(storageClasses) })),
      resources: { requests: { storage: gi(dice.int(1, 4)) } },
      ...dice.maybe(0.1, () => ({ volumeMode: "Block" })),
      ...dice.maybe(0.1, () => ({ selector: { matchLabels: { kind: dice.pick(["x", "y"]) } } })),
      ...(isBound ? { volumeName: dice.chance(0.93) ? targetName : "pv-gone" } : {}),
    },
    status: { phase: isBound ? (dice.chance(0.04) ? "Lost" : "Bound") : "Pending" },
  };
}

export function storage(dice: Dice, nodeNames: readonly string[], namespaces: readonly string[]): Storage {
  const persistentVolumes = dice.list(2, 8, (index) => volume(dice, `pv-${index}`, nodeNames));
  const persistentVolumeClaims = namespaces.flatMap((namespace) =>
    dice.list(1, 5, (index) => claim(dice, `claim-${index}`, namespace, persistentVolumes, nodeNames)),
  );
  return {
    persistentVolumes,
    persistentVolumeClaims,
    storageClasses: classes(dice),
    csiNodes: nodeNames
      .filter(() => dice.chance(0.7))
      .map((name) => ({
        metadata: { name },
        spec: {
          drivers: drivers.map((driver) => ({
            name: driver,
            nodeID: name,
            topologyKeys: [],
            ...dice.maybe(0.8, () => ({ allocatable: { count: dice.int(0, 3) } })),
          })),
        },
      })),
    csiDrivers: drivers.map((name, index) => ({
      metadata: { name },
      spec: { attachRequired: true, storageCapacity: index === 1 },
    })),
    csiStorageCapacities: dice.list(0, 5, (index) => ({
      metadata: { name: `cap-${index}`, namespace: "default" },
      storageClassName: dice.pick(["limited", "csi"]),
      ...dice.maybe(0.85, () => ({
        nodeTopology: dice.chance(0.2)
          ? { matchExpressions: [{ key: "rack", operator: "Exists" }] }
          : { matchLabels: { [zoneKey]: dice.pick(zones) } },
      })),
      ...dice.maybe(0.8, () => ({ capacity: gi(dice.int(1, 8)) })),
      ...dice.maybe(0.3, () => ({ maximumVolumeSize: gi(dice.int(1, 4)) })),
    })),
    volumeAttachments: dice.list(0, 4, (index) => ({
      metadata: { name: `va-${index}` },
      spec: {
        attacher: dice.pick(drivers),
        nodeName: dice.pick(nodeNames),
        source: { persistentVolumeName: dice.pick(["pv-0", "pv-1", "pv-2", "pv-x"]) },
      },
      status: { attached: true },
    })),
  };
}

/** The volumes of a pod: claims that are there and that are not, and disks that exclude each other. */
export function podVolumes(dice: Dice): Json[] {
  return dice.list(0, 3, (index) => {
    const name = `v${index}`;
    switch (dice.int(0, 9)) {
      case 0:
        return { name, emptyDir: {} };
      case 1:
        return { name, gcePersistentDisk: { pdName: dice.pick(["d1", "d2"]), readOnly: dice.chance(0.4) } };
      case 2:
        return { name, awsElasticBlockStore: { volumeID: dice.pick(["vol-1", "vol-2"]) } };
      case 3:
        return {
          name,
          rbd: {
            monitors: dice.several(["m1", "m2", "m3"], 2),
            image: dice.pick(["i1", "i2"]),
            pool: dice.pick(["p", "rbd"]),
            readOnly: dice.chance(0.4),
          },
        };
      case 4:
        return {
          name,
          iscsi: {
            targetPortal: dice.pick(["a", "b"]),
            iqn: dice.pick(["q1", "q2"]),
            lun: 0,
            readOnly: dice.chance(0.4),
          },
        };
      case 5:
        return { name, image: { reference: dice.pick(["nginx", "busybox:latest"]) } };
      default:
        return {
          name,
          persistentVolumeClaim: { claimName: dice.chance(0.96) ? `claim-${dice.int(0, 4)}` : "claim-gone" },
        };
    }
  });
}
