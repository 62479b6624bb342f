import type { Rule } from "./rule.ts";
import { apiServiceAway } from "./outcome/api-service-away.ts";
import { autoscalerScales } from "./outcome/autoscaler-scales.ts";
import { assertionBroken } from "./outcome/assertion-broken.ts";
import { balancerStillSends } from "./outcome/balancer-still-sends.ts";
import { certificateLapses } from "./outcome/certificate-lapses.ts";
import { comesBackBare } from "./outcome/comes-back-bare.ts";
import { controlPlaneAway } from "./outcome/control-plane-away.ts";
import { drainFailed } from "./outcome/drain-failed.ts";
import { drainForced } from "./outcome/drain-forced.ts";
import { drainNeverEnds } from "./outcome/drain-never-ends.ts";
import { drainRefused } from "./outcome/drain-refused.ts";
import { identityTwice } from "./outcome/identity-twice.ts";
import { etcdQuorumLost } from "./outcome/etcd-quorum-lost.ts";
import { kubeadmUpgradeNodeLeftOut } from "./outcome/kubeadm-upgrade-node-left-out.ts";
import { kubeletMinorWithoutDrain } from "./outcome/kubelet-minor-without-drain.ts";
import { jobWorkLost } from "./outcome/job-work-lost.ts";
import { majorityLost } from "./outcome/majority-lost.ts";
import { movedTwice } from "./outcome/moved-twice.ts";
import { newNodeDiffers } from "./outcome/new-node-differs.ts";
import { newNodeUnusable } from "./outcome/new-node-unusable.ts";
import { nodeLost } from "./outcome/node-lost.ts";
import { nodeNearlyFullAfter } from "./outcome/node-nearly-full-after.ts";
import { nodePoolChanges } from "./outcome/node-pool-changes.ts";
import { nodeQuarantined } from "./outcome/node-quarantined.ts";
import { nodesNotBack } from "./outcome/nodes-not-back.ts";
import { pileUp } from "./outcome/pile-up.ts";
import { planNotFinished } from "./outcome/plan-not-finished.ts";
import { podsLeftPending } from "./outcome/pods-left-pending.ts";
import { preemptedPods } from "./outcome/preempted-pods.ts";
import { etcdMemberStranded } from "./outcome/etcd-member-stranded.ts";
import { deletedUndrained } from "./outcome/deleted-undrained.ts";
import { rebootedUndrained } from "./outcome/rebooted-undrained.ts";
import { ownerRepairsNode } from "./outcome/owner-repairs-node.ts";
import { ownerReplacesNode } from "./outcome/owner-replaces-node.ts";
import { ownerTakesNode } from "./outcome/owner-takes-node.ts";
import { rebootedWhileTarget } from "./outcome/rebooted-while-target.ts";
import { replacementDenied } from "./outcome/replacement-denied.ts";
import { restoreLosesWrites } from "./outcome/restore-loses-writes.ts";
import { restartWouldSpare } from "./outcome/restart-would-spare.ts";
import { serviceOutage } from "./outcome/service-outage.ts";
import { skewBroken } from "./outcome/skew-broken.ts";
import { slowVolumeMove } from "./outcome/slow-volume-move.ts";
import { stepFailed } from "./outcome/step-failed.ts";
import { webhookSelfLock } from "./outcome/webhook-self-lock.ts";
import { windowOverrun } from "./outcome/window-overrun.ts";
import { windowWaits } from "./outcome/window-waits.ts";
import { workloadDown } from "./outcome/workload-down.ts";
import { allReplicasOnOneNode } from "./preflight/all-replicas-on-one-node.ts";
import { allocatableOdd } from "./preflight/allocatable-odd.ts";
import { imageOneArchitecture } from "./preflight/image-one-architecture.ts";
import { nodeIdentityShared } from "./preflight/node-identity-shared.ts";
import { nodeUnlikePool } from "./preflight/node-unlike-pool.ts";
import { zoneLabelMissing } from "./preflight/zone-label-missing.ts";
import { antiaffinityAsManyAsNodes } from "./preflight/antiaffinity-as-many-as-nodes.ts";
import { antiaffinityMatchesNothing } from "./preflight/antiaffinity-matches-nothing.ts";
import { autoscalerReverts } from "./preflight/autoscaler-reverts.ts";
import { barePod } from "./preflight/bare-pod.ts";
import { budgetAllowsNothing } from "./preflight/budget-allows-nothing.ts";
import { budgetBypassed } from "./preflight/budget-bypassed.ts";
import { budgetSelectsNothing } from "./preflight/budget-selects-nothing.ts";
import { budgetWithoutController } from "./preflight/budget-without-controller.ts";
import { budgetsOverlap } from "./preflight/budgets-overlap.ts";
import { certificateExpires } from "./preflight/certificate-expires.ts";
import { certificateNotRenewed } from "./preflight/certificate-not-renewed.ts";
import { claimBoundToNode } from "./preflight/claim-bound-to-node.ts";
import { claimBoundToZone } from "./preflight/claim-bound-to-zone.ts";
import { connectionsCut } from "./preflight/connections-cut.ts";
import { controlPlaneNode } from "./preflight/control-plane-node.ts";
import { etcdTooOld } from "./preflight/etcd-too-old.ts";
import { evictionWebhook } from "./preflight/eviction-webhook.ts";
import { flagUnknownToKubectl } from "./preflight/flag-unknown-to-kubectl.ts";
import { graceCut } from "./preflight/grace-cut.ts";
import { hostpathLeftBehind } from "./preflight/hostpath-left-behind.ts";
import { kubeletNotRotating } from "./preflight/kubelet-not-rotating.ts";
import { localDataLost } from "./preflight/local-data-lost.ts";
import { longGrace } from "./preflight/long-grace.ts";
import { nodeAutoscalerMoves } from "./preflight/node-autoscaler-moves.ts";
import { nodeNearlyFull } from "./preflight/node-nearly-full.ts";
import { nodeNotReady } from "./preflight/node-not-ready.ts";
import { nodeUnderPressure } from "./preflight/node-under-pressure.ts";
import { ownerNotGiven } from "./preflight/owner-not-given.ts";
import { pinnedPodsExceedBudget } from "./preflight/pinned-pods-exceed-budget.ts";
import { pinnedToNode } from "./preflight/pinned-to-node.ts";
import { podOnMissingNode } from "./preflight/pod-on-missing-node.ts";
import { podWithFinalizer } from "./preflight/pod-with-finalizer.ts";
import { podsNotRunning } from "./preflight/pods-not-running.ts";
import { recentTrouble } from "./preflight/recent-trouble.ts";
import { removedApi } from "./preflight/removed-api.ts";
import { removedFeature } from "./preflight/removed-feature.ts";
import { runtimeUnsupported } from "./preflight/runtime-unsupported.ts";
import { serviceWithoutEndpoints } from "./preflight/service-without-endpoints.ts";
import { silentChange } from "./preflight/silent-change.ts";
import { signingRequestPending } from "./preflight/signing-request-pending.ts";
import { singleReplica } from "./preflight/single-replica.ts";
import { staticPodOnNode } from "./preflight/static-pod-on-node.ts";
import { statusDisagrees } from "./preflight/status-disagrees.ts";
import { timeoutBelowGrace } from "./preflight/timeout-below-grace.ts";
import { unknownOwner } from "./preflight/unknown-owner.ts";
import { unknownScheduler } from "./preflight/unknown-scheduler.ts";
import { unreadyEatsBudget } from "./preflight/unready-eats-budget.ts";
import { usageHigh } from "./preflight/usage-high.ts";
import { versionSkew } from "./preflight/version-skew.ts";
import { versionUnsupported } from "./preflight/version-unsupported.ts";
import { webhookOnDrainedNode } from "./preflight/webhook-on-drained-node.ts";
import { webhookUnanswered } from "./preflight/webhook-unanswered.ts";
import { conversionUnanswered } from "./preflight/conversion-unanswered.ts";
import { webhookUnknown } from "./preflight/webhook-unknown.ts";

