import { poolUpgrades, type PoolUpgradeFact, type PoolUpgradeKind } from "../facts/managed-upgrades.ts";
import type { BlueGreenFact } from "../facts/pool-blue-green.ts";
import { assumptionDefaults } from "../facts/assumption-defaults.ts";
import { excludeFromBalancers } from "../facts/drainers.ts";
import { imageLabels } from "../facts/platforms.ts";
import type { NodePool } from "../model/node-pools.ts";
import type { LabelSelector } from "../model/selector.ts";
import { formatVersion, minorOf, type Version } from "../model/version.ts";
import { fixed } from "../plan/assumptions.ts";
import type { NodeTemplate } from "../plan/node-template.ts";
import { type Drainer, drainDefaults, type Step } from "../plan/plan.ts";
import { canarySoak, drainStep } from "./kubeadm-steps.ts";
import { canarySteps } from "./pool-canary.ts";
import { generationLabel, wayBack } from "./replace-workers.ts";
import { stepName } from "./step-name.ts";

/** What brings a pool of nodes to a version, and how the nodes look that come for it. */
export interface PoolPass {
  readonly steps: readonly Step[];
  /** What undoes it, where it can be undone by anybody but its owner. */
  readonly rollback: readonly Step[];
  readonly templates: Readonly<Record<string, NodeTemplate>>;
}

/** How many nodes at a time; undefined: as the owner of the pool has it by default. */
type Width = number | string | undefined;

/** How a pool is replaced whose owner is not known: one new node before each old one goes. */
const byHand: PoolUpgradeFact = {
  maxSurge: 1,
  maxUnavailable: 0,
  replaces: "by a new node",
  unknown: [],
};

const itself = { kind: "current" } as const;

/** How a pool's owner replaces its nodes, where the input tells. */
export interface PoolSettings {
  readonly maxSurge: number | string;
  readonly maxUnavailable: number | string;
  /** For how long each node is drained, in milliseconds; 0: as its drainer has it. */
  readonly drainMillis: number;
}

/** What a pass over a pool is to do. */
export interface PoolGoal {
  /** Undefined: they are not in the input, and the owner's defaults are taken. */
  readonly settings?: PoolSettings;
  readonly version: Version;
  /** Of the pass before this one, where there was one. */
  readonly before?: Version;
  readonly width: Width;
  /** Who empties the pool's nodes, and those of the plan where no step says otherwise. */
  readonly drainer: Drainer;
  readonly planDrainer: Drainer;
  /** A second pool in place of what the owner does; undefined: as the owner has it. */
  readonly blueGreen?: BlueGreenFact;
  /** Nodes that go first, alone. */
  readonly canary: number;
}

/** The steps that a pool's owner takes. Source: src/facts/managed-upgrades.ts. */
export function poolPass(pool: NodePool, goal: PoolGoal): PoolPass {
  const fact = poolUpgradeOf(pool) ?? byHand;
  const shape = shapeOf(pool, goal, fact);
  const own = goal.blueGreen ? [blueGreen(shape, goal)] : stepsOf(shape, fact);
  const whole = own.length === 1 ? own : [{ kind: "sequence", name: shape.title, steps: own } as const];
  const steps = withCanary(shape, drainedBy(whole, goal));
  const { templates, old } = shape;
  return {
    templates,
    steps,
    rollback: goal.blueGreen?.by === "by hand" ? wayBack(old, shape.template, goal.planDrainer) : [],
  };
}

/** Names the pool's drainer on its drains where it is another than the plan's. */
function drainedBy(steps: readonly Step[], goal: Pick<PoolGoal, "drainer" | "planDrainer">): readonly Step[] {
  const { drainer, planDrainer } = goal;
  if (drainer === planDrainer) return steps;
  return steps.map((step): Step => {
    if (step.kind === "drain") return { ...step, drainer };
    if (step.kind === "rollout") return { ...step, perNode: drainedBy(step.perNode, goal) };
    if (step.kind === "sequence" || step.kind === "parallel")
      return { ...step, steps: drainedBy(step.steps, goal) };
    return step;
  });
}

/** A MachineDeployment can be paused after its first machines; the others have canaries of their own beside them. */
function withCanary(shape: Shape, steps: readonly Step[]): readonly Step[] {
  const { pool, canary, name, template } = shape;
  if (canary === 0) return steps;
  const [only] = steps;
  if (pool.owner === "cluster-api" && only?.kind === "rollout")
    return [{ ...only, canary: { count: canary, soak: canarySoak } }];
  const { before, after } = canarySteps({ pool, name, template, count: canary });
  return [...before, ...steps, ...after];
}

