import { assumptionDefaults } from "../facts/assumption-defaults.ts";
import { must } from "../lib/assert.ts";
import type { LabelSelector } from "../model/selector.ts";
import { type Assumptions, type Duration, fixed } from "./assumptions.ts";
import {
  drainDefaults,
  type NodeSelection,
  type Plan,
  type Step,
  type StepBase,
  type StepKind,
} from "./plan.ts";
import type { PlanFile } from "./schema/plan-file.ts";
import type { StepFile } from "./schema/step.ts";
import { defaultOrder } from "./strategy.ts";
import { defaultNames, rollbackName } from "./step-names.ts";
import { targetAddonVersion, targetVersion } from "./target-version.ts";

/** The plan that a file means: steps named, defaults filled in. `assumptions` stands in for the file's own. */
export function planFromFile(
  { metadata, spec }: Pick<PlanFile, "metadata" | "spec">,
  assumptions: Assumptions = spec.assumptions,
): Plan {
  const { defaults, onFailure, drainer, window, freezes, alerts, assertions, target, nodeTemplates } = spec;
  const plan: Omit<Plan, "steps" | "rollback"> = {
    name: metadata.name,
    ...(metadata.cluster === undefined ? {} : { cluster: metadata.cluster }),
    ...(target === undefined ? {} : { target }),
    drainer,
    defaults: {
      drain: defaults.drain,
      ...(defaults.timeout === undefined ? {} : { timeout: defaults.timeout }),
    },
    assumptions,
    ...(nodeTemplates === undefined ? {} : { nodeTemplates }),
    ...(window === undefined ? {} : { window }),
    ...(freezes === undefined ? {} : { freezes }),
    ...(alerts === undefined ? {} : { alerts }),
    assertions,
    onFailure: onFailure ?? defaults.onFailure ?? { kind: "abort" },
  };
  return {
    ...plan,
    steps: namedSteps(spec.steps, "", plan),
    rollback: namedSteps(spec.rollback, rollbackName, plan),
  };
}

/** How long a reboot takes that does not say so itself. */
export function rebootDuration({ reboot }: Assumptions): Duration {
  return reboot ?? fixed(assumptionDefaults.rebootMillis);
}

type Defaults = Pick<Plan, "defaults" | "assumptions" | "target">;

function namedSteps(files: readonly StepFile[], around: string, plan: Defaults): readonly Step[] {
  const names = defaultNames(files.map(kindOf), around);
  return files.map((file, index) => stepFromFile(file, names[index]!, plan));
}

/** The schema has seen to it that there is exactly one. */
function kindOf(file: StepFile): StepKind {
  return must(Object.keys(file)[0], "the kind of a step") as StepKind;
}

function stepFromFile(file: StepFile, defaultName: string, plan: Defaults): Step {
  const { parallel, sequence, rollout } = file;
  if (rollout) {
    const { name = defaultName, selector = [], order, perNode, afterBatch, ...rest } = rollout;
    const inside = namedSteps([...perNode, ...afterBatch], name, plan);
    return {
      ...rest,
      name,
      kind: "rollout",
      selector,
      order: order ?? defaultOrder(rest.strategy),
      perNode: inside.slice(0, perNode.length),
      afterBatch: inside.slice(perNode.length),
    };
  }
  if (parallel) {
    const { name = defaultName, steps, ...rest } = parallel;
    return { ...rest, name, kind: "parallel", steps: namedSteps(steps, name, plan) };
  }
  if (sequence) {
    const { name = defaultName, steps, ...rest } = sequence;
    return { ...rest, name, kind: "sequence", steps: namedSteps(steps, name, plan) };
  }
  return leafFromFile(file, defaultName, plan);
}

