import { fc } from "@fast-check/vitest";
import { drainers } from "../../src/facts/drainers.ts";
import {
  drainDefaults,
  type Drainer,
  type DrainOptions,
  type GateCondition,
  type NodeSelection,
  type Plan,
  type Rollout,
  type Step,
  type StepBase,
} from "../../src/plan/plan.ts";
import type { Strategy } from "../../src/plan/strategy.ts";
import { assertion, assumptions } from "./assumption-arbitraries.ts";
import { freezes, windows } from "./calendar-arbitraries.ts";
import { taint, template } from "./node-arbitraries.ts";
import { alertSelection, argumentList, outsideCondition } from "./outside-arbitraries.ts";
import {
  oddText,
  nameText,
  nodeName,
  nodeNames,
  labelKey,
  labelValue,
  selector,
  millis,
  someMillis,
  duration,
  durationOrNever,
  policy,
  flags,
  count,
  ref,
  version,
} from "./value-arbitraries.ts";

/** Plans of every shape that a file can say. */

/** Values of a merge patch: JSON, with no key that plain data could not hold. */
const json = fc
  .jsonValue({ maxDepth: 2 })
  .filter((value) => !JSON.stringify(value).includes("__proto__"))
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

const patchSet = fc.dictionary(fc.constantFrom("minAvailable", "strategy", "1", "a b", ""), json, {
  minKeys: 1,
  noNullPrototype: true,
});

const base: fc.Arbitrary<StepBase> = fc.record(
  { name: nameText, timeout: someMillis, onFailure: policy },
  { requiredKeys: ["name"] },
);

/** Within a rollout, a step may be about the node whose turn it is. */
function nodes(hasTurn: boolean): fc.Arbitrary<NodeSelection> {
  const named = fc.oneof(
    nodeNames.map((names): NodeSelection => ({ kind: "names", names })),
    selector.map((each): NodeSelection => ({ kind: "selector", selector: each })),
  );
  return hasTurn ? fc.oneof(fc.constant<NodeSelection>({ kind: "current" }), named) : named;
}

function condition(hasTurn: boolean): fc.Arbitrary<GateCondition> {
  const anywhere = fc.oneof(
    fc.constantFrom<GateCondition[]>(
      { kind: "noPendingPods" },
      { kind: "controlPlaneHealthy" },
      { kind: "etcdHealthy" },
    ),
    version.map((each): GateCondition => ({ kind: "nodesAt", version: each })),
    ref.map((workload): GateCondition => ({ kind: "workloadReady", workload })),
    outsideCondition,
  );
  return hasTurn ? fc.oneof(fc.constant<GateCondition>({ kind: "nodeReady" }), anywhere) : anywhere;
}

type Body = Step extends infer S ? (S extends Step ? Omit<S, keyof StepBase> : never) : never;

