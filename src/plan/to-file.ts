import type { LabelSelector } from "../model/selector.ts";
import {
  fixed,
  type Assumptions,
  type BalancerAssumption,
  type LoadTrace,
  type WorkloadAssumption,
} from "./assumptions.ts";
import { assertionField } from "./assertion-to-file.ts";
import { freezeField, windowField } from "./calendar-to-file.ts";
import { durationField, durationText } from "./duration-text.ts";
import { durationFields, filled, type Json, optionalText, said, some, unless } from "./file-fields.ts";
import { rebootDuration } from "./from-file.ts";
import { defaultOrder } from "./strategy.ts";
import { strategyField } from "./strategy-to-file.ts";
import { alertField, approvalField, conditionField } from "./outside-to-file.ts";
import { poolField } from "./pool-to-file.ts";
import { templateField } from "./template-to-file.ts";
import {
  drainDefaults,
  type DrainOptions,
  type FailurePolicy,
  type NodeSelection,
  type Plan,
  type Rollout,
  type Step,
} from "./plan.ts";
import { amountText } from "./schema/load.ts";
import { apiVersion, planKind } from "./schema/plan-file.ts";
import { defaultNames, rollbackName } from "./step-names.ts";
import { targetAddonVersion, targetVersion } from "./target-version.ts";

/** A plan as the plain data of its file, without what the reader would fill in by itself. */

/** The file that says what `plan` is. */
export function planToFile(plan: Plan): Json {
  const {
    name,
    cluster,
    target,
    drainer,
    assumptions,
    alerts,
    assertions,
    onFailure,
    defaults,
    steps,
    rollback,
  } = plan;
  const templates = Object.entries(plan.nodeTemplates ?? {});
  return {
    apiVersion,
    kind: planKind,
    metadata: said({ name, cluster }),
    spec: said({
      target,
      drainer: unless(drainer, "kubectl"),
      defaults: filled({
        drain: filled(flagsField(defaults.drain)),
        timeout: optionalText(defaults.timeout),
        onFailure: onFailure.kind === "abort" ? undefined : policyField(onFailure),
      }),
      assumptions: filled(assumptionsField(assumptions)),
      nodeTemplates:
        plan.nodeTemplates &&
        Object.fromEntries(templates.map(([each, template]) => [each, templateField(template)])),
      window: plan.window && windowField(plan.window),
      freezes: plan.freezes && plan.freezes.map(freezeField),
      alerts: alerts && alerts.map(alertField),
      assertions: some(assertions.map(assertionField)),
      steps: stepFields(steps, "", plan),
      rollback: some(stepFields(rollback, rollbackName, plan)),
    }),
  };
}

/** A selector; leading requirements of one value as matchLabels, which the reader puts first. */
function selectorField(selector: LabelSelector): Json {
  const labels = new Map<string, string>();
  let count = 0;
  for (const { key, operator, values } of selector) {
    // Objects list keys that look like numbers before all others: such a label would change its place.
    const isSimple = operator === "In" && values.length === 1 && !labels.has(key) && !/^\d+$/.test(key);
    if (!isSimple) break;
    labels.set(key, values[0]!);
    count++;
  }
  const rest = selector
    .slice(count)
    .map(({ key, operator, values }) => said({ key, operator, values: some(values) }));
  return said({
    matchLabels: labels.size > 0 ? Object.fromEntries(labels) : undefined,
    matchExpressions: some(rest),
  });
}

function flagsField({ timeout, podSelector, ...rest }: Partial<DrainOptions>): Json {
  return {
    ...rest,
    timeout: optionalText(timeout),
    podSelector: podSelector && selectorField(podSelector),
  };
}

function policyField(policy: FailurePolicy): unknown {
  if (policy.kind !== "retry") return policy.kind;
  const { times, backoff, then } = policy;
  return {
    retry: said({
      times,
      backoff: backoff === 0 ? undefined : durationText(backoff),
      // oxlint-disable-next-line unicorn/no-thenable -- the word of the plan language; nobody awaits it
      then: unless(then.kind, "abort"),
    }),
  };
}

