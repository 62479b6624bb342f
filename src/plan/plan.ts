import type { Freeze, Window } from "./calendar.ts";
import type { DrainerName } from "../facts/drainers.ts";
import type { LabelSelector } from "../model/selector.ts";
import type { Taint } from "../model/taint.ts";
import type { Assumptions, Duration } from "./assumptions.ts";
import type { AlertSelection, OutsideCondition } from "./outside.ts";
import type { Strategy } from "./strategy.ts";
import type { NodeTemplate } from "./node-template.ts";

/**
 * A maintenance plan: what is to be done, as data. How it is done is the executor's business.
 * The file format is documented in docs/plan.md and published as schemas/plan.schema.json.
 */
export interface Plan {
  readonly name: string;
  /** The cluster that it was made for: the UID of its namespace kube-system. It is carried out on no other unasked. */
  readonly cluster?: string;
  /** Where an upgrade ends: steps that name no version of their own go there. */
  readonly target?: PlanTarget;
  readonly drainer: Drainer;
  readonly defaults: PlanDefaults;
  readonly assumptions: Assumptions;
  /** How nodes look that join, by the name that `joinNode` calls them. */
  readonly nodeTemplates?: Readonly<Record<string, NodeTemplate>>;
  /** Where one of these fires, no node is begun. */
  readonly alerts?: readonly AlertSelection[];
  /** When something may be begun; undefined: at any time. */
  readonly window?: Window;
  readonly freezes?: readonly Freeze[];
  /** Without any: no Service goes down, nothing is left Pending, and every node is back in service. */
  readonly assertions: readonly Assertion[];
  readonly steps: readonly Step[];
  /** Steps that undo the plan, for `onFailure: rollback`. */
  readonly rollback: readonly Step[];
  /** What happens when a step fails that says nothing itself. */
  readonly onFailure: FailurePolicy;
}

export interface PlanTarget {
  /** With its patch: `v1.35.2`. */
  readonly kubernetesVersion: string;
}

/** What kubeadm brings besides the control plane, and upgrades with it. */
export type Addon = "coredns" | "kube-proxy";

/** Whose drain rules apply. */
export type Drainer = DrainerName;

export interface PlanDefaults {
  readonly drain: Partial<DrainOptions>;
  /** Bounds each step that has no time-out of its own; undefined: no bound. Milliseconds. */
  readonly timeout?: number;
}

/** kubectl drain's flags and their meaning. Source: facts/drain.json, flags. */
export interface DrainOptions {
  readonly ignoreDaemonSets: boolean;
  readonly deleteEmptyDirData: boolean;
  readonly force: boolean;
  /** Seconds; -1 is each pod's own. */
  readonly gracePeriod: number;
  /** Milliseconds, for each node; 0 is for ever. */
  readonly timeout: number;
  readonly podSelector: LabelSelector;
  readonly disableEviction: boolean;
  /** Seconds after the end of its grace period from which a terminating pod is not waited for; 0: always wait. */
  readonly skipWaitForDeleteTimeout: number;
  readonly dryRun: "none" | "client" | "server";
}

/** Source: facts/drain.json, flags. */
export const drainDefaults: DrainOptions = {
  ignoreDaemonSets: false,
  deleteEmptyDirData: false,
  force: false,
  gracePeriod: -1,
  timeout: 0,
  podSelector: [],
  disableEviction: false,
  skipWaitForDeleteTimeout: 0,
  dryRun: "none",
};

/** What happens to a step that has failed for good. */
export type FinalPolicy =
  | { readonly kind: "abort" }
  | { readonly kind: "pause" }
  | { readonly kind: "continue" }
  | { readonly kind: "quarantine" }
  | { readonly kind: "uncordonAndSkip" }
  | { readonly kind: "rollback" };

export type FailurePolicy =
  | FinalPolicy
  | {
      readonly kind: "retry";
      readonly times: number;
      readonly backoff: number;
      readonly then: FinalPolicy;
    };

/** Which nodes a step is about: by name, by label, or the node whose turn it is in a rollout. */
export type NodeSelection =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "selector"; readonly selector: LabelSelector }
  | { readonly kind: "current" };

export interface StepBase {
  readonly name: string;
  /** Bounds the whole step, in milliseconds. */
  readonly timeout?: number;
  readonly onFailure?: FailurePolicy;
}

/** `shop/Deployment/web`: what `formatRef` prints. */
export type RefText = string;