/** What each kind of step says; `drain` options are completed from the plan's defaults. */
function leaf(hasTurn: boolean): fc.Arbitrary<Body> {
  const on = nodes(hasTurn);
  const kind = <K extends string>(each: K) => fc.constant(each);
  return fc.oneof(
    fc.record({ kind: fc.constantFrom("cordon" as const, "uncordon" as const), nodes: on }),
    fc.record({ kind: kind("cordon"), nodes: on, scope: fc.constant("allOld" as const) }),
    fc.record({
      kind: kind("taint"),
      nodes: on,
      taint,
      remove: fc.boolean(),
    }),
    fc.record({
      kind: kind("taint"),
      nodes: on,
      taint,
      remove: fc.boolean(),
      scope: fc.constant("allOld" as const),
    }),
    fc.record({
      kind: kind("label"),
      nodes: on,
      labels: fc.dictionary(labelKey, fc.option(labelValue), { minKeys: 1 }),
    }),
    fc.record(
      {
        kind: kind("drain"),
        nodes: on,
        drainer: fc.constantFrom("kubectl" as const, "cluster-api" as const),
        options: flags as fc.Arbitrary<DrainOptions>,
      },
      { requiredKeys: ["kind", "nodes", "options"] },
    ),
    fc.record({ kind: kind("reboot"), nodes: on, duration: durationOrNever }),
    fc.record(
      { kind: kind("deleteNode"), nodes: on, duration, machine: fc.constant("stays" as const) },
      { requiredKeys: ["kind", "nodes", "duration"] },
    ),
    fc.record(
      {
        kind: kind("joinNode"),
        fromTemplate: fc.constantFrom("general-v2", "n1", "1"),
        node: nodeName,
        count: fc.integer({ min: 1, max: 9 }),
        zone: labelValue,
        duration: durationOrNever,
        failureRate: fc.constantFrom(0, 0.01, 1),
      },
      { requiredKeys: ["kind", "count", "failureRate"] },
    ),
    fc.record(
      {
        kind: fc.constantFrom("upgradeControlPlane" as const, "upgradeKubelet" as const),
        nodes: on,
        to: version,
        duration: durationOrNever,
      },
      { requiredKeys: ["kind", "nodes", "to"] },
    ),
    fc.record(
      {
        kind: kind("upgradeAddon"),
        addon: fc.constantFrom("coredns" as const, "kube-proxy" as const),
        to: fc.oneof(version, fc.constantFrom("v1.13.1", "v1.12.1")),
        duration: durationOrNever,
      },
      { requiredKeys: ["kind", "addon", "to"] },
    ),
    fc.record({ kind: kind("removeEtcdMember"), nodes: on }),
    fc.record(
      { kind: kind("renewCertificates"), nodes: on, duration: durationOrNever },
      { requiredKeys: ["kind", "nodes"] },
    ),
    fc.record(
      { kind: kind("upgradeControlPlane"), nodes: on, to: version, certificateRenewal: fc.boolean() },
      { requiredKeys: ["kind", "nodes", "to"] },
    ),
    fc.record({ kind: kind("backupEtcd"), duration: durationOrNever }, { requiredKeys: ["kind"] }),
    fc.record(
      { kind: kind("restoreEtcd"), from: nameText, duration: durationOrNever },
      { requiredKeys: ["kind"] },
    ),
    fc.record({
      kind: kind("upgradeKubelet"),
      nodes: on,
      to: version,
      kubeadmUpgradeNode: fc.constant(false as const),
    }),
    fc.record(
      {
        kind: kind("upgradeManagedControlPlane"),
        to: version,
        api: fc.constantFrom("answers" as const, "away" as const),
        duration: durationOrNever,
      },
      { requiredKeys: ["kind", "to", "api"] },
    ),
    fc.record(
      { kind: kind("scale"), workload: ref, to: count, waitReady: someMillis, revert: fc.boolean() },
      { requiredKeys: ["kind", "workload", "to", "revert"] },
    ),
    fc.record({
      kind: kind("scale"),
      workload: ref,
      by: fc.integer({ min: -9, max: 9 }).filter((by) => by !== 0),
      revert: fc.boolean(),
    }),
    fc.record({ kind: kind("patch"), object: ref, set: patchSet, revert: fc.boolean() }),
    fc.record({ kind: kind("restartWorkload"), workload: ref }),
    fc.record({ kind: kind("wait"), duration }),
    fc.record({
      kind: kind("gate"),
      until: fc.array(condition(hasTurn), { minLength: 1, maxLength: 3 }),
      for: millis,
    }),
    fc.record(
      {
        kind: kind("approve"),
        assume: duration,
        by: fc.array(nameText, { minLength: 1, maxLength: 2 }),
        ticket: fc.boolean(),
        until: fc.integer({ min: 0, max: 4e12 }),
      },
      { requiredKeys: ["kind", "assume"] },
    ),
    fc.record({
      kind: kind("hook"),
      manual: fc.oneof(oddText, fc.string()).filter((text) => text.trim() !== ""),
      duration: durationOrNever,
      effect: fc.constantFrom("none" as const, "reboot" as const),
      failureRate: fc.constant(0),
      nodes: on,
    }),
    fc.record({
      kind: kind("hook"),
      command: argumentList,
      duration: durationOrNever,
      effect: fc.constantFrom("none" as const, "reboot" as const, "kubeletRestart" as const),
      failureRate: fc.constantFrom(0, 0.01, 0.5, 1),
      nodes: on,
    }),
  );
}

function group(depth: number, hasTurn: boolean): fc.Arbitrary<Body> {
  return fc.record({
    kind: fc.constantFrom("parallel" as const, "sequence" as const),
    steps: steps(depth - 1, hasTurn, 1),
  });
}