function assumptionsField(assumptions: Assumptions): Json {
  const {
    default: all,
    workloads,
    volumeMove,
    pullBytesPerSecond,
    reboot,
    join,
    upgrade,
    load = {},
    nodePools = [],
    loadBalancer,
    operators,
    replacedOwners,
  } = assumptions;
  const named = Object.entries(workloads).map(([name, each]) => [name, workloadField(each)]);
  return {
    default: filled(workloadField(all)),
    workloads: filled(Object.fromEntries(named)),
    volumeMove: volumeMove && durationField(volumeMove),
    pullBytesPerSecond,
    reboot: reboot && durationField(reboot),
    join: join && durationField(join),
    upgrade: upgrade && durationFields({ ...upgrade }),
    load: filled(
      Object.fromEntries(Object.entries(load).map(([workload, traces]) => [workload, loadField(traces)])),
    ),
    nodePools: some(nodePools.map((pool) => poolField(pool, selectorField))),
    loadBalancer: loadBalancer && balancerField(loadBalancer),
    operators: operators && filled(durationFields(operators)),
    replacedOwners: some(replacedOwners),
  };
}

function loadField(traces: Readonly<Record<string, LoadTrace>>): Json {
  const fields = Object.entries(traces).map(([metric, trace]) => {
    const [first, ...rest] = trace;
    const text = (amount: number) => amountText(metric, amount);
    const points = trace.map(({ at, amount }) => [durationText(at), text(amount)]);
    return [metric, rest.length === 0 ? text(first.amount) : points];
  });
  return Object.fromEntries(fields);
}

function balancerField({ interval, threshold, deregistration }: BalancerAssumption): Json {
  return said({
    interval: durationText(interval),
    threshold,
    deregistration: optionalText(deregistration),
  });
}

function workloadField({ start, ready, termination, run, connections }: WorkloadAssumption): Json {
  return durationFields({ start, ready, termination, run, connections });
}

function stepFields(steps: readonly Step[], around: string, plan: Plan): readonly Json[] {
  const names = defaultNames(
    steps.map(({ kind }) => kind),
    around,
  );
  return steps.map((step, index) => stepField(step, names[index]!, plan));
}

function stepField(step: Step, defaultName: string, plan: Plan): Json {
  const { name, timeout, onFailure } = step;
  const body = said({
    name: unless(name, defaultName),
    ...bodyOf(step, plan),
    ...(timeout === undefined ? {} : { timeout: durationText(timeout) }),
    onFailure: onFailure && policyField(onFailure),
  });
  return { [step.kind]: body };
}

function nodesField(nodes: NodeSelection): Json {
  switch (nodes.kind) {
    case "names":
      return { nodes: nodes.names };
    case "selector":
      return { selector: selectorField(nodes.selector) };
    case "current":
      return {};
  }
}