export type GateCondition =
  | { readonly kind: "nodeReady" }
  | { readonly kind: "noPendingPods" }
  /** Every API server, controller manager and scheduler of the control plane runs, and answers. */
  | { readonly kind: "controlPlaneHealthy" }
  /** Every member of etcd is healthy. */
  | { readonly kind: "etcdHealthy" }
  /** Every kubelet has this version. */
  | { readonly kind: "nodesAt"; readonly version: string }
  | { readonly kind: "workloadReady"; readonly workload: RefText }
  | OutsideCondition;

/** In the turn of a rollout that replaces nodes: all old nodes, once, and not the node whose turn it is. */
export type Scope = "allOld";

export type Step = StepBase &
  (
    | { readonly kind: "cordon"; readonly nodes: NodeSelection; readonly scope?: Scope }
    | { readonly kind: "uncordon"; readonly nodes: NodeSelection }
    | {
        readonly kind: "taint";
        readonly nodes: NodeSelection;
        readonly taint: Taint;
        readonly remove: boolean;
        readonly scope?: Scope;
      }
    | {
        readonly kind: "label";
        readonly nodes: NodeSelection;
        /** null removes a label. */
        readonly labels: Readonly<Record<string, string | null>>;
        readonly scope?: Scope;
      }
    | {
        readonly kind: "drain";
        readonly nodes: NodeSelection;
        /** Whose rules apply; undefined: those of the plan's drainer. */
        readonly drainer?: Drainer;
        readonly options: DrainOptions;
        /** Only kubectl's own time-out, among the options: a file could not tell the two apart. */
        readonly timeout?: never;
      }
    | { readonly kind: "reboot"; readonly nodes: NodeSelection; readonly duration: Duration }
    | {
        /** The Node object is deleted at once; its machine goes after `duration`, and does not come back. */
        readonly kind: "deleteNode";
        readonly nodes: NodeSelection;
        readonly duration: Duration;
        /** Its machine goes on running: its kubelet registers it again when it starts anew, bare. */
        readonly machine?: "stays";
      }
    | ({ readonly kind: "joinNode" } & Joining)
    | {
        /** kubeadm on control-plane nodes: `upgrade apply` on the first of a version, `upgrade node` on the others. */
        readonly kind: "upgradeControlPlane";
        readonly nodes: NodeSelection;
        /** With its patch: `v1.35.2`. */
        readonly to: string;
        /** `false`: kubeadm is told to leave the certificates as they are. */
        readonly certificateRenewal?: boolean;
        /** For each node; undefined: as the plan's assumptions say, else a documented default. */
        readonly duration?: Duration;
      }
    | {
        /** Packages, the node's configuration, and a restart of the kubelet; pods go on running. */
        readonly kind: "upgradeKubelet";
        readonly nodes: NodeSelection;
        readonly to: string;
        /** As for `upgradeControlPlane`; the default depends on what the node is. */
        readonly duration?: Duration;
        /** On a worker `kubeadm upgrade node` comes before it, unless it is left out. */
        readonly kubeadmUpgradeNode?: false;
      }
    | {
        readonly kind: "upgradeAddon";
        readonly addon: Addon;
        /** The add-on's own version: `v1.13.1` of CoreDNS, `v1.35.2` of kube-proxy. */
        readonly to: string;
        /** Until its new image is written; the rollout of its pods comes on top. */
        readonly duration?: Duration;
      }
    | { readonly kind: "backupEtcd"; readonly duration?: Duration }
    | {
        /** A control plane that its provider runs goes to another version; no node of the cluster is part of it. */
        readonly kind: "upgradeManagedControlPlane";
        readonly to: string;
        readonly duration?: Duration;
        /** Whether requests are answered meanwhile: a provider with several API servers changes one after another. */
        readonly api: "answers" | "away";
      }
    | {
        /** `kubeadm certs renew all` on control-plane nodes, and their static pods restarted. */
        readonly kind: "renewCertificates";
        readonly nodes: NodeSelection;
        readonly duration?: Duration;
      }
    | {
        /** The members of etcd on these control-plane nodes leave it, before their machines end. */
        readonly kind: "removeEtcdMember";
        readonly nodes: NodeSelection;
      }
    | {
        /** Every member of etcd from one backup, with all API servers stopped; what was written since is lost. */
        readonly kind: "restoreEtcd";
        /** The step that took the backup; undefined: the last one that did. */
        readonly from?: string;
        readonly duration?: Duration;
      }
    | {
        readonly kind: "scale";
        readonly workload: RefText;
        readonly to?: number;
        readonly by?: number;
        /** How long to wait until all replicas are Ready; undefined: not at all. Milliseconds. */
        readonly waitReady?: number;
        readonly revert: boolean;
      }
    | {
        readonly kind: "patch";
        readonly object: RefText;
        /** A JSON merge patch on `spec`. */
        readonly set: Readonly<Record<string, unknown>>;
        readonly revert: boolean;
      }
    | { readonly kind: "restartWorkload"; readonly workload: RefText }
    | { readonly kind: "wait"; readonly duration: Duration }
    | { readonly kind: "gate"; readonly until: readonly GateCondition[]; readonly for: number }
    | ({ readonly kind: "approve" } & Approval)
    | {
        readonly kind: "hook";
        /** What is run; undefined where it is done by hand. */
        readonly command?: readonly string[];
        /** What a person is to do, in words; undefined where a command does it. */
        readonly manual?: string;
        readonly duration: Duration;
        readonly effect: HookEffect;
        /** 0 to 1; only drawn when luck is sampled. */
        readonly failureRate: number;
        readonly nodes: NodeSelection;
      }
    | { readonly kind: "parallel"; readonly steps: readonly Step[] }
    | { readonly kind: "sequence"; readonly steps: readonly Step[] }
    | ({ readonly kind: "rollout" } & Rollout)
  );