/** All rules. One line here, one file, one page in docs/rules and one test make a rule. */
export const rules: readonly Rule[] = [
  // After the fact: does the plan come to its end.
  drainNeverEnds,
  drainFailed,
  drainRefused,
  drainForced,
  planNotFinished,
  stepFailed,
  nodesNotBack,
  nodeLost,
  nodeQuarantined,
  windowOverrun,
  windowWaits,

  // After the fact: the control plane and the versions on the way.
  etcdQuorumLost,
  skewBroken,
  controlPlaneAway,
  certificateLapses,
  restoreLosesWrites,
  kubeadmUpgradeNodeLeftOut,
  kubeletMinorWithoutDrain,

  // After the fact: who goes down, for how long.
  serviceOutage,
  assertionBroken,
  workloadDown,
  majorityLost,
  jobWorkLost,
  balancerStillSends,
  rebootedWhileTarget,
  restartWouldSpare,
  slowVolumeMove,

  // After the fact: where the pods are at the end.
  podsLeftPending,
  replacementDenied,
  webhookSelfLock,
  identityTwice,
  preemptedPods,
  deletedUndrained,
  etcdMemberStranded,
  rebootedUndrained,
  comesBackBare,
  ownerTakesNode,
  ownerRepairsNode,
  ownerReplacesNode,
  pileUp,
  nodeNearlyFullAfter,
  movedTwice,
  newNodeDiffers,
  newNodeUnusable,

  // After the fact: what reacts of itself.
  apiServiceAway,
  autoscalerScales,
  nodePoolChanges,

  // Before the fact: disruption budgets.
  budgetAllowsNothing,
  budgetsOverlap,
  unreadyEatsBudget,
  budgetWithoutController,
  pinnedPodsExceedBudget,
  budgetBypassed,
  statusDisagrees,
  budgetSelectsNothing,

  // Before the fact: what is lost, or not made again.
  barePod,
  unknownOwner,
  ownerNotGiven,
  localDataLost,
  hostpathLeftBehind,

  // Before the fact: where evicted pods can go.
  claimBoundToNode,
  claimBoundToZone,
  pinnedToNode,
  antiaffinityAsManyAsNodes,
  antiaffinityMatchesNothing,
  imageOneArchitecture,
  zoneLabelMissing,
  unknownScheduler,
  nodeNearlyFull,
  nodeUnderPressure,
  usageHigh,

  // Before the fact: services and what the cluster leans on.
  singleReplica,
  allReplicasOnOneNode,
  connectionsCut,
  serviceWithoutEndpoints,
  webhookOnDrainedNode,
  webhookUnanswered,
  webhookUnknown,
  conversionUnanswered,
  evictionWebhook,
  nodeAutoscalerMoves,
  controlPlaneNode,
  staticPodOnNode,

  // Before the fact: the nodes and pods as they are.
  nodeNotReady,
  nodeIdentityShared,
  nodeUnlikePool,
  allocatableOdd,
  podsNotRunning,
  recentTrouble,
  podOnMissingNode,
  podWithFinalizer,

  // Before the fact: versions.
  versionSkew,
  removedApi,
  removedFeature,
  runtimeUnsupported,
  etcdTooOld,
  silentChange,
  versionUnsupported,

  // Before the fact: certificates.
  certificateExpires,
  certificateNotRenewed,
  kubeletNotRotating,
  signingRequestPending,

  // Before the fact: the plan's flags and steps.
  timeoutBelowGrace,
  graceCut,
  longGrace,
  flagUnknownToKubectl,
  autoscalerReverts,
];