/** What a step has besides name, time-out and policy. */
function bodyOf(step: Step, plan: Plan): Json {
  switch (step.kind) {
    case "cordon":
      return { ...nodesField(step.nodes), scope: step.scope };
    case "uncordon":
      return nodesField(step.nodes);
    case "taint": {
      const { key, value, effect } = step.taint;
      const remove = unless(step.remove, false);
      return { ...nodesField(step.nodes), key, value: unless(value, ""), effect, remove, scope: step.scope };
    }
    case "label":
      return { ...nodesField(step.nodes), labels: step.labels, scope: step.scope };
    case "drain":
      return {
        ...nodesField(step.nodes),
        drainer: step.drainer,
        ...flagsField(ownFlags(step.options, plan)),
      };
    case "reboot": {
      const duration = unless(step.duration, rebootDuration(plan.assumptions));
      return { ...nodesField(step.nodes), duration: duration && durationField(duration) };
    }
    case "deleteNode": {
      const duration = unless(step.duration, fixed(0));
      return {
        ...nodesField(step.nodes),
        duration: duration && durationField(duration),
        machine: step.machine,
      };
    }
    case "joinNode": {
      const { fromTemplate, node, count, zone, duration, failureRate } = step;
      return {
        fromTemplate,
        node,
        count: unless(count, 1),
        zone,
        ...durationFields({ duration }),
        failureRate: unless(failureRate, 0),
      };
    }
    case "removeEtcdMember":
      return nodesField(step.nodes);
    case "renewCertificates":
      return { ...nodesField(step.nodes), ...durationFields({ duration: step.duration }) };
    case "upgradeControlPlane":
    case "upgradeKubelet": {
      const { nodes, to, duration } = step;
      return {
        ...nodesField(nodes),
        to: unlessTarget(to, targetVersion(plan)),
        certificateRenewal: "certificateRenewal" in step ? step.certificateRenewal : undefined,
        ...durationFields({ duration }),
        kubeadmUpgradeNode: step.kind === "upgradeKubelet" ? step.kubeadmUpgradeNode : undefined,
      };
    }
    case "upgradeAddon": {
      const { addon, to, duration } = step;
      return {
        addon,
        to: unlessTarget(to, targetAddonVersion(addon, plan)),
        ...durationFields({ duration }),
      };
    }
    case "backupEtcd":
      return durationFields({ duration: step.duration });
    case "upgradeManagedControlPlane": {
      const { to, duration, api } = step;
      return {
        to: unlessTarget(to, targetVersion(plan)),
        api: unless(api, "answers"),
        ...durationFields({ duration }),
      };
    }
    case "restoreEtcd":
      return { from: step.from, ...durationFields({ duration: step.duration }) };
    case "scale": {
      const { workload, to, by, waitReady, revert } = step;
      return { workload, to, by, waitReady: optionalText(waitReady), revert: unless(revert, false) };
    }
    case "patch":
      return { object: step.object, set: step.set, revert: unless(step.revert, false) };
    case "restartWorkload":
      return { workload: step.workload };
    case "wait":
      return { duration: durationField(step.duration) };
    case "gate": {
      const soak = step.for === 0 ? undefined : durationText(step.for);
      return { until: step.until.map(conditionField), for: soak };
    }
    case "approve":
      return approvalField(step);
    case "hook": {
      const { nodes, command, manual, duration, effect, failureRate } = step;
      return {
        ...nodesField(nodes),
        command,
        manual,
        duration: durationField(duration),
        effect: unless(effect, "none"),
        failureRate: unless(failureRate, 0),
      };
    }
    case "parallel":
    case "sequence":
      return { steps: stepFields(step.steps, step.name, plan) };
    case "rollout":
      return rolloutField(step, step.name, plan);
  }
}

/** A version, unless the plan's target says it already; a version that is not known yet is left open. */
function unlessTarget(version: string, target: string): string | undefined {
  return version === "" ? undefined : unless(version, target);
}

/** The flags of a drain that neither the plan's defaults nor kubectl's say already. */
function ownFlags(options: DrainOptions, plan: Plan): Partial<DrainOptions> {
  const before: Json = { ...drainDefaults, ...plan.defaults.drain };
  return Object.fromEntries(
    Object.entries(options).filter(([flag, value]) => unless(value, before[flag]) !== undefined),
  );
}

function rolloutField(rollout: Rollout, name: string, plan: Plan): Json {
  const { selector, nodes, order, canary, maxParallel, perZone, maxErrors, soak, perNode, afterBatch } =
    rollout;
  const inside = stepFields([...perNode, ...afterBatch], name, plan);
  const hasCanary = canary.count > 0 || canary.soak > 0;
  const canarySoak = canary.soak === 0 ? undefined : durationText(canary.soak);
  return {
    ...(nodes ? { nodes } : { selector: selectorField(selector) }),
    order: unless(order, defaultOrder(rollout.strategy)),
    strategy: rollout.strategy && strategyField(rollout.strategy),
    canary: hasCanary ? said({ count: canary.count, soak: canarySoak }) : undefined,
    maxParallel: unless<number | string>(maxParallel, 1),
    perZone,
    maxErrors: unless(maxErrors, 0),
    soak: soak === 0 ? undefined : durationText(soak),
    perNode: inside.slice(0, perNode.length),
    afterBatch: some(inside.slice(perNode.length)),
  };
}
