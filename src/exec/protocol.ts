import type { Kind, ObjectsByKind } from "../model/cluster.ts";
import type { LabelSelector } from "../model/selector.ts";
import type { Taint, Toleration } from "../model/taint.ts";
import type { Addon, GateCondition, HookEffect, NodeSelection } from "../plan/plan.ts";
import type { Duration } from "../plan/assumptions.ts";
import type { NodeTemplate } from "../plan/node-template.ts";
import type { Note, RolloutNote, StepOutcome } from "../trace/event.ts";

/**
 * What passes between the executor and a world: the simulation, or a real API server. The executor asks by commands
 * and is told by observations; it does no I/O and reads no clock.
 */

/** A request to the world. Reads are commands too; a time-out is `wakeAt`. */
export type Action =
  | { readonly kind: "listNodes"; readonly nodes: NodeSelection }
  | { readonly kind: "listPods"; readonly node: string; readonly podSelector: LabelSelector }
  | {
      readonly kind: "cordon";
      readonly node: string;
      readonly unschedulable: boolean;
      readonly dryRun: boolean;
    }
  | { readonly kind: "taint"; readonly node: string; readonly taint: Taint; readonly remove: boolean }
  | {
      readonly kind: "label";
      readonly node: string;
      readonly labels: Readonly<Record<string, string | null>>;
    }
  | {
      readonly kind: "evict";
      readonly pod: Pick<PodFact, "uid" | "namespace" | "name">;
      readonly graceSeconds?: number;
      readonly dryRun: boolean;
    }
  | {
      readonly kind: "deletePod";
      readonly pod: Pick<PodFact, "uid" | "namespace" | "name">;
      readonly graceSeconds?: number;
      readonly dryRun: boolean;
    }
  /** Answered when a look every `pollMillis` finds the pod gone or another one under its name. */
  | {
      readonly kind: "awaitPodGone";
      readonly pod: Pick<PodFact, "uid" | "namespace" | "name">;
      readonly pollMillis: number;
      /** A pod that has finished will do. */
      readonly orFinished?: boolean;
      /** A look that nobody answers is made again; else it is the end. */
      readonly persists?: true;
    }
  | { readonly kind: "scale"; readonly workload: string; readonly to?: number; readonly by?: number }
  | { readonly kind: "patch"; readonly object: string; readonly set: Readonly<Record<string, unknown>> }
  | { readonly kind: "restart"; readonly workload: string }
  | { readonly kind: "undo"; readonly workload: string }
  | {
      readonly kind: "setImage";
      readonly workload: string;
      readonly images: Readonly<Record<string, string>>;
    }
  | { readonly kind: "create"; readonly object: ObjectsByKind[Kind]; readonly replace: boolean }
  | {
      readonly kind: "delete";
      readonly object: string;
      readonly cascade: "background" | "orphan";
      readonly graceSeconds?: number;
    }
  | { readonly kind: "listObjects"; readonly selection: ObjectSelection }
  /** A table of objects, as the API server prints them for kubectl. */
  | { readonly kind: "table"; readonly selection: ObjectSelection }
  | { readonly kind: "reboot"; readonly node: string; readonly duration: Duration }
  /** The Node object goes at once, the machine after `duration`; answered then. */
  | {
      readonly kind: "deleteNode";
      readonly node: string;
      readonly duration: Duration;
      /** Its machine goes on running, and `duration` counts for nothing. */
      readonly machine?: "stays";
    }
  /** A machine starts and joins as a node; answered when it is usable. Its zone is that of the node it replaces, else `like`'s. */
  | {
      readonly kind: "joinNode";
      readonly name: string;
      /** Whether another node of this name is an error, or has the new one get the next number that is free. */
      readonly ifTaken: "fail" | "number";
      readonly like: string;
      readonly template: NodeTemplate;
      /** The node in whose place it comes. */
      readonly replaces?: string;
      readonly zone?: string;
      readonly duration?: Duration;
      readonly failureRate: number;
    }
  /** kubeadm on a control-plane node: `upgrade apply` where the cluster's configuration says less, else `upgrade node`. */
  | {
      readonly kind: "upgradeControlPlane";
      readonly node: string;
      readonly to: string;
      /** Without it: yes. */
      readonly certificateRenewal?: boolean;
      readonly duration?: Duration;
    }
  /** New packages and configuration of one node, and a restart of its kubelet. */
  | {
      readonly kind: "upgradeKubelet";
      readonly node: string;
      readonly to: string;
      readonly duration?: Duration;
      /** On a worker `kubeadm upgrade node` comes before it, unless it is left out. */
      readonly kubeadmUpgradeNode?: false;
    }
  /** Writes an add-on's new image; its rollout is watched by a command of its own. */
  | {
      readonly kind: "upgradeAddon";
      readonly addon: Addon;
      readonly to: string;
      readonly duration?: Duration;
    }
  /** kubeadm renews what it can of a node's certificates, and its static pods are restarted one after another. */
  /** The member of etcd on a control-plane node leaves it. */
  | { readonly kind: "removeEtcdMember"; readonly node: string }
  | { readonly kind: "renewCertificates"; readonly node: string; readonly duration?: Duration }
  /** A snapshot of etcd, to be found again by `name`. */
  | { readonly kind: "backupEtcd"; readonly name: string; readonly duration?: Duration }
  /** Every member from the snapshot of this name, or from the last one; answered when API servers run again. */
  | { readonly kind: "restoreEtcd"; readonly from?: string; readonly duration?: Duration }
  | {
      readonly kind: "upgradeManagedControlPlane";
      readonly to: string;
      readonly duration?: Duration;
      readonly api: "answers" | "away";
    }
  | {
      readonly kind: "hook";
      readonly node: string;
      readonly duration: Duration;
      readonly failureRate: number;
      readonly effect: HookEffect;
    }
  /** Answered when all conditions have held for `forMillis` without a break. */
  | {
      readonly kind: "await";
      readonly until: readonly GateCondition[];
      readonly node: string;
      readonly forMillis: number;
    }
  /** Answered at once with the state of a workload's rollout, then at each change of it. */
  | { readonly kind: "watchRollout"; readonly workload: string }
  /** A step has failed, and its plan waits for a person to say what comes of it. */
  | { readonly kind: "decide"; readonly node: string; readonly reason: string }
  | { readonly kind: "wakeAt"; readonly time: number }
  /** Answered when a person has agreed; `duration` is how long that is taken to need. */
  | {
      readonly kind: "approve";
      readonly name: string;
      /** The node whose turn it is; empty outside. */
      readonly node: string;
      readonly duration: Duration;
      /** Epoch milliseconds from which on nobody may any more. */
      readonly until?: number;
    }
  /** A wait whose length the world knows (or draws). */
  | { readonly kind: "sleep"; readonly duration: Duration; readonly label: string };