function rollout(depth: number, hasTurn: boolean): fc.Arbitrary<Body> {
  const fields = {
    kind: fc.constant("rollout" as const),
    order: fc.constantFrom<Rollout["order"][]>("listed", "name", "zone", "leastPods", "mostConstrainedFirst"),
    canary: fc.record({ count: fc.nat(3), soak: millis }),
    maxParallel: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom("1%", "10%", "100%")),
    maxErrors: fc.nat(3),
    soak: millis,
    perNode: steps(depth - 1, true, 1),
    afterBatch: steps(depth - 1, hasTurn, 0),
  };
  const share = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom("1%", "33%", "100%"));
  const strategy: fc.Arbitrary<Strategy> = fc.oneof(
    fc.record({
      kind: fc.constant("surge" as const),
      maxSurge: share,
      maxUnavailable: fc.oneof(fc.constantFrom(0, "0%"), share),
    }),
    fc.record({ kind: fc.constant("blueGreen" as const), batch: share, batchSoak: millis, poolSoak: millis }),
  );
  const perZone = fc.record({ maxParallel: fc.integer({ min: 1, max: 9 }) });
  return fc.oneof(
    fc.record({ ...fields, selector }),
    fc.record({ ...fields, selector, perZone }),
    fc.record({ ...fields, selector, strategy }),
    fc.record({ ...fields, selector: fc.constant([]), nodes: nodeNames }),
  );
}

function steps(depth: number, hasTurn: boolean, minLength: number): fc.Arbitrary<readonly Step[]> {
  const bodies =
    depth === 0
      ? leaf(hasTurn)
      : fc.oneof(
          { weight: 4, arbitrary: leaf(hasTurn) },
          { weight: 1, arbitrary: group(depth, hasTurn) },
          { weight: 1, arbitrary: rollout(depth, hasTurn) },
        );
  return fc.array(fc.tuple(base, bodies).map(stepOf), { minLength, maxLength: 4 });
}

function stepOf([{ timeout, ...said }, body]: [StepBase, Body]): Step {
  // A drain has kubectl's time-out and no other.
  const bound = body.kind === "drain" || timeout === undefined ? {} : { timeout };
  return { ...said, ...bound, ...body } as Step;
}

/** Drains with all flags, those of the plan's defaults where they have none of their own. */
function completed(all: readonly Step[], defaults: Partial<DrainOptions>): readonly Step[] {
  return all.map((step): Step => {
    switch (step.kind) {
      case "drain":
        return { ...step, options: { ...drainDefaults, ...defaults, ...step.options } };
      case "parallel":
      case "sequence":
        return { ...step, steps: completed(step.steps, defaults) };
      case "rollout":
        return {
          ...step,
          perNode: completed(step.perNode, defaults),
          afterBatch: completed(step.afterBatch, defaults),
        };
      default:
        return step;
    }
  });
}

export const plans: fc.Arbitrary<Plan> = fc
  .record(
    {
      name: nameText,
      cluster: fc.uuid(),
      target: version.map((kubernetesVersion) => ({ kubernetesVersion })),
      drainer: fc.constantFrom(...(Object.keys(drainers) as Drainer[])),
      defaults: fc.record({ drain: flags, timeout: someMillis }, { requiredKeys: ["drain"] }),
      assumptions,
      nodeTemplates: fc.dictionary(fc.constantFrom("general-v2", "gpu", "1"), template, { maxKeys: 2 }),
      window: windows,
      freezes: fc.array(freezes, { minLength: 1, maxLength: 2 }),
      alerts: fc.array(alertSelection, { minLength: 1, maxLength: 2 }),
      assertions: fc.array(assertion, { maxLength: 3 }),
      steps: steps(2, false, 1),
      rollback: steps(0, false, 0),
      onFailure: policy,
    },
    {
      requiredKeys: [
        "name",
        "drainer",
        "defaults",
        "assumptions",
        "assertions",
        "steps",
        "rollback",
        "onFailure",
      ],
    },
  )
  .map(complete);

function complete(plan: Plan): Plan {
  const { drain } = plan.defaults;
  // The clone has plain objects where fast-check makes some without a prototype.
  return structuredClone({
    ...plan,
    steps: completed(plan.steps, drain),
    rollback: completed(plan.rollback, drain),
  });
}
