import type { Joining, NodeSelection, Step, StepBase } from "../plan/plan.ts";
import type { Action, ObjectSelection } from "./protocol.ts";

/**
 * What the executor can carry out: the steps of a plan, and the single requests that a kubectl command line
 * comes down to (src/kubectl turns one into the other).
 */
export type ProgramStep = Step | RequestStep | ObjectsStep | SayStep | RolloutStatusStep;

/** One API request, and the line that says it was done. */
export type RequestStep = StepBase & {
  readonly kind: "request";
  readonly action: Action;
  /** `deployment.apps/web scaled`: what kubectl prints. */
  readonly said: string;
};

/** One request for each of some objects, one after another: `kubectl set image deploy --all`. */
export type ObjectsStep = StepBase & {
  readonly kind: "objects";
  readonly selection: ObjectSelection;
  readonly verb: ObjectVerb;
  /** For a deletion: whether to wait until each is gone. */
  readonly wait: boolean;
};

export type ObjectVerb =
  | { readonly kind: "scale"; readonly to: number }
  | { readonly kind: "patch"; readonly set: Readonly<Record<string, unknown>> }
  | { readonly kind: "restart" }
  | { readonly kind: "undo" }
  | { readonly kind: "setImage"; readonly images: Readonly<Record<string, string>> }
  | { readonly kind: "delete"; readonly cascade: "background" | "orphan"; readonly graceSeconds?: number };

/** Lines that are said without asking anything of the cluster; with `fails`, they are the end. */
export type SayStep = StepBase & {
  readonly kind: "say";
  readonly lines: readonly string[];
  readonly fails: boolean;
};

/** `kubectl rollout status`: watches a rollout to its end. */
export type RolloutStatusStep = StepBase & {
  readonly kind: "rolloutStatus";
  readonly workload: string;
};

/** One line about a step, for traces and reports: `drain node-7`, `scale data/StatefulSet/queue to 3`. */
export function describeStep(step: ProgramStep): string {
  switch (step.kind) {
    case "cordon":
    case "uncordon":
    case "drain":
    case "reboot":
      return step.nodes.kind === "names" ? `${step.kind} ${step.nodes.names.join(" ")}` : step.kind;
    case "deleteNode":
      return `delete node${namesOf(step.nodes).replace(" on", "")}`;
    case "joinNode":
      return `join ${step.count === 1 ? "" : `${step.count} nodes `}${joined(step)}`.trimEnd();
    case "upgradeControlPlane":
      return `upgrade control plane to ${step.to}${namesOf(step.nodes)}`;
    case "upgradeKubelet":
      return `upgrade kubelet to ${step.to}${namesOf(step.nodes)}`;
    case "upgradeAddon":
      return `upgrade ${step.addon} to ${step.to}`;
    case "backupEtcd":
      return "back up etcd";
    case "upgradeManagedControlPlane":
      return `managed control plane ${step.to}`;
    case "renewCertificates":
      return `renew certificates${namesOf(step.nodes)}`;
    case "removeEtcdMember":
      return `remove etcd member${namesOf(step.nodes).replace(" on", "")}`;
    case "restoreEtcd":
      return `restore etcd${step.from === undefined ? "" : ` from ${step.from}`}`;
    case "taint":
      return `${step.remove ? "untaint" : "taint"} ${step.taint.key}:${step.taint.effect}`;
    case "label":
      return `label ${Object.keys(step.labels).join(", ")}`;
    case "scale":
      return `scale ${step.workload} ${step.to === undefined ? `by ${step.by ?? 0}` : `to ${step.to}`}`;
    case "patch":
      return `patch ${step.object}`;
    case "restartWorkload":
      return `restart ${step.workload}`;
    case "rolloutStatus":
      return `wait for the rollout of ${step.workload}`;
    case "hook":
      return step.command ? `run ${step.command[0]}` : `by hand: ${step.name}`;
    case "objects":
      return `${step.verb.kind} ${step.selection.kind} ${step.selection.names.join(" ")}`.trimEnd();
    case "request":
      return step.said === "" ? step.name : step.said;
    default:
      return step.name === "" || step.name === step.kind ? step.kind : `${step.kind} ${step.name}`;
  }
}

/** What is known of the new node before it is there. */
function joined({ node, fromTemplate }: Joining): string {
  if (node !== undefined) return node;
  return fromTemplate === undefined ? "a replacement" : `like ${fromTemplate}`;
}

/** ` on cp-1 cp-2`, where the step names its nodes. */
function namesOf(nodes: NodeSelection): string {
  return nodes.kind === "names" ? ` on ${nodes.names.join(" ")}` : "";
}