/** All new nodes first, the old ones emptied batch by batch, and deleted at the end. */
function blueGreen(shape: Shape, { blueGreen: fact, width }: PoolGoal): Step {
  const { batch = 1, batchSoak = 0, poolSoak = 0 } = fact ?? {};
  return {
    ...rollout(shape, shape.title, newThenOld(shape)),
    maxParallel: 1,
    strategy: { kind: "blueGreen", batch: width ?? batch, batchSoak, poolSoak },
  };
}

function stepsOf(shape: Shape, { replaces, surgePerZone }: PoolUpgradeFact): readonly Step[] {
  if (replaces === "in place") return inPlace(shape);
  if (surgePerZone !== undefined) return allZonesFirst(shape, surgePerZone);
  return [surge(shape, shape.title)];
}

/** How the owner of a pool upgrades it; undefined: that is not known. */
export function poolUpgradeOf({ owner }: NodePool): PoolUpgradeFact | undefined {
  return owner !== undefined && Object.hasOwn(poolUpgrades, owner)
    ? poolUpgrades[owner as PoolUpgradeKind]
    : undefined;
}

/** Everything that the ways to replace a pool have in common. */
interface Shape {
  readonly pool: NodePool;
  readonly to: string;
  /** `general-to-1.34`: the pass as a whole. */
  readonly title: string;
  /** `general-1.34`: in the names of its steps. */
  readonly name: string;
  /** The template of the new nodes. */
  readonly template: string;
  readonly templates: Readonly<Record<string, NodeTemplate>>;
  /** The pool's nodes that are not of the new version. */
  readonly old: { readonly selector: LabelSelector; readonly nodes?: readonly string[] };
  readonly atOnce: number;
  readonly settings: PoolSettings | undefined;
  readonly drainer: Drainer;
  /** At most all of its nodes but one. */
  readonly canary: number;
}

function shapeOf(pool: NodePool, goal: PoolGoal, fact: PoolUpgradeFact): Shape {
  const { version, before, width, drainer } = goal;
  const name = passName(pool, version);
  const template = name.replaceAll(".", "-");
  const image = imageLabel(pool);
  return {
    pool,
    to: formatVersion(version),
    title: passName(pool, version).replace(/-(?=[^-]*$)/, "-to-"),
    name,
    template,
    templates: {
      [template]: {
        like: pool.nodes[0]!.name,
        version: formatVersion(version),
        labels: {
          ...(image === undefined ? {} : { [image]: template }),
          ...(goal.blueGreen?.by === "by hand" ? { [generationLabel]: template } : {}),
        },
        startupTaints: [],
      },
    },
    old: oldNodes(pool, template, before),
    atOnce: atOnceOf(pool, goal.settings ? { ...fact, maxSurge: goal.settings.maxSurge } : fact, width),
    settings: goal.settings,
    drainer,
    canary: Math.min(goal.canary, pool.nodes.length - 1),
  };
}

function passName({ name }: NodePool, version: Version): string {
  return `${stepName(name === "" ? "nodes" : name)}-${minorOf(version)}`;
}

/** The nodes that are to go: by the pool's label and what tells images apart; by name where there is no label. */
function oldNodes(pool: NodePool, template: string, before: Version | undefined): Shape["old"] {
  const { label, nodes } = pool;
  const image = imageLabel(pool);
  if (!label || image === undefined) {
    if (label) return { selector: [{ key: label[0], operator: "In", values: [label[1]] }] };
    if (!before) return { selector: [], nodes: nodes.map(({ name }) => name) };
    const earlier = passName(pool, before).replaceAll(".", "-");
    return { selector: [{ key: imageLabels.other, operator: "In", values: [earlier] }] };
  }
  return {
    selector: [
      { key: label[0], operator: "In", values: [label[1]] },
      { key: image, operator: "NotIn", values: [template] },
    ],
  };
}

/** The label by which nodes of one image are told from those of another, where that is needed: new ones come first. */
function imageLabel({ owner, label }: NodePool): string | undefined {
  if (owner === "eks" || owner === "aks") return imageLabels[owner];
  return label ? undefined : imageLabels.other;
}

/** A share is rounded up, as all of them do with what they add; at least one node, at most what the owner allows. */
function atOnceOf(
  { nodes }: NodePool,
  { maxSurge, maxUnavailable, mostAtOnce }: PoolUpgradeFact,
  width: Width,
) {
  const part = (value: number | string) =>
    typeof value === "number" ? value : Math.ceil((parseInt(value, 10) * nodes.length) / 100);
  const wanted = width === undefined ? part(maxSurge) + maxUnavailable : part(width);
  return Math.max(1, Math.min(wanted, mostAtOnce ?? wanted, nodes.length));
}

function rollout(
  shape: Shape,
  name: string,
  perNode: readonly Step[],
): Extract<Step, { readonly kind: "rollout" }> {
  return {
    kind: "rollout",
    name,
    ...shape.old,
    order: "zone",
    canary: { count: 0, soak: 0 },
    maxParallel: shape.atOnce,
    maxErrors: 0,
    soak: 0,
    perNode,
    afterBatch: [],
  };
}

