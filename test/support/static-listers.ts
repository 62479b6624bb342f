import { groupBy } from "../../src/lib/order.ts";
import type { ClusterObjects } from "../../src/model/cluster.ts";
import { keyOf } from "../../src/model/meta.ts";
import {
  type BudgetView,
  classOfVolume,
  type SchedulerListers,
  type Selecting,
} from "../../src/sim/scheduler/listers.ts";

/** Listers over the objects of a cluster that does not change. Budgets are taken at what their status allows. */
export function listersOf(objects: ClusterObjects): SchedulerListers {
  const byKey = <T extends { readonly namespace: string; readonly name: string }>(list: readonly T[]) =>
    new Map(list.map((each) => [keyOf(each), each]));
  const namespaces = byKey(objects.Namespace);
  const services = groupBy(objects.Service, ({ namespace }) => namespace);
  const controllers: Readonly<Record<string, ReadonlyMap<string, Selecting>>> = {
    ReplicationController: byKey(objects.ReplicationController),
    ReplicaSet: byKey(objects.ReplicaSet),
    StatefulSet: byKey(objects.StatefulSet),
  };
  const claims = byKey(objects.PersistentVolumeClaim);
  const volumes = byKey(objects.PersistentVolume);
  const volumesOfClass = groupBy(objects.PersistentVolume, classOfVolume);
  const storageClasses = byKey(objects.StorageClass);
  const csiNodes = byKey(objects.CSINode);
  const csiDrivers = byKey(objects.CSIDriver);
  const attachments = groupBy(objects.VolumeAttachment, ({ nodeName }) => nodeName);
  const budgets = objects.PodDisruptionBudget.map(({ namespace, selector, status }): BudgetView => ({
    namespace,
    selector,
    disruptionsAllowed: status?.disruptionsAllowed ?? 0,
    isDisrupted: (podName) => status !== undefined && Object.hasOwn(status.disruptedPods, podName),
  }));
  return {
    namespace: (name) => namespaces.get(name),
    namespaces: () => objects.Namespace,
    services: (namespace) => services.get(namespace) ?? [],
    controller: (kind, namespace, name) => controllers[kind]?.get(`${namespace}/${name}`),
    claim: (namespace, name) => claims.get(`${namespace}/${name}`),
    volume: (name) => volumes.get(name),
    volumesOfClass: (name) => volumesOfClass.get(name) ?? [],
    storageClass: (name) => storageClasses.get(name),
    csiNode: (name) => csiNodes.get(name),
    csiDriver: (name) => csiDrivers.get(name),
    storageCapacities: () => objects.CSIStorageCapacity,
    attachments: (nodeName) => attachments.get(nodeName) ?? [],
    budgets: () => budgets,
  };
}
