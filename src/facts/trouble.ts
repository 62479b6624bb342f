/**
 * Reasons of Events that say "not now" before maintenance, and what each means.
 * Source: pkg/kubelet/events/event.go, pkg/controller/volume/events/event.go, pkg/controller/nodelifecycle,
 * pkg/controller/tainteviction, pkg/scheduler (reasons of Events).
 */
export interface Trouble {
  readonly meaning: string;
  /** Whether it concerns every drain, or only one that moves what it is about. */
  readonly concernsAll: boolean;
}

const troubles: Readonly<Record<string, Trouble>> = {
  NodeNotReady: { meaning: "a node was not Ready", concernsAll: true },
  Rebooted: { meaning: "a node rebooted", concernsAll: true },
  SystemOOM: { meaning: "a node ran out of memory", concernsAll: true },
  EvictionThresholdMet: { meaning: "a kubelet began to win resources back", concernsAll: true },
  FailedAttachVolume: { meaning: "a volume could not be attached", concernsAll: true },
  FailedMount: { meaning: "a volume could not be mounted", concernsAll: false },
  FailedCreatePodSandBox: { meaning: "a pod's network or sandbox could not be set up", concernsAll: true },
  FailedScheduling: { meaning: "no node was found for a pod", concernsAll: true },
  TaintManagerEviction: { meaning: "a taint removed a pod", concernsAll: true },
  Evicted: { meaning: "a kubelet evicted a pod for want of resources", concernsAll: false },
  Preempted: { meaning: "a pod gave way to one of higher priority", concernsAll: false },
  OOMKilling: { meaning: "a container was killed for memory", concernsAll: false },
};

/** What an Event of this reason means for maintenance; undefined where it is no trouble. */
export function troubleOf(reason: string): Trouble | undefined {
  return Object.hasOwn(troubles, reason) ? troubles[reason] : undefined;
}

/** The words for what is read from conditions and container states, and not from Events. */
export const observedTrouble = {
  flapped: "NodeReadyChanged",
  oomKilled: "OOMKilled",
  restarted: "ContainerRestarted",
} as const;