function leafFromFile(file: StepFile, defaultName: string, plan: Defaults): Step {
  if (file.scale) return { ...named(file.scale, defaultName), kind: "scale" };
  if (file.patch) return { ...named(file.patch, defaultName), kind: "patch" };
  if (file.restartWorkload) return { ...named(file.restartWorkload, defaultName), kind: "restartWorkload" };
  if (file.wait) return { ...named(file.wait, defaultName), kind: "wait" };
  if (file.gate) return { ...named(file.gate, defaultName), kind: "gate" };
  if (file.approve) return { ...named(file.approve, defaultName), kind: "approve" };
  if (file.joinNode) return { ...named(file.joinNode, defaultName), kind: "joinNode" };
  if (file.backupEtcd) return { ...named(file.backupEtcd, defaultName), kind: "backupEtcd" };
  if (file.upgradeManagedControlPlane) {
    const { to = targetVersion(plan), ...rest } = file.upgradeManagedControlPlane;
    return { ...named(rest, defaultName), kind: "upgradeManagedControlPlane", to };
  }
  if (file.restoreEtcd) return { ...named(file.restoreEtcd, defaultName), kind: "restoreEtcd" };
  if (file.upgradeAddon) {
    const { to = targetAddonVersion(file.upgradeAddon.addon, plan), ...rest } = file.upgradeAddon;
    return { ...named(rest, defaultName), kind: "upgradeAddon", to };
  }
  return nodeStepFromFile(file, defaultName, plan);
}

function nodeStepFromFile(file: StepFile, defaultName: string, plan: Defaults): Step {
  if (file.cordon) return { ...placed(file.cordon, defaultName), kind: "cordon" };
  if (file.uncordon) return { ...placed(file.uncordon, defaultName), kind: "uncordon" };
  if (file.label) return { ...placed(file.label, defaultName), kind: "label" };
  if (file.hook) return { ...placed(file.hook, defaultName), kind: "hook" };
  if (file.taint) {
    const { key, value, effect, ...rest } = placed(file.taint, defaultName);
    return { ...rest, kind: "taint", taint: { key, value, effect } };
  }
  if (file.reboot) {
    const { duration = rebootDuration(plan.assumptions), ...rest } = placed(file.reboot, defaultName);
    return { ...rest, kind: "reboot", duration };
  }
  if (file.deleteNode) {
    const { machine, ...rest } = placed(file.deleteNode, defaultName);
    return { ...rest, kind: "deleteNode", ...(machine === "stays" ? { machine } : {}) };
  }
  if (file.removeEtcdMember)
    return { ...placed(file.removeEtcdMember, defaultName), kind: "removeEtcdMember" };
  if (file.renewCertificates)
    return { ...placed(file.renewCertificates, defaultName), kind: "renewCertificates" };
  if (file.upgradeControlPlane) {
    const { to = targetVersion(plan), ...rest } = placed(file.upgradeControlPlane, defaultName);
    return { ...rest, kind: "upgradeControlPlane", to };
  }
  if (file.upgradeKubelet) {
    const { upgradeKubelet } = file;
    const { to = targetVersion(plan), kubeadmUpgradeNode, ...rest } = placed(upgradeKubelet, defaultName);
    return { ...rest, kind: "upgradeKubelet", to, ...(kubeadmUpgradeNode ? {} : { kubeadmUpgradeNode }) };
  }
  const { name, nodes, onFailure, drainer, ...flags } = placed(must(file.drain, "a known step"), defaultName);
  const options = { ...drainDefaults, ...plan.defaults.drain, ...flags };
  return {
    name,
    kind: "drain",
    nodes,
    options,
    ...(drainer === undefined ? {} : { drainer }),
    ...(onFailure === undefined ? {} : { onFailure }),
  };
}

function named<T extends Partial<StepBase>>(body: T, defaultName: string): T & { readonly name: string } {
  return { ...body, name: body.name ?? defaultName };
}

interface Placed {
  readonly name?: string;
  readonly nodes?: readonly string[];
  readonly selector?: LabelSelector;
}

function placed<T extends Placed>(
  { nodes, selector, ...body }: T,
  defaultName: string,
): Omit<T, "nodes" | "selector"> & { readonly name: string; readonly nodes: NodeSelection } {
  return { ...body, name: body.name ?? defaultName, nodes: selectionOf(nodes, selector) };
}

function selectionOf(names?: readonly string[], selector?: LabelSelector): NodeSelection {
  if (names) return { kind: "names", names };
  return selector ? { kind: "selector", selector } : { kind: "current" };
}