export type ActionOf<K extends Action["kind"]> = Extract<Action, { readonly kind: K }>;

/** A command has an id by which its answers find back, and knows what it was sent for. */
export interface Command {
  /** The path of the step that sent it, a colon, and its own tag. */
  readonly id: string;
  readonly action: Action;
}

/** What the executor needs to know of a node. */
export interface NodeFact {
  readonly name: string;
  readonly zone: string;
  readonly unschedulable: boolean;
  /** Pods on it that a drain would evict. */
  readonly pods: number;
  /** Pods on it under a budget that allows no disruption now. */
  readonly constrainedPods: number;
}

/** What the filters of kubectl drain, and of others that drain, look at. */
export interface PodFact {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly priorityClassName: string;
  readonly tolerations: readonly Toleration[];
  /** Its own grace period. */
  readonly graceSeconds: number;
  readonly isFinished: boolean;
  readonly isMirror: boolean;
  readonly hasEmptyDir: boolean;
  readonly controller?: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  /** Whether the DaemonSet that controls it exists; only looked up for pods of DaemonSets. */
  readonly daemonSetExists: boolean;
  /** When its grace period ends, in virtual milliseconds; undefined unless it is terminating. */
  readonly deletionAt?: number;
}

/** The state of a rollout, as `kubectl rollout status` sees it. */
export type RolloutFact = RolloutNote;

/** An error of the API server: the fields of its Status object that a client looks at. */
export interface ApiError {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  /** Types of `details.causes`. */
  readonly causes: readonly string[];
  /** Their messages, where they say more. */
  readonly details?: readonly string[];
}

/** Which objects of one kind a command is about: by name, or those that these selectors leave. */
export interface ObjectSelection {
  readonly kind: string;
  readonly namespace: string;
  readonly names: readonly string[];
  readonly selector: LabelSelector;
  /** Pods of this node only, where given. */
  readonly nodeName?: string;
}

/** Of a step that has failed: it is tried again, or left as it is, or the plan ends. */
export type DecidedWord = "again" | "skip" | "stop";

/** The answer to a command. */
export type Fact =
  | { readonly kind: "nodes"; readonly nodes: readonly NodeFact[]; readonly missing: readonly string[] }
  | {
      readonly kind: "pods";
      readonly pods: readonly PodFact[];
      /** Whether the node's Ready condition is Unknown: its kubelet does not answer. */
      readonly isNodeSilent: boolean;
    }
  /** References (`shop/Deployment/web`) and UIDs, and the names that were asked for and are not there. */
  | {
      readonly kind: "objects";
      readonly objects: readonly { readonly ref: string; readonly uid: string }[];
      readonly missing: readonly string[];
    }
  /** Done; `changed` is false where it was so already; `undo` is what would restore what was before. */
  | { readonly kind: "done"; readonly changed: boolean; readonly undo?: Action }
  /** This node has joined, and is usable. */
  | { readonly kind: "joined"; readonly node: string }
  | { readonly kind: "rollout"; readonly state: RolloutFact }
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "reached" }
  | { readonly kind: "decided"; readonly word: DecidedWord }
  | {
      readonly kind: "error";
      readonly error: ApiError;
      /** For a refused eviction: whether the pod, read again for the attempt, is being deleted. */
      readonly podIsTerminating?: boolean;
    };

export interface Observation {
  /** Milliseconds since t = 0. */
  readonly now: number;
  readonly command: string;
  readonly fact: Fact;
}

/** Something the executor has to say, in the order in which it says it. */
export type Output =
  | { readonly kind: "stepStarted"; readonly step: string; readonly what: string; readonly node: string }
  | {
      readonly kind: "stepEnded";
      readonly step: string;
      readonly outcome: StepOutcome;
      readonly reason: string;
    }
  | { readonly kind: "note"; readonly step: string; readonly note: Note }
  | { readonly kind: "command"; readonly command: Command };