/** What a hook does to its node: nothing that shows, a restart of the machine, or one of its kubelet alone. */
export type HookEffect = "none" | "reboot" | "kubeletRestart";

export type StepKind = Step["kind"];

/** A person has to agree before it goes on. */
export interface Approval {
  /** How long a rehearsal takes the answer to need. */
  readonly assume: Duration;
  /** Who may; without it anybody. */
  readonly by?: readonly string[];
  /** Whether a ticket has to be named. */
  readonly ticket?: boolean;
  /** Until when; epoch milliseconds. Undefined: only the step's time-out bounds it. */
  readonly until?: number;
}

/** New nodes: machines start, join the cluster and get what a node needs; done when all of them are usable. */
export interface Joining {
  /** A template of the plan, or a node that is the pattern; undefined: the node whose turn it is. */
  readonly fromTemplate?: string;
  /** What to call it, or them with a number each; undefined: by the template, or by the node that it replaces. */
  readonly node?: string;
  readonly count: number;
  /** Above the template's own. */
  readonly zone?: string;
  /** From the machine's start until its kubelet has registered; undefined: as assumed. */
  readonly duration?: Duration;
  /** 0 to 1; only drawn when luck is sampled. */
  readonly failureRate: number;
}

export interface Rollout {
  readonly selector: LabelSelector;
  /** Only these nodes, in this order, where given. */
  readonly nodes?: readonly string[];
  readonly order: "listed" | "name" | "zone" | "leastPods" | "mostConstrainedFirst";
  /** Undefined: nodes are worked on where they are. */
  readonly strategy?: Strategy;
  readonly canary: { readonly count: number; readonly soak: number };
  /** How many nodes at a time: a number, or a percentage of the nodes (rounded down, at least 1). */
  readonly maxParallel: number | string;
  readonly perZone?: { readonly maxParallel: number };
  /** How many nodes may fail before the rollout does. */
  readonly maxErrors: number;
  /** A pause after each node, in milliseconds. */
  readonly soak: number;
  readonly perNode: readonly Step[];
  readonly afterBatch: readonly Step[];
}

export type Assertion = { readonly name: string } & (
  | {
      readonly kind: "service";
      readonly service: string;
      /** Longest total outage, in milliseconds. */
      readonly downtime?: number;
      /** Longest total time below the wanted number, in milliseconds. */
      readonly degraded?: number;
    }
  | { readonly kind: "workload"; readonly workload: RefText; readonly minReady: number }
  | { readonly kind: "noPendingPods" }
  | { readonly kind: "nodesBack" }
  /** etcd has a majority of its members at every moment. */
  | { readonly kind: "etcdQuorum" }
  /** Versions are supported together at every moment. */
  | { readonly kind: "versionSkew" }
  /** Longest total time without a write, in milliseconds. */
  | { readonly kind: "controlPlane"; readonly writeUnavailable: number }
  | { readonly kind: "noOutage" }
);

/** `maxParallel` as a number of nodes: a percentage rounds down, at least 1. */
export function resolveParallelism(value: number | string, nodes: number): number {
  const count = typeof value === "number" ? value : Math.floor((parseInt(value, 10) * nodes) / 100);
  return Math.max(1, Math.min(count, Math.max(1, nodes)));
}
