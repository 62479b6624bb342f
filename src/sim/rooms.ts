import { evictionRoom } from "./apiserver/eviction.ts";
import { gonePollsRoom } from "./apiserver/gone-polls.ts";
import { unansweredRoom } from "./apiserver/unanswered.ts";
import { watchesRoom } from "./apiserver/watches.ts";
import { webhooksRoom } from "./apiserver/webhooks.ts";
import { apiServicesRoom } from "./controllers/api-services.ts";
import { daemonSetController } from "./controllers/daemonset.ts";
import { deploymentController } from "./controllers/deployment.ts";
import { disruptionController } from "./controllers/disruption.ts";
import { endpointsController } from "./controllers/endpoints.ts";
import { garbageCollectorRoom } from "./controllers/garbage-collector.ts";
import { hpaRoom } from "./controllers/hpa.ts";
import { jobController } from "./controllers/job.ts";
import { namespaceRoom } from "./controllers/namespace.ts";
import { nodeLifecycleRoom } from "./controllers/node-lifecycle.ts";
import { podGcRoom } from "./controllers/pod-gc.ts";
import { proportionalAutoscalerRoom } from "./controllers/proportional-autoscaler.ts";
import { replicaSetController } from "./controllers/replicaset.ts";
import { statefulSetController } from "./controllers/statefulset.ts";
import { volumeController } from "./controllers/volumes.ts";
import { taintEvictionRoom } from "./controllers/taint-eviction.ts";
import { addonUpgradesRoom } from "./nodes/addon-upgrades.ts";
import { certificatesRoom } from "./nodes/certificates.ts";
import { controlPlaneJoinsRoom } from "./nodes/control-plane-joins.ts";
import { controlPlaneRoom } from "./nodes/control-plane.ts";
import { controlPlaneUpgradesRoom } from "./nodes/control-plane-upgrades.ts";
import { joinRoom } from "./nodes/join.ts";
import { etcdBackupsRoom } from "./nodes/etcd-backups.ts";
import { kubeletRoom } from "./nodes/kubelet.ts";
import { kubeletRestartsRoom } from "./nodes/kubelet-restarts.ts";
import { kubeletUpgradesRoom } from "./nodes/kubelet-upgrades.ts";
import { managedControlPlaneRoom } from "./nodes/managed-control-plane.ts";
import { reregistrationRoom } from "./nodes/reregistration.ts";
import { staticPodsRoom } from "./nodes/static-pods.ts";
import { machineRoom } from "./nodes/machine.ts";
import { schedulerRoom } from "./scheduler/room.ts";
import type { Room } from "./sim.ts";

/** The rooms of the control plane and its nodes. One line here adds a controller. */
export function controlPlane(): readonly Room[] {
  return [
    kubeletRoom,
    machineRoom,
    reregistrationRoom,
    joinRoom,
    controlPlaneRoom,
    controlPlaneUpgradesRoom,
    controlPlaneJoinsRoom,
    managedControlPlaneRoom,
    certificatesRoom,
    etcdBackupsRoom,
    staticPodsRoom,
    kubeletUpgradesRoom,
    kubeletRestartsRoom,
    addonUpgradesRoom,
    evictionRoom,
    gonePollsRoom,
    unansweredRoom,
    watchesRoom,
    webhooksRoom,
    disruptionController,
    endpointsController,
    apiServicesRoom,
    deploymentController,
    replicaSetController,
    statefulSetController,
    daemonSetController,
    jobController,
    hpaRoom,
    proportionalAutoscalerRoom,
    nodeLifecycleRoom,
    taintEvictionRoom,
    podGcRoom,
    namespaceRoom,
    garbageCollectorRoom,
    volumeController,
    schedulerRoom(),
  ];
}
