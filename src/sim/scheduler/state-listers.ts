import { groupBy } from "../../lib/order.ts";
import { type Cluster, isGiven } from "../../model/cluster.ts";
import { claimNameOf } from "../../model/claims.ts";
import type { ObjectMeta, OwnerReference } from "../../model/meta.ts";
import type { Namespace } from "../../model/policy.ts";
import type { Service } from "../../model/service.ts";
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  VolumeAttachment,
} from "../../model/volume.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import {
  type BudgetView,
  classOfVolume,
  type ListedKind,
  type SchedulerListers,
  type Selecting,
} from "./listers.ts";

/**
 * What the scheduler reads beside nodes and pods, out of the simulation's state. Of a kind that the input does not
 * give, an object that a pod needs is taken to be there and to stand in nobody's way: the report says what was not
 * given, and a pod left Pending for want of it would be an invention.
 */
export class StateListers implements SchedulerListers {
  readonly #state: ClusterState;
  readonly #cluster: Cluster;
  /** What stands in for claims that are not given. */
  readonly #claims = new Map<string, PersistentVolumeClaim>();
  #services: ReadonlyMap<string, readonly Service[]> | undefined;
  #volumes: ReadonlyMap<string, readonly PersistentVolume[]> | undefined;
  #attachments: ReadonlyMap<string, readonly VolumeAttachment[]> | undefined;

  constructor(state: ClusterState, cluster: Cluster) {
    this.#state = state;
    this.#cluster = cluster;
  }

  /** Forgets what it has sorted of a kind that changed. */
  objectChanged(kind: ListedKind): void {
    if (kind === "Service") this.#services = undefined;
    if (kind === "PersistentVolume") this.#volumes = undefined;
    if (kind === "VolumeAttachment") this.#attachments = undefined;
  }

  namespace(name: string): Namespace | undefined {
    const known = this.#state.tables.Namespace.get(name);
    if (known || isGiven(this.#cluster, "Namespace")) return known;
    return {
      ...standIn("v1", "", name),
      kind: "Namespace",
      labels: { "kubernetes.io/metadata.name": name },
      phase: "Active",
    };
  }

  namespaces(): Iterable<Namespace> {
    return this.#state.tables.Namespace.values();
  }

  services(namespace: string): readonly Service[] {
    this.#services ??= groupBy(this.#state.tables.Service.values(), (service) => service.namespace);
    return this.#services.get(namespace) ?? [];
  }

  controller(kind: string, namespace: string, name: string): Selecting | undefined {
    const key = `${namespace}/${name}`;
    const { tables } = this.#state;
    if (kind === "ReplicaSet") return tables.ReplicaSet.get(key);
    if (kind === "StatefulSet") return tables.StatefulSet.get(key);
    return kind === "ReplicationController" ? tables.ReplicationController.get(key) : undefined;
  }

  claim(namespace: string, name: string): PersistentVolumeClaim | undefined {
    const key = `${namespace}/${name}`;
    const known = this.#state.tables.PersistentVolumeClaim.get(key) ?? this.#claims.get(key);
    if (known || isGiven(this.#cluster, "PersistentVolumeClaim")) return known;
    const claim = boundClaim(namespace, name, this.#ownerOf(namespace, name));
    this.#claims.set(key, claim);
    return claim;
  }

  /** The pod whose ephemeral volume has this claim. */
  #ownerOf(namespace: string, name: string): readonly OwnerReference[] {
    const owner = this.#state
      .podsInNamespace(namespace)
      .find((pod) =>
        pod.spec.volumes.some((volume) => volume.type === "ephemeral" && claimNameOf(pod, volume) === name),
      );
    if (!owner) return [];
    return [{ apiVersion: "v1", kind: "Pod", name: owner.name, uid: owner.uid, controller: true }];
  }

  volume(name: string): PersistentVolume | undefined {
    const known = this.#state.tables.PersistentVolume.get(name);
    const isComplete =
      isGiven(this.#cluster, "PersistentVolume") && isGiven(this.#cluster, "PersistentVolumeClaim");
    return known || isComplete ? known : reachableVolume(name);
  }

  volumesOfClass(storageClassName: string): readonly PersistentVolume[] {
    this.#volumes ??= groupBy(this.#state.tables.PersistentVolume.values(), classOfVolume);
    return this.#volumes.get(storageClassName) ?? [];
  }

  storageClass(name: string): StorageClass | undefined {
    const known = this.#state.tables.StorageClass.get(name);
    if (known || name === "" || isGiven(this.#cluster, "StorageClass")) return known;
    return {
      ...standIn("storage.k8s.io/v1", "", name),
      kind: "StorageClass",
      provisioner: notGiven,
      volumeBindingMode: "WaitForFirstConsumer",
      allowedTopologies: [],
      isDefault: false,
    };
  }

  csiNode(name: string) {
    return this.#state.tables.CSINode.get(name);
  }

  csiDriver(name: string) {
    return this.#state.tables.CSIDriver.get(name);
  }

  storageCapacities() {
    return this.#state.tables.CSIStorageCapacity.values();
  }

  attachments(nodeName: string): readonly VolumeAttachment[] {
    this.#attachments ??= groupBy(this.#state.tables.VolumeAttachment.values(), (each) => each.nodeName);
    return this.#attachments.get(nodeName) ?? [];
  }

  *budgets(): Iterable<BudgetView> {
    for (const [key, { namespace, selector }] of this.#state.tables.PodDisruptionBudget) {
      const { disruptionsAllowed, disruptedPods } = this.#state.budgetStatus(key);
      const isDisrupted = (podName: string) => Object.hasOwn(disruptedPods, podName);
      yield { namespace, selector, disruptionsAllowed, isDisrupted };
    }
  }
}

/** Names what stands in for an object that the input does not give. */
const notGiven = "seatrial/not-given";

function standIn(apiVersion: string, namespace: string, name: string): Omit<ObjectMeta, "origin"> {
  return {
    apiVersion,
    namespace,
    name,
    uid: `${notGiven} ${namespace}/${name}`,
    labels: {},
    annotations: {},
    owners: [],
    finalizers: [],
  };
}

function boundClaim(
  namespace: string,
  name: string,
  owners: readonly OwnerReference[],
): PersistentVolumeClaim {
  return {
    ...standIn("v1", namespace, name),
    owners,
    kind: "PersistentVolumeClaim",
    annotations: { "pv.kubernetes.io/bind-completed": "yes" },
    claim: {
      accessModes: [],
      storageClassName: "",
      requestBytes: 0,
      volumeMode: "Filesystem",
      attributesClassName: "",
    },
    volumeName: `${notGiven} ${namespace}/${name}`,
    phase: "Bound",
  };
}

function reachableVolume(name: string): PersistentVolume {
  return {
    ...standIn("v1", "", name),
    kind: "PersistentVolume",
    accessModes: [],
    capacityBytes: 0,
    storageClassName: "",
    volumeMode: "Filesystem",
    reclaimPolicy: "Retain",
    attributesClassName: "",
    source: { type: "", driver: "", handle: name },
    phase: "Bound",
  };
}