/** As many new nodes as old ones go at a time, so that none is ever missing, unless the pool's settings say otherwise. */
function surge(shape: Shape, name: string): Step {
  const { maxSurge, maxUnavailable } = shape.settings ?? { maxSurge: shape.atOnce, maxUnavailable: 0 };
  return {
    ...rollout(shape, name, newThenOld(shape)),
    maxParallel: 1,
    strategy: { kind: "surge", maxSurge, maxUnavailable },
  };
}

function join({ name, template }: Shape): Step {
  return { kind: "joinNode", name: `join-${name}`, fromTemplate: template, count: 1, failureRate: 0 };
}

function deletion({ name }: Shape): Step {
  return { kind: "deleteNode", name: `end-${name}`, nodes: itself, duration: fixed(0) };
}

/** GKE, Cluster API, Karpenter: a new node, then an old one is drained and ends. */
function newThenOld(shape: Shape): readonly Step[] {
  return [join(shape), drainStep(shape.name, shape.drainer, shape.settings?.drainMillis), deletion(shape)];
}

/**
 * EKS: new nodes in every zone, then all old ones are closed and taken out of the balancers, then a new node for each
 * old one; at the end the group has more nodes than before, and those that came first go again.
 */
function allZonesFirst(shape: Shape, perZone: number): readonly Step[] {
  const { pool, name, old } = shape;
  const extra = pool.zones.map((zone): Step => {
    const isNamed = zone !== "";
    return {
      kind: "joinNode",
      name: isNamed ? `more-${name}-${stepName(zone)}` : `more-${name}`,
      fromTemplate: shape.template,
      node: extraName(shape, zone),
      count: perZone,
      ...(isNamed ? { zone } : {}),
      failureRate: 0,
    };
  });
  const nodes = old.nodes
    ? ({ kind: "names", names: old.nodes } as const)
    : ({ kind: "selector", selector: old.selector } as const);
  const extras = {
    kind: "names",
    names: pool.zones.flatMap((zone) =>
      Array.from({ length: perZone }, (_, index) => `${extraName(shape, zone)}-${index + 1}`),
    ),
  } as const;
  return [
    { kind: "parallel", name: `more-${name}`, steps: extra },
    { kind: "cordon", name: `close-${name}`, nodes },
    { kind: "label", name: `leave-balancers-${name}`, nodes, labels: { [excludeFromBalancers]: "true" } },
    surge(shape, `${name}-nodes`),
    {
      kind: "drain",
      name: `drain-extra-${name}`,
      nodes: extras,
      // Scaled in, a node ends after its time whether it is empty or not.
      onFailure: { kind: "continue" },
      options: { ...drainDefaults, ignoreDaemonSets: true, deleteEmptyDirData: true },
    },
    { kind: "deleteNode", name: `end-extra-${name}`, nodes: extras, duration: fixed(0) },
  ];
}

function extraName({ template, pool }: Shape, zone: string): string {
  // Zones differ in what stands at their end.
  return pool.zones.length > 1 ? `${template}-${stepName(zone)}` : `${template}-more`;
}

/** AKS: some nodes more, then old ones are emptied and made anew from the new image, then the extra nodes go again. */
function inPlace(shape: Shape): readonly Step[] {
  const { name, template, atOnce, to, drainer } = shape;
  const extraStem = `${template}-surge`;
  const extras = {
    kind: "names",
    names:
      atOnce === 1 ? [extraStem] : Array.from({ length: atOnce }, (_, index) => `${extraStem}-${index + 1}`),
  } as const;
  return [
    {
      kind: "joinNode",
      name: `surge-${name}`,
      fromTemplate: template,
      node: extraStem,
      count: atOnce,
      failureRate: 0,
    },
    rollout(shape, `${name}-nodes`, [
      drainStep(name, drainer),
      { kind: "reboot", name: `reimage-${name}`, nodes: itself, duration: fixed(reimageMillis) },
      { kind: "upgradeKubelet", name: `kubelet-${name}`, nodes: itself, to, duration: fixed(0) },
      { kind: "uncordon", name: `uncordon-${name}`, nodes: itself },
      { kind: "gate", name: `${name}-ready`, until: [{ kind: "nodeReady" }], for: 0, timeout: 600_000 },
    ]),
    {
      kind: "drain",
      name: `drain-surge-${name}`,
      nodes: extras,
      options: { ...drainDefaults, ignoreDaemonSets: true, deleteEmptyDirData: true },
    },
    { kind: "deleteNode", name: `end-surge-${name}`, nodes: extras, duration: fixed(0) },
  ];
}

/** A new image on an old machine: as long as a new machine takes to start. */
const reimageMillis = assumptionDefaults.joinMillis;
